import Foundation
import OptimistCore
import OrderedCollections

/// Writes one row a record, under the columns `run`, `attempt`, `step`, `wallTime`, `kind`,
/// `message` and one for each number met so far; cells that a record says nothing of are empty.
///
/// **Columns grow.** A record with a number never met before adds a column at the right: the file
/// is written again beside itself with the new header and an empty cell in each old row, synced,
/// and renamed over the old one. Few records do so, the first of each kind as a rule.
public final class CSVWriter: RecordWriter {
    private static let stamps: OrderedSet<String> = [
        "run", "attempt", "step", "wallTime", "kind", "message",
    ]

    private let path: String
    private var file: AppendedFile
    private var columns: OrderedSet<String>
    private var records: Int

    /// Opens a file.
    ///
    /// - Parameters:
    ///   - path: where it is, or will be.
    ///   - position: nil for a new file; else after how many records to go on, and rows that
    ///     follow are cut away.
    /// - Throws: `WriterError`.
    public init(path: String, resumingAt position: WriterPosition? = nil) throws {
        self.path = path
        records = position?.records ?? 0
        if records > 0 {
            let kept = try CSVFile.head(of: path, rows: records)
            columns = OrderedSet(CSVRow.cells(kept.header))
            file = try AppendedFile(path: path, keeping: kept.bytes)
        } else {
            columns = CSVWriter.stamps
            file = try AppendedFile(path: path, keeping: position == nil ? nil : 0)
            try file.append(CSVRow.line(Array(columns)))
        }
    }

    /// Writes a record as a row.
    public func write(_ stamped: StampedRecord) throws {
        let numbers = stamped.numbers
        let added = OrderedSet(numbers.map(\.name)).subtracting(columns)
        if !added.isEmpty { try widen(by: Array(added)) }
        var cells = [String](repeating: "", count: columns.count)
        cells[0] = stamped.run
        cells[1] = String(stamped.attempt)
        cells[2] = String(stamped.step)
        cells[3] = CSVRow.cell(stamped.wallTime)
        cells[4] = stamped.record.kind.rawValue
        cells[5] = stamped.record.message ?? ""
        for number in numbers {
            guard let column = columns.firstIndex(of: number.name) else {
                fail("CSVWriter.write", "no column for '\(number.name)'")
            }
            cells[column] = CSVRow.cell(number.value)
        }
        try file.append(CSVRow.line(cells))
        records += 1
    }

    private func widen(by names: [String]) throws {
        try file.flush()
        columns.append(contentsOf: names)
        let wide = path + ".partial"
        let bytes = try CSVFile.widen(path, to: wide, header: Array(columns), cells: names.count)
        if rename(wide, path) != 0 {
            throw WriterError.writeFailed(path: path, reason: AppendedFile.reason())
        }
        file = try AppendedFile(path: path, keeping: bytes)
    }

    /// Hands what was written to the operating system.
    public func flush() throws { try file.flush() }

    /// Waits until all is on disk.
    public func synchronize() throws { try file.synchronize() }

    /// Rows and bytes written; a resumed writer goes by rows.
    public var position: WriterPosition { WriterPosition(records: records, bytes: file.length) }
}
