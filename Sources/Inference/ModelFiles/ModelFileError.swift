/// Why a model file could not be read. Lines count from 1.
public enum ModelFileError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The file cannot be opened.
    case unreadable(String)
    /// The file holds nothing.
    case empty
    /// Something is larger than can be read.
    case tooLarge(what: String, size: Int, limit: Int)
    /// The model does not fit into memory; sizes in bytes.
    case memory(what: String, needed: Int, available: Int)
    /// The text does not go on as the format asks.
    case syntax(line: Int, expected: String, found: String)
    /// Lists lie in lists too deeply.
    case nesting(line: Int, limit: Int)
    /// A name that was not declared, or a number out of range.
    case unknown(line: Int, what: String, name: String, count: Int)
    /// Something is declared or given twice.
    case duplicate(line: Int, what: String)
    /// Something the model needs is not there.
    case missing(String)
    /// It can be read in two ways.
    case ambiguous(line: Int, key: String, option: String)
    /// The numbers are no model.
    case model(TabularModelError)
    /// The probabilities of the observations are no law.
    case observations(state: String, action: String?, sum: Double)

    /// A row of a table is no probability law.
    case law(line: Int, table: String, row: Int, sum: Double)
    /// Two things that cannot both be said.
    case contradiction(line: Int, String)
    /// Something differs from the model that the file goes with.
    case mismatch(String)

    /// Refuses what is larger than memory before it is allocated.
    static func require(_ sizes: [Int], for what: String) throws(ModelFileError) {
        if let (needed, available) = FreeMemory.shortage(sizes) {
            throw .memory(what: what, needed: needed, available: available)
        }
    }

    /// What is wrong, where, and what to do.
    public var description: String {
        switch self {
        case .unreadable(let reason): "the file cannot be read: \(reason)"
        case .empty: "the file is empty: a model in JSON or in Cassandra's format is expected"
        case .tooLarge(let what, let size, let limit):
            "\(what) \(size) is more than \(limit), the most that is read"
        case .memory(let what, let needed, let available):
            "\(what) need \(MemoryText.of(needed)) of memory and \(MemoryText.of(available)) are "
                + "free: use a machine with more, or a smaller model"
        case .syntax(let line, let expected, let found):
            "line \(line): \(expected) expected, found \(found)"
        case .nesting(let line, let limit):
            "line \(line): lists nested more than \(limit) deep"
        case .unknown(let line, let what, let name, let count):
            "line \(line): unknown \(what) \(name): there are \(count), give a declared name or a "
                + "number from 0 to \(count - 1)"
        case .duplicate(let line, let what): "line \(line): \(what) is given twice"
        case .missing(let what): "\(what) is missing"
        case .ambiguous(let line, let key, let option):
            "line \(line): \(key) can be read as a table or as entries: say \"\(option)\": \"dense\" "
                + "or \"sparse\""
        case .model(let error): error.description
        case .observations(let state, let action, let sum):
            "the observations in state \(state)\(action.map { " after action \($0)" } ?? "") have "
                + "probabilities that sum to \(sum): each must be from 0 to 1, the sum 1"
        case .law(let line, let table, let row, let sum):
            "line \(line): row \(row) of \"\(table)\" sums to \(sum): probabilities must sum to 1"
        case .contradiction(let line, let sentence): "line \(line): \(sentence)"
        case .mismatch(let sentence): sentence
        }
    }
}
