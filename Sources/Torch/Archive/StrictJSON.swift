/// A JSON value of the kinds that a safetensors header is made of.
enum HeaderValue: Equatable {
    case text(String)
    case integer(Int)
    case list([HeaderValue])
    case object([(key: String, value: HeaderValue)])

    static func == (left: HeaderValue, right: HeaderValue) -> Bool {
        switch (left, right) {
        case (.text(let a), .text(let b)): a == b
        case (.integer(let a), .integer(let b)): a == b
        case (.list(let a), .list(let b)): a == b
        case (.object(let a), .object(let b)):
            a.map(\.key) == b.map(\.key) && a.map(\.value) == b.map(\.value)
        default: false
        }
    }
}

/// Why a header was refused, and at which byte.
enum HeaderFault: Error, Equatable {
    case syntax(offset: Int, reason: String)
    case duplicate(key: String)
}

/// Reads the JSON of a safetensors header, and refuses what a lenient reader lets pass: duplicate
/// keys, trailing text, fractions, control characters in texts, malformed UTF-8, deep nesting.
struct StrictJSON {
    private let bytes: [UInt8]
    private var position = 0
    private var depth = 0

    /// The value of a whole text, which may end with blanks.
    static func parse(_ bytes: [UInt8]) throws(HeaderFault) -> HeaderValue {
        if String(validating: bytes, as: UTF8.self) == nil {
            throw .syntax(offset: 0, reason: "the text is not UTF-8")
        }
        var parser = StrictJSON(bytes)
        let value = try parser.value()
        parser.skipBlanks()
        if parser.position < bytes.count { throw parser.fault("text after the end") }
        return value
    }

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    private func fault(_ reason: String) -> HeaderFault {
        .syntax(offset: position, reason: reason)
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipBlanks() {
        while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
            position += 1
        }
    }

    private mutating func expect(_ character: Character) throws(HeaderFault) {
        if next != character.asciiValue { throw fault("'\(character)' is missing") }
        position += 1
    }

    private mutating func value() throws(HeaderFault) -> HeaderValue {
        skipBlanks()
        depth += 1
        defer { depth -= 1 }
        if depth > 8 { throw fault("nested too deep") }
        switch next {
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try list()
        case UInt8(ascii: "\""): return .text(try text())
        case .some(let byte) where byte == UInt8(ascii: "-") || isDigit(byte):
            return .integer(try integer())
        default: throw fault("a value is missing")
        }
    }

    private mutating func object() throws(HeaderFault) -> HeaderValue {
        try expect("{")
        var entries: [(key: String, value: HeaderValue)] = []
        var keys: Set<String> = []
        skipBlanks()
        if next == UInt8(ascii: "}") {
            position += 1
            return .object([])
        }
        while true {
            skipBlanks()
            let key = try text()
            if !keys.insert(key).inserted { throw .duplicate(key: key) }
            skipBlanks()
            try expect(":")
            entries.append((key, try value()))
            skipBlanks()
            if next == UInt8(ascii: ",") {
                position += 1
                continue
            }
            try expect("}")
            return .object(entries)
        }
    }

    private mutating func list() throws(HeaderFault) -> HeaderValue {
        try expect("[")
        var elements: [HeaderValue] = []
        skipBlanks()
        if next == UInt8(ascii: "]") {
            position += 1
            return .list([])
        }
        while true {
            elements.append(try value())
            skipBlanks()
            if next == UInt8(ascii: ",") {
                position += 1
                continue
            }
            try expect("]")
            return .list(elements)
        }
    }

    private func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private mutating func integer() throws(HeaderFault) -> Int {
        let start = position
        if next == UInt8(ascii: "-") { position += 1 }
        let digits = position
        while let byte = next, isDigit(byte) { position += 1 }
        let hasLeadingZero = position - digits > 1 && bytes[digits] == UInt8(ascii: "0")
        if let byte = next, byte == 0x2E || byte == 0x65 || byte == 0x45 {
            throw fault("a number that is not an integer")
        }
        let written = String(decoding: bytes[start..<position], as: UTF8.self)
        guard !hasLeadingZero, let number = Int(written) else {
            position = start
            throw fault("'\(written.prefix(40))' is not a 64-bit integer")
        }
        return number
    }

    private mutating func text() throws(HeaderFault) -> String {
        try expect("\"")
        var units: [UInt8] = []
        while let byte = next {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: units, as: UTF8.self)
            case UInt8(ascii: "\\"): units += Array(String(try escape()).utf8)
            case 0..<0x20: throw fault("a control character in a text")
            default: units.append(byte)
            }
        }
        throw fault("a text does not end")
    }

    private mutating func escape() throws(HeaderFault) -> Unicode.Scalar {
        guard let byte = next else { throw fault("a text does not end") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"):
            return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{08}"
        case UInt8(ascii: "f"): return "\u{0C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try unicodeEscape()
        default: throw fault("an unknown escape")
        }
    }

    // Characters beyond 16 bits are written as two escapes, a surrogate pair.
    private mutating func unicodeEscape() throws(HeaderFault) -> Unicode.Scalar {
        let first = try hexadecimal()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xDC00 else { throw fault("half a surrogate pair") }
        try expect("\\")
        try expect("u")
        let second = try hexadecimal()
        guard (0xDC00...0xDFFF).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw fault("half a surrogate pair") }
        return scalar
    }

    private mutating func hexadecimal() throws(HeaderFault) -> UInt32 {
        let end = position + 4
        guard end <= bytes.count else { throw fault("a text does not end") }
        let digits = bytes[position..<end]
        guard digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let number = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw fault("an escape without four hexadecimal digits") }
        position = end
        return number
    }
}
