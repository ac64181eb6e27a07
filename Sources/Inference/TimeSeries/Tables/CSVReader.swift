import Foundation

/// The rows of a CSV file, one after the other, in one pass over its bytes.
struct CSVReader {
    /// A row and the line it starts on, from 1.
    struct Row {
        let line: Int
        let cells: [String]
    }

    private let bytes: [UInt8]
    private let file: String
    private var position = 0
    private var line = 1

    init(_ data: Data, file: String) {
        bytes = Array(data)
        self.file = file
        // A byte-order mark is no part of the first name.
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    /// The next row; nil at the end.
    mutating func next() throws -> Row? {
        if position >= bytes.count { return nil }
        let start = line
        var cells: [String] = []
        while true {
            cells.append(try cell())
            if position >= bytes.count { break }
            let byte = bytes[position]
            position += 1
            if byte == UInt8(ascii: ",") {
                // A comma at the very end leaves one more, empty cell.
                if position >= bytes.count { cells.append("") }
                if position >= bytes.count { break }
                continue
            }
            if byte == UInt8(ascii: "\r"), position < bytes.count,
                bytes[position] == UInt8(ascii: "\n")
            {
                position += 1
            }
            line += 1
            break
        }
        return Row(line: start, cells: cells)
    }

    /// One cell, up to a comma, the end of its line, or the end of the file.
    private mutating func cell() throws -> String {
        var content: [UInt8] = []
        let isQuoted = position < bytes.count && bytes[position] == UInt8(ascii: "\"")
        if isQuoted { try quoted(&content) }
        while position < bytes.count, !isEnd(bytes[position]) {
            if isQuoted || bytes[position] == UInt8(ascii: "\"") {
                throw SeriesError.badQuote(file: file, line: line)
            }
            content.append(bytes[position])
            position += 1
        }
        guard let text = String(validating: content, as: UTF8.self) else {
            throw SeriesError.notText(file: file, line: line)
        }
        return text
    }

    private func isEnd(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
    }

    /// What is between quotes; a doubled quote is one.
    private mutating func quoted(_ content: inout [UInt8]) throws {
        let start = line
        position += 1
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte == UInt8(ascii: "\"") {
                if position < bytes.count, bytes[position] == UInt8(ascii: "\"") {
                    position += 1
                } else {
                    return
                }
            }
            if byte == UInt8(ascii: "\n") { line += 1 }
            content.append(byte)
        }
        throw SeriesError.badQuote(file: file, line: start)
    }
}
