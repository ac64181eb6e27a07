import Foundation

/// Reads JSON from bytes, one token after another; nothing is kept.
struct JSONScanner {
    let bytes: UnsafeRawBufferPointer
    /// Where the bytes come from, if that can take them back.
    private let file: MappedFile?
    private(set) var position = 0
    private(set) var line = 1

    /// The most levels of lists and objects.
    static let nestingLimit = 16
    /// The most bytes of a text.
    static let textLimit = 4096

    init(_ bytes: UnsafeRawBufferPointer, of file: MappedFile? = nil) {
        (self.bytes, self.file) = (bytes, file)
    }

    /// Lets the operating system take back what was read so far.
    func release() { file?.release(before: position) }

    /// The next byte that is not white space, without taking it; nil at the end.
    @inline(__always)
    mutating func peek() -> UInt8? {
        while position < bytes.count {
            let byte = bytes[position]
            if byte == 0x0A {
                line += 1
            } else if byte != 0x20, byte != 0x09, byte != 0x0D {
                return byte
            }
            position += 1
        }
        return nil
    }

    /// Takes a byte if it is next.
    @inline(__always)
    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard peek() == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    /// Takes a byte that must be next.
    mutating func expect(_ character: Unicode.Scalar) throws(ModelFileError) {
        if !take(character) { throw unexpected("\"\(character)\"") }
    }

    /// After an element of a list or object: true if another follows, false if it was the last.
    mutating func another(_ end: Unicode.Scalar) throws(ModelFileError) -> Bool {
        if take(",") { return true }
        if take(end) { return false }
        throw unexpected("\",\" or \"\(end)\"")
    }

    /// The error that something else was expected here.
    mutating func unexpected(_ expected: String) -> ModelFileError {
        guard peek() != nil else {
            return .syntax(line: line, expected: expected, found: "the end of the file")
        }
        let end = min(position + 24, bytes.count)
        var text = String(decoding: bytes[position..<end], as: UTF8.self)
        text = String(text.prefix { $0 != "\n" && $0 != "\r\n" })
        return .syntax(line: line, expected: expected, found: "\"\(text)\"")
    }

    /// A text.
    mutating func text() throws(ModelFileError) -> String {
        if peek() != 0x22 { throw unexpected("a text in quotes") }
        let begin = position
        position += 1
        var escaped = false
        while position < bytes.count, bytes[position] != 0x22 {
            if bytes[position] < 0x20 { throw unexpected("the end of the text") }
            if bytes[position] == 0x5C {
                escaped = true
                position += 1
            }
            position += 1
            if position - begin > JSONScanner.textLimit {
                throw .tooLarge(
                    what: "line \(line): a text of bytes", size: position - begin,
                    limit: JSONScanner.textLimit)
            }
        }
        if position >= bytes.count {
            position = bytes.count
            throw unexpected("the end of the text")
        }
        position += 1
        if !escaped { return String(decoding: bytes[begin + 1..<position - 1], as: UTF8.self) }
        let data = Data(bytes[begin..<position])
        guard let text = try? JSONDecoder().decode(String.self, from: data) else {
            position = begin
            throw unexpected("a text in quotes")
        }
        return text
    }

    /// A number.
    mutating func number() throws(ModelFileError) -> Double {
        guard let first = peek(), first == 0x2D || (0x30...0x39).contains(first) else {
            throw unexpected("a number")
        }
        // Most numbers are whole and short.
        if let whole = shortWhole() { return Double(whole) }
        var end = position
        while end < bytes.count, end - position <= 64, JSONScanner.isNumeric(bytes[end]) {
            end += 1
        }
        guard
            let value = DecimalNumber.parse(UnsafeRawBufferPointer(rebasing: bytes[position..<end]))
        else { throw unexpected("a number") }
        position = end
        return value
    }

    /// How many lists open within the list here, itself included; it is not taken.
    var openings: Int {
        var (count, depth, index, isText) = (0, 0, position, false)
        while index < bytes.count {
            switch bytes[index] {
            case 0x22: isText.toggle()
            case 0x5C where isText: index += 1
            case 0x5B where !isText:
                count += 1
                depth += 1
            case 0x5D where !isText:
                depth -= 1
                if depth == 0 { return count }
            default: break
            }
            index += 1
        }
        return count
    }

    /// Takes up to fifteen digits that no sign, point or exponent surrounds; nil if it is not that.
    private mutating func shortWhole() -> Int? {
        var (value, end) = (0, position)
        while end < bytes.count {
            let digit = bytes[end] &- 0x30
            if digit > 9 { break }
            value = value &* 10 &+ Int(digit)
            end += 1
            if end - position > 15 { return nil }
        }
        if end == position || end < bytes.count && JSONScanner.isNumeric(bytes[end]) { return nil }
        position = end
        return value
    }

    private static func isNumeric(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || byte == 0x2D || byte == 0x2E || byte == 0x2B
            || byte == 0x65 || byte == 0x45
    }

    /// A whole number.
    mutating func whole(_ what: @autoclosure () -> String) throws(ModelFileError) -> Int {
        _ = peek()
        if let whole = shortWhole() { return whole }
        let before = self
        let value = try number()
        guard let whole = Int(exactly: value) else {
            self = before
            throw unexpected(what())
        }
        return whole
    }

    /// Takes a value without looking into it, other than for its nesting.
    mutating func skip() throws(ModelFileError) {
        var depth = 0
        repeat {
            guard let byte = peek() else { throw unexpected("a value") }
            switch byte {
            case 0x5B, 0x7B:
                if depth == 1 { release() }
                depth += 1
                if depth > JSONScanner.nestingLimit {
                    throw .nesting(line: line, limit: JSONScanner.nestingLimit)
                }
                position += 1
            case 0x5D, 0x7D:
                if depth == 0 { throw unexpected("a value") }
                depth -= 1
                position += 1
            case 0x22: _ = try text()
            case 0x2C, 0x3A:
                if depth == 0 { throw unexpected("a value") }
                position += 1
            default: try skipWord(isInside: depth > 0)
            }
        } while depth > 0
    }

    private mutating func skipWord(isInside: Bool) throws(ModelFileError) {
        if position < bytes.count, bytes[position] >= 0x61,
            takeWord("null") || takeWord("true") || takeWord("false")
        {
            return
        }
        if !isInside {
            _ = try number()
            return
        }
        // What a number in a list is worth is asked when the list is read.
        let begin = position
        while position < bytes.count, JSONScanner.isNumeric(bytes[position]) { position += 1 }
        if position == begin { throw unexpected("a number") }
    }

    /// Takes a word such as null if it is next.
    mutating func takeWord(_ word: StaticString) -> Bool {
        _ = peek()
        let count = word.utf8CodeUnitCount
        if position + count > bytes.count { return false }
        for offset in 0..<count where bytes[position + offset] != word.utf8Start[offset] {
            return false
        }
        position += count
        return true
    }
}
