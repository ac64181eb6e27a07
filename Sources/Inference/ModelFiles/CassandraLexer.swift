/// Splits Cassandra's format into words and colons. `#` begins a comment.
struct CassandraLexer {
    let bytes: UnsafeRawBufferPointer
    private(set) var position = 0
    private(set) var line = 1

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// The next word, colon or asterisk; nil at the end.
    mutating func next() throws(ModelFileError) -> String? {
        skipSpace()
        if position >= bytes.count { return nil }
        let begin = position
        if bytes[position] == 0x3A || bytes[position] == 0x2A {
            position += 1
            return begin + 1 == position && bytes[begin] == 0x3A ? ":" : "*"
        }
        while position < bytes.count, !CassandraLexer.ends(bytes[position]) {
            position += 1
            if position - begin > JSONScanner.textLimit {
                throw .tooLarge(
                    what: "line \(line): a word of bytes", size: position - begin,
                    limit: JSONScanner.textLimit)
            }
        }
        return String(decoding: bytes[begin..<position], as: UTF8.self)
    }

    /// Whether a colon is next.
    mutating func colonFollows() -> Bool {
        skipSpace()
        return position < bytes.count && bytes[position] == 0x3A
    }

    /// Takes a colon if it is next.
    mutating func takeColon() -> Bool {
        if !colonFollows() { return false }
        position += 1
        return true
    }

    /// Takes a whole number of at most fifteen digits; nil for any other word, which stays.
    mutating func whole() -> Int? {
        skipSpace()
        var (value, end) = (0, position)
        while end < bytes.count, !CassandraLexer.ends(bytes[end]) {
            let digit = bytes[end] &- 0x30
            if digit > 9 || end - position == 15 { return nil }
            value = value &* 10 &+ Int(digit)
            end += 1
        }
        if end == position { return nil }
        position = end
        return value
    }

    /// Takes a number; nil for any other word, which stays.
    mutating func number() -> Double? {
        if let whole = whole() { return Double(whole) }
        var end = position
        while end < bytes.count, end - position <= 64, !CassandraLexer.ends(bytes[end]) {
            end += 1
        }
        let word = UnsafeRawBufferPointer(rebasing: bytes[position..<end])
        guard end - position <= 64, let value = DecimalNumber.parse(word) else { return nil }
        position = end
        return value
    }

    /// What `next` would give, `ahead` words on.
    func peek(_ ahead: Int = 0) throws(ModelFileError) -> String? {
        var copy = self
        for _ in 0..<ahead { _ = try copy.next() }
        return try copy.next()
    }

    /// The line of the next word.
    var nextLine: Int {
        var copy = self
        copy.skipSpace()
        return copy.line
    }

    @inline(__always)
    private mutating func skipSpace() {
        while position < bytes.count {
            let byte = bytes[position]
            if byte == 0x23 {
                while position < bytes.count, bytes[position] != 0x0A { position += 1 }
                continue
            }
            if byte == 0x0A { line += 1 } else if byte > 0x20 { return }
            position += 1
        }
    }

    private static func ends(_ byte: UInt8) -> Bool {
        byte <= 0x20 || byte == 0x3A || byte == 0x2A || byte == 0x23
    }
}
