import Foundation

/// A file open for reading at any place.
final class InputFile {
    /// The number of bytes.
    let length: Int
    private let path: String
    private let descriptor: Int32

    init(_ path: String) throws(ArchiveError) {
        self.path = path
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 { throw .unreadable(file: path, reason: lastReason()) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let reason = lastReason()
            close(descriptor)
            throw .unreadable(file: path, reason: reason)
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw .unreadable(file: path, reason: "it is not a regular file")
        }
        length = Int(status.st_size)
    }

    deinit { close(descriptor) }

    /// The bytes of a range that lies within the file.
    func bytes(_ range: Range<Int>) throws(ArchiveError) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: range.count)
        var done = 0
        while done < range.count {
            let count = result.withUnsafeMutableBytes {
                pread(
                    descriptor, $0.baseAddress! + done, range.count - done,
                    range.lowerBound + done)
            }
            if count < 0 && errno == EINTR { continue }
            if count < 0 { throw .unreadable(file: path, reason: lastReason()) }
            if count == 0 {
                throw .wrongLength(
                    file: path, expected: range.upperBound, found: range.lowerBound + done)
            }
            done += count
        }
        return result
    }
}

/// A file that takes its place only when it is complete.
final class OutputFile {
    private let path: String
    private let descriptor: Int32

    private init(_ aside: String, for path: String) throws(ArchiveError) {
        self.path = path
        descriptor = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        if descriptor < 0 { throw .unwritable(file: path, reason: lastReason()) }
    }

    deinit { close(descriptor) }

    /// Writes aside, synchronizes, renames, and synchronizes the folder: whenever the machine
    /// stops, the path holds the old file or the new one, whole.
    static func replace(
        _ path: String, _ body: (OutputFile) throws(ArchiveError) -> Void
    ) throws(ArchiveError) {
        let aside = path + ".partial"
        do throws(ArchiveError) {
            let output = try OutputFile(aside, for: path)
            try body(output)
            if fsync(output.descriptor) != 0 {
                throw .unwritable(file: path, reason: lastReason())
            }
            if rename(aside, path) != 0 { throw .unwritable(file: path, reason: lastReason()) }
        } catch {
            unlink(aside)
            throw error
        }
        let folder = open((path as NSString).deletingLastPathComponent.orDot, O_RDONLY | O_CLOEXEC)
        if folder < 0 { throw .unwritable(file: path, reason: lastReason()) }
        defer { close(folder) }
        if fsync(folder) != 0 { throw .unwritable(file: path, reason: lastReason()) }
    }

    func write(_ bytes: [UInt8]) throws(ArchiveError) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                Foundation.write(descriptor, $0.baseAddress! + done, bytes.count - done)
            }
            if count < 0 && errno == EINTR { continue }
            if count <= 0 { throw .unwritable(file: path, reason: lastReason()) }
            done += count
        }
    }
}

extension String {
    /// A folder's path, the current one where it is empty.
    fileprivate var orDot: String { isEmpty ? "." : self }
}

private func lastReason() -> String { String(cString: strerror(errno)) }
