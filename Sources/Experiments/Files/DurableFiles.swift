import Foundation

/// Files that are either wholly there or not at all, also after a power cut.
enum DurableFiles {
    /// Writes a file aside, syncs it, renames it into place and syncs its folder.
    ///
    /// - Throws: `FileError` naming the path and the system's reason.
    static func write(_ data: Data, to path: String) throws {
        let aside = path + ".partial"
        let descriptor = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw FileError(creating: path, code: errno) }
        do {
            try writeAll(data, to: descriptor, path: path)
        } catch {
            close(descriptor)
            unlink(aside)
            throw error
        }
        guard close(descriptor) == 0 else { throw FileError(writing: path, code: errno) }
        try rename(aside, to: path)
    }

    private static func writeAll(_ data: Data, to descriptor: Int32, path: String) throws {
        try data.withUnsafeBytes { bytes in
            var written = 0
            while written < bytes.count {
                let count = Foundation.write(
                    descriptor, bytes.baseAddress! + written, bytes.count - written)
                if count < 0 {
                    if errno == EINTR { continue }
                    throw FileError(writing: path, code: errno)
                }
                written += count
            }
        }
        guard fsync(descriptor) == 0 else { throw FileError(writing: path, code: errno) }
    }

    /// Renames a file or folder and makes the new name durable.
    static func rename(_ path: String, to target: String) throws {
        guard Foundation.rename(path, target) == 0 else {
            throw FileError(creating: target, code: errno)
        }
        try syncFolder(of: target)
    }

    /// Makes the names in the folder that holds a path durable.
    static func syncFolder(of path: String) throws {
        let folder = (path as NSString).deletingLastPathComponent
        let descriptor = open(folder.isEmpty ? "." : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError(writing: path, code: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw FileError(writing: path, code: errno) }
    }

    /// Makes a folder and those above it.
    ///
    /// - Returns: the folders that were not there, the outermost first.
    @discardableResult
    static func makeFolder(_ path: String) throws -> [String] {
        guard !path.isEmpty, path != "/" else { return [] }
        if mkdir(path, 0o755) == 0 { return [path] }
        let code = errno
        if isFolder(path) { return [] }
        guard code == ENOENT else { throw FileError(creating: path, code: code) }
        let above = try makeFolder((path as NSString).deletingLastPathComponent)
        guard mkdir(path, 0o755) == 0 else {
            let code = errno
            throw FileError(creating: path, code: code)
        }
        return above + [path]
    }

    /// Whether a path is a folder.
    static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
            && isFolder.boolValue
    }

    /// Reads a whole file of at most `limit` bytes.
    static func read(_ path: String, limit: Int) throws -> Data {
        var status = stat()
        guard stat(path, &status) == 0 else {
            let code = errno
            throw FileError(reading: path, code: code)
        }
        if status.st_mode & S_IFMT == S_IFDIR { throw FileError(reading: path, code: EISDIR) }
        guard Int(status.st_size) <= limit else {
            throw FileError.tooLarge(path: path, bytes: Int(status.st_size), limit: limit)
        }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw FileError(reading: path, code: errno == 0 ? EACCES : errno)
        }
        return data
    }
}

/// A file for a program's user.
public enum WholeFile {
    /// Writes a file whole, or not at all.
    ///
    /// - Throws: `FileError` naming the path and the system's reason.
    public static func write(_ data: Data, to path: String) throws {
        try DurableFiles.write(data, to: path)
    }
}

/// Why a file could not be read or written.
public enum FileError: Error, Equatable, Sendable {
    /// It is not there.
    case missing(path: String)
    /// It may not be read or written.
    case permission(path: String, writing: Bool)
    /// The disk is full.
    case full(path: String)
    /// It is larger than what such a file can be.
    case tooLarge(path: String, bytes: Int, limit: Int)
    /// It could not be created.
    case creating(path: String, reason: String)
    /// Reading or writing failed.
    case transfer(path: String, reason: String)

    init(creating path: String, code: Int32) {
        self =
            switch code {
            case EACCES, EPERM, EROFS: .permission(path: path, writing: true)
            case ENOSPC, EDQUOT: .full(path: path)
            default: .creating(path: path, reason: String(cString: strerror(code)))
            }
    }

    init(writing path: String, code: Int32) {
        self =
            switch code {
            case EACCES, EPERM, EROFS: .permission(path: path, writing: true)
            case ENOSPC, EDQUOT: .full(path: path)
            default: .transfer(path: path, reason: String(cString: strerror(code)))
            }
    }

    init(reading path: String, code: Int32) {
        self =
            switch code {
            case ENOENT, ENOTDIR: .missing(path: path)
            case EACCES, EPERM: .permission(path: path, writing: false)
            default: .transfer(path: path, reason: String(cString: strerror(code)))
            }
    }
}

extension FileError: CustomStringConvertible {
    /// The sentence that a user reads.
    public var description: String {
        switch self {
        case .missing(let path): "there is no file \(path)"
        case .permission(let path, true):
            "no permission to write \(path): choose another folder, or change its permissions"
        case .permission(let path, false):
            "no permission to read \(path): change its permissions"
        case .full(let path):
            "the disk is full: \(path) was not written; free some space, then resume"
        case .tooLarge(let path, let bytes, let limit):
            "\(path) has \(bytes) bytes, more than the \(limit) that such a file may have"
        case .creating(let path, let reason): "\(path) could not be created: \(reason)"
        case .transfer(let path, let reason): "\(path) cannot be read or written: \(reason)"
        }
    }
}
