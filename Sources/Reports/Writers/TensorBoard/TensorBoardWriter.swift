import OptimistCore

/// Writes event files that the program `tensorboard` shows.
///
/// A number's tag is the record's kind and the number's name, dots as slashes: `learning/bound/
/// reward`, `episode/return`. Numbers are stored as 32-bit floats, not finite ones as they are.
/// Notices become texts; so does the start of each attempt, under the tag `run`.
public final class TensorBoardWriter: RecordWriter {
    private let file: AppendedFile
    private var records: Int
    private var attempt: Int?

    /// The name of a new event file: TensorBoard finds files by its first part, and sorts them by
    /// time; no host is named.
    public static func fileName(startingAt wallTime: Double) -> String {
        let seconds = String(Int(wallTime))
        let zeros = String(repeating: "0", count: max(0, 10 - seconds.count))
        return "events.out.tfevents.\(zeros)\(seconds).optimist"
    }

    /// Opens a file.
    ///
    /// - Parameters:
    ///   - path: where it is, or will be; its last part comes from `fileName(startingAt:)`.
    ///   - wallTime: seconds since 1970, for the first entry of a new file.
    ///   - position: nil for a new file; else where to go on, and what follows is cut away.
    /// - Throws: `WriterError`.
    public init(
        path: String, wallTime: Double, resumingAt position: WriterPosition? = nil
    ) throws {
        file = try AppendedFile(path: path, keeping: position?.bytes)
        records = position?.records ?? 0
        if file.length == 0 {
            try append(
                Event(wallTime: wallTime, step: 0, content: .fileVersion("brain.Event:2")))
        }
    }

    /// Writes a record's numbers, and its message.
    public func write(_ stamped: StampedRecord) throws {
        func append(_ content: Event.Content) throws {
            try self.append(
                Event(wallTime: stamped.wallTime, step: stamped.step, content: content))
        }
        if attempt != stamped.attempt {
            attempt = stamped.attempt
            try append(.text(tag: "run", "\(stamped.run), attempt \(stamped.attempt)"))
        }
        let kind = stamped.record.kind.rawValue
        let scalars = stamped.numbers.map { number in
            (tag: TensorBoardWriter.tag(kind, number.name), value: number.value)
        }
        if !scalars.isEmpty { try append(.scalars(scalars)) }
        if let message = stamped.record.message {
            try append(.text(tag: "\(kind)/message", message))
        }
        records += 1
    }

    private static func tag(_ kind: String, _ name: String) -> String {
        "\(kind)/" + String(name.map { $0 == "." ? "/" : $0 })
    }

    private func append(_ event: Event) throws {
        try file.append(EventFrame.frame(event.encoded))
    }

    /// Hands what was written to the operating system.
    public func flush() throws { try file.flush() }

    /// Waits until all is on disk.
    public func synchronize() throws { try file.synchronize() }

    /// Records and bytes written.
    public var position: WriterPosition { WriterPosition(records: records, bytes: file.length) }
}
