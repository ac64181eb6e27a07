import Foundation

/// Reads the files that a series or its model comes in.
enum SeriesFile {
    /// The bytes of a file of at most `limit` bytes.
    ///
    /// - Throws: `SeriesError.unreadable` or `.tooLarge`.
    static func read(_ path: String, limit: Int) throws -> Data {
        func trouble(_ code: Int32) -> SeriesError.FileTrouble {
            switch code {
            case ENOENT, ENOTDIR: .missing
            case EACCES, EPERM: .permission
            default: .failed(String(cString: strerror(code)))
            }
        }
        let file = open(path, O_RDONLY)
        if file < 0 { throw SeriesError.unreadable(file: path, trouble(errno)) }
        defer { close(file) }
        var status = stat()
        let size = fstat(file, &status) == 0 ? Int(status.st_size) : 0
        if size > limit { throw SeriesError.tooLarge(file: path, bytes: size, limit: limit) }
        // A pipe does not know its size, so the limit is checked while reading, too.
        var data = Data()
        var piece = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = piece.withUnsafeMutableBytes {
                Foundation.read(file, $0.baseAddress, $0.count)
            }
            if count < 0 && errno == EINTR { continue }
            if count < 0 { throw SeriesError.unreadable(file: path, trouble(errno)) }
            if count == 0 { return data }
            data.append(contentsOf: piece[..<count])
            if data.count > limit {
                throw SeriesError.tooLarge(file: path, bytes: data.count, limit: limit)
            }
        }
    }
}
