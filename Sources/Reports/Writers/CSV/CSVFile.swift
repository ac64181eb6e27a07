import Foundation

/// Reads and rewrites CSV files line by line, in little memory.
enum CSVFile {
    /// No header of ours is longer than this.
    private static let longestHeader = 1 << 20

    /// The header of a file, and how many bytes it takes with the given number of rows.
    ///
    /// - Throws: `WriterError.shorterThanCheckpoint` where there are fewer rows.
    static func head(of path: String, rows: Int) throws -> (header: String, bytes: Int) {
        var header: [UInt8] = []
        var (lines, bytes, end) = (0, 0, 0)
        try forEachChunk(of: path) { chunk in
            for byte in chunk {
                if lines == 0, header.count < longestHeader { header.append(byte) }
                bytes += 1
                guard byte == UInt8(ascii: "\n") else { continue }
                lines += 1
                if lines == rows + 1 {
                    end = bytes
                    return false
                }
            }
            return true
        }
        if end == 0 {
            throw WriterError.shorterThanCheckpoint(
                path: path, expected: rows, found: max(0, lines - 1), unit: "rows")
        }
        return (String(decoding: header.dropLast(), as: UTF8.self), end)
    }

    /// Writes a file again under a new header, with empty cells at the end of each row.
    ///
    /// - Returns: the length of the new file.
    static func widen(
        _ path: String, to wide: String, header: [String], cells: Int
    ) throws -> Int {
        unlink(wide)
        let output = try AppendedFile(path: wide, keeping: nil)
        try output.append(CSVRow.line(header))
        let ending = [UInt8](repeating: UInt8(ascii: ","), count: cells) + [UInt8(ascii: "\n")]
        var inHeader = true
        try forEachChunk(of: path) { chunk in
            var rows: [UInt8] = []
            for byte in chunk {
                if byte != UInt8(ascii: "\n") {
                    if !inHeader { rows.append(byte) }
                } else if inHeader {
                    inHeader = false
                } else {
                    rows += ending
                }
            }
            try output.append(rows)
            return true
        }
        try output.synchronize()
        return output.length
    }

    private static func forEachChunk(
        of path: String, _ body: (ArraySlice<UInt8>) throws -> Bool
    ) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 {
            throw WriterError.cannotOpen(path: path, reason: AppendedFile.reason())
        }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            if count < 0 {
                throw WriterError.cannotOpen(path: path, reason: AppendedFile.reason())
            }
            if try count == 0 || !body(buffer[..<count]) { return }
        }
    }
}
