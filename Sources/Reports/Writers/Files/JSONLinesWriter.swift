import OptimistCore

/// Writes one JSON object a line, keys sorted (`StampedRecord.json`).
public final class JSONLinesWriter: RecordWriter {
    private let file: AppendedFile
    private var records: Int

    /// Opens a file.
    ///
    /// - Parameters:
    ///   - path: where it is, or will be.
    ///   - position: nil for a new file; else where to go on, and what follows is cut away.
    /// - Throws: `WriterError`.
    public init(path: String, resumingAt position: WriterPosition? = nil) throws {
        file = try AppendedFile(path: path, keeping: position?.bytes)
        records = position?.records ?? 0
    }

    /// Writes a record as a line.
    public func write(_ record: StampedRecord) throws {
        try file.append(Array(record.json.line.utf8) + [UInt8(ascii: "\n")])
        records += 1
    }

    /// Hands what was written to the operating system.
    public func flush() throws { try file.flush() }

    /// Waits until all is on disk.
    public func synchronize() throws { try file.synchronize() }

    /// Lines and bytes written.
    public var position: WriterPosition { WriterPosition(records: records, bytes: file.length) }
}
