/// States, actions or observations of a file: a number of them, or their names.
struct NameTable {
    /// What they are, for errors: "state".
    let what: String
    private(set) var count: Int
    private(set) var names: [String]?
    private var numbers: [String: Int] = [:]
    /// Whether a new name or number adds itself.
    var grows = false

    /// The most that are read: a file of a few bytes must not ask for all memory.
    static let limit = 50_000_000

    init(_ what: String, count: Int) {
        self.what = what
        self.count = count
    }

    init(_ what: String, names: [String], line: Int) throws(ModelFileError) {
        self.init(what, count: 0)
        self.names = []
        for name in names { try add(name, line: line) }
    }

    private mutating func add(_ name: String, line: Int) throws(ModelFileError) {
        if numbers.updateValue(count, forKey: name) != nil {
            throw .duplicate(line: line, what: "\(what) \(name)")
        }
        if names == nil { names = [] }
        names!.append(name)
        count += 1
    }

    /// The number of a name, or of a number in text.
    mutating func number(_ name: String, line: Int) throws(ModelFileError) -> Int {
        if let number = numbers[name] { return number }
        if let number = Int(name), names == nil || !grows {
            return try self.number(number, line: line)
        }
        if grows && (names != nil || count == 0) {
            try add(name, line: line)
            return count - 1
        }
        throw .unknown(line: line, what: what, name: name, count: count)
    }

    /// A number, if it is in range.
    mutating func number(_ number: Int, line: Int) throws(ModelFileError) -> Int {
        if grows && names == nil && number >= 0 && number < 1 << 24 {
            count = max(count, number + 1)
        }
        if number < 0 || number >= count {
            throw .unknown(line: line, what: what, name: "\(number)", count: count)
        }
        return number
    }

    /// Takes a name or number in JSON.
    mutating func read(_ scanner: inout JSONScanner) throws(ModelFileError) -> Int {
        let isText = scanner.peek() == UInt8(ascii: "\"")
        let line = scanner.line
        if isText { return try number(try scanner.text(), line: line) }
        return try number(try scanner.whole("a \(what)"), line: line)
    }
}
