/// A file that records go to.
///
/// The position after a checkpoint is part of that checkpoint; a writer made with it cuts away
/// what was written later, so that a resumed run leaves the same lines as one never stopped.
public protocol RecordWriter: AnyObject {
    /// Writes a record, perhaps only into memory.
    ///
    /// - Throws: `WriterError.writeFailed`.
    func write(_ record: StampedRecord) throws

    /// Hands what was written to the operating system, so that other programs see it.
    ///
    /// - Throws: `WriterError.writeFailed`.
    func flush() throws

    /// Flushes, and waits until all is on disk.
    ///
    /// - Throws: `WriterError.writeFailed`.
    func synchronize() throws

    /// How much was written: what a checkpoint keeps.
    var position: WriterPosition { get }
}

/// How far a writer has come.
public struct WriterPosition: Codable, Hashable, Sendable {
    /// Before anything.
    public static let start = WriterPosition(records: 0, bytes: 0)

    /// Records written.
    public var records: Int
    /// The file's length. A CSV file's may change when columns are added; its position is the
    /// number of records.
    public var bytes: Int

    /// A position with its parts given.
    public init(records: Int, bytes: Int) {
        self.records = records
        self.bytes = bytes
    }
}
