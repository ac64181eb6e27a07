/// Why a file does not hold a series or a model of one.
public enum SeriesError: Error, Equatable, Sendable {
    /// The file has no header or no rows.
    case empty(file: String)
    /// The file is larger than is read.
    case tooLarge(file: String, bytes: Int, limit: Int)
    /// The file is not UTF-8.
    case notText(file: String, line: Int)
    /// A row has another number of cells than the header.
    case ragged(file: String, line: Int, cells: Int, expected: Int)
    /// A cell of a chosen column is neither a number nor empty.
    case notNumber(file: String, line: Int, column: String, text: String)
    /// A chosen column does not exist.
    case unknownColumn(file: String, name: String, known: [String])
    /// Two columns have the same name.
    case repeatedColumn(file: String, name: String)
    /// A quote is not closed, or stands inside a cell.
    case badQuote(file: String, line: Int)
    /// A chosen column has no number at all.
    case noNumbers(file: String, column: String)
    /// A model file has a wrong value at a key.
    case model(key: String, found: String, expected: String)
}

extension SeriesError: CustomStringConvertible {
    /// The sentence that a user reads.
    public var description: String {
        switch self {
        case .empty(let file): "\(file) has no header with rows below it; add them"
        case .tooLarge(let file, let bytes, let limit):
            "\(file) has \(bytes) bytes, more than the \(limit) that are read; split it"
        case .notText(let file, let line):
            "\(file), line \(line): this is not UTF-8 text; save the file as UTF-8"
        case .ragged(let file, let line, let cells, let expected):
            "\(file), line \(line): \(cells) cells where the header has \(expected); "
                + "give every column a cell, empty for a gap"
        case .notNumber(let file, let line, let column, let text):
            "\(file), line \(line), column \(column): \"\(text)\" is not a number; "
                + "correct it, or leave the cell empty for a gap"
        case .unknownColumn(let file, let name, let known):
            "\(file) has no column \(name); it has \(known.joined(separator: ", "))"
        case .repeatedColumn(let file, let name):
            "\(file), line 1: two columns are called \(name); rename one"
        case .badQuote(let file, let line):
            "\(file), line \(line): a quote is not closed or stands inside a cell; "
                + "quote whole cells and double the quotes inside them"
        case .noNumbers(let file, let column):
            "\(file), column \(column) holds no number; choose another with --columns"
        case .model(let key, let found, let expected):
            "the model's \(key) is \(found) where \(expected) is expected"
        }
    }
}
