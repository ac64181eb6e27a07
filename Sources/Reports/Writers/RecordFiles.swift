import OptimistCore
import OrderedCollections

/// A kind of file that records can be written to.
public enum RecordFormat: String, Codable, CaseIterable, Sendable {
    /// `records.jsonl`.
    case jsonLines
    /// `records.csv`.
    case csv
    /// `events.out.tfevents.<seconds>.optimist`.
    case tensorBoard
}

/// The record files of a run's folder, written together.
public final class RecordFiles: RecordWriter {
    private let writers: OrderedDictionary<String, any RecordWriter>

    /// New files in a folder that exists.
    ///
    /// - Parameters:
    ///   - folder: the run's folder.
    ///   - formats: what to write.
    ///   - wallTime: seconds since 1970, for the event file's name and first entry.
    /// - Throws: `WriterError.cannotCreate`.
    public init(folder: String, formats: [RecordFormat], wallTime: Double) throws {
        var writers: OrderedDictionary<String, any RecordWriter> = [:]
        for format in formats {
            let name = RecordFiles.name(of: format, wallTime)
            writers[name] = try RecordFiles.writer(
                format, "\(folder)/\(name)", wallTime: wallTime, nil)
        }
        self.writers = writers
    }

    /// The same files after a checkpoint: what was written since is cut away.
    ///
    /// - Parameters:
    ///   - folder: the run's folder.
    ///   - positions: what `positions` was at the checkpoint.
    ///   - wallTime: seconds since 1970, for an event file that has no entries yet.
    /// - Throws: `WriterError`.
    public init(
        folder: String, resumingAt positions: [String: WriterPosition], wallTime: Double
    ) throws {
        var writers: OrderedDictionary<String, any RecordWriter> = [:]
        for (name, position) in positions.sorted(by: { $0.key < $1.key }) {
            writers[name] = try RecordFiles.writer(
                RecordFiles.format(of: name), "\(folder)/\(name)", wallTime: wallTime, position)
        }
        self.writers = writers
    }

    private static func name(of format: RecordFormat, _ wallTime: Double) -> String {
        switch format {
        case .jsonLines: "records.jsonl"
        case .csv: "records.csv"
        case .tensorBoard: TensorBoardWriter.fileName(startingAt: wallTime)
        }
    }

    private static func format(of name: String) -> RecordFormat {
        if name.hasSuffix(".jsonl") { return .jsonLines }
        return name.hasSuffix(".csv") ? .csv : .tensorBoard
    }

    private static func writer(
        _ format: RecordFormat, _ path: String, wallTime: Double, _ position: WriterPosition?
    ) throws -> any RecordWriter {
        switch format {
        case .jsonLines: try JSONLinesWriter(path: path, resumingAt: position)
        case .csv: try CSVWriter(path: path, resumingAt: position)
        case .tensorBoard:
            try TensorBoardWriter(path: path, wallTime: wallTime, resumingAt: position)
        }
    }

    /// Writes a record to all files.
    public func write(_ record: StampedRecord) throws {
        for writer in writers.values { try writer.write(record) }
    }

    /// Hands what was written to the operating system.
    public func flush() throws { for writer in writers.values { try writer.flush() } }

    /// Waits until all is on disk.
    public func synchronize() throws { for writer in writers.values { try writer.synchronize() } }

    /// The files' positions by name: what a checkpoint keeps.
    public var positions: [String: WriterPosition] {
        Dictionary(uniqueKeysWithValues: writers.map { ($0.key, $0.value.position) })
    }

    /// Records written, and the length of all files together.
    public var position: WriterPosition {
        let all = writers.values.map(\.position)
        return WriterPosition(
            records: all.first?.records ?? 0, bytes: all.reduce(0) { $0 + $1.bytes })
    }
}
