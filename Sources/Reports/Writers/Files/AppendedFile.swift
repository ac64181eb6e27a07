import Foundation
import OptimistCore

/// A file that only grows, after it was cut back to a given length.
final class AppendedFile {
    let path: String
    /// The length with what is still in memory.
    private(set) var length: Int
    private var descriptor: Int32
    private var pending: [UInt8] = []

    /// Opens a file for appending.
    ///
    /// - Parameter keep: nil for a new file, which must not exist yet; else how many bytes of the
    ///   old one to keep (0 also when there is none).
    init(path: String, keeping keep: Int?) throws {
        self.path = path
        let flags = O_WRONLY | O_APPEND | O_CLOEXEC
        switch keep {
        case nil: descriptor = open(path, flags | O_CREAT | O_EXCL, 0o644)
        case 0: descriptor = open(path, flags | O_CREAT, 0o644)
        default: descriptor = open(path, flags)
        }
        length = keep ?? 0
        if descriptor < 0 {
            let reason = AppendedFile.reason()
            throw keep ?? 0 == 0
                ? WriterError.cannotCreate(path: path, reason: reason)
                : WriterError.cannotOpen(path: path, reason: reason)
        }
        if keep != nil { try cut() }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    private func cut() throws {
        let found = Int(lseek(descriptor, 0, SEEK_END))
        if found < length {
            throw WriterError.shorterThanCheckpoint(
                path: path, expected: length, found: found, unit: "bytes")
        }
        if ftruncate(descriptor, off_t(length)) != 0 { throw failure() }
    }

    /// Appends bytes; they reach the operating system once there are many.
    func append(_ bytes: [UInt8]) throws {
        pending += bytes
        length += bytes.count
        if pending.count >= 1 << 16 { try flush() }
    }

    /// Hands everything to the operating system.
    func flush() throws {
        var sent = 0
        while sent < pending.count {
            let count = pending.withUnsafeBytes {
                Foundation.write(descriptor, $0.baseAddress! + sent, $0.count - sent)
            }
            if count < 0 {
                if errno == EINTR { continue }
                let reason = failure()
                // What was written is not written twice when the caller tries again.
                pending.removeFirst(sent)
                throw reason
            }
            sent += count
        }
        pending.removeAll(keepingCapacity: true)
    }

    /// Flushes, and waits for the disk.
    func synchronize() throws {
        try flush()
        if fsync(descriptor) != 0 { throw failure() }
    }

    private func failure() -> WriterError {
        .writeFailed(path: path, reason: AppendedFile.reason())
    }

    /// The sentence for the last error of the operating system.
    static func reason() -> String { String(cString: strerror(errno)) }
}
