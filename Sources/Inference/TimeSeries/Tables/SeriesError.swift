/// Why a file does not hold a series or a model of one.
public enum SeriesError: Error, Equatable, Sendable {
    /// The system does not give the file.
    case unreadable(file: String, FileTrouble)
    /// The file has no header or no rows.
    case empty(file: String)
    /// The first line holds numbers, not names.
    case noHeader(file: String)
    /// The file is larger than is read.
    case tooLarge(file: String, bytes: Int, limit: Int)
    /// The model's results for so many rows would not fit in memory.
    case tooManyNumbers(file: String, rows: Int, numbersPerRow: Int, limit: Int)
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
    /// A column was chosen twice.
    case chosenTwice(file: String, name: String)
    /// A quote is not closed, or stands inside a cell.
    case badQuote(file: String, line: Int)
    /// A chosen column has no number at all.
    case noNumbers(file: String, column: String)
    /// The model needs another number of columns.
    case wrongColumns(file: String, columns: [String], expected: Int, model: String)
    /// A model file is not JSON.
    case notJSON(file: String, reason: String)
    /// A model file has a wrong value at a key.
    case model(file: String, key: String, found: String, expected: String)
    /// The data do not suit the model.
    case unsuited(file: String, reason: String)

    /// Why the system does not give a file.
    public enum FileTrouble: Equatable, Sendable {
        /// It is not there.
        case missing
        /// It may not be read.
        case permission
        /// Reading failed.
        case failed(String)
    }
}

extension SeriesError: CustomStringConvertible {
    /// The sentence that a user reads.
    public var description: String {
        switch self {
        case .unreadable(let file, .missing): "there is no file \(file)"
        case .unreadable(let file, .permission): "no permission to read \(file)"
        case .unreadable(let file, .failed(let reason)): "cannot read \(file): \(reason)"
        case .empty(let file): "\(file), line 1: a header with rows of numbers below it is expected"
        case .noHeader(let file):
            "\(file), line 1: numbers where the names of the columns are expected; add a header"
        case .tooLarge(let file, let bytes, let limit):
            "\(file) has \(bytes) bytes, more than the \(limit) that are read; split it"
        case .tooManyNumbers(let file, let rows, let numbers, let limit):
            "\(file) has \(rows) rows, and the model keeps \(numbers) numbers of each, more than "
                + "\(limit) in all; split the file, or use a smaller model"
        case .notText(let file, let line):
            "\(file), line \(line): this is not UTF-8 text; save the file as UTF-8"
        case .ragged(let file, let line, let cells, let expected):
            "\(file), line \(line): \(cells) cells where the header has \(expected); "
                + "give every column a cell, empty for a gap"
        case .notNumber(let file, let line, let column, let text):
            "\(file), line \(line), column \(SeriesError.shown(column)): "
                + "\"\(SeriesError.shown(text))\" is not a number; "
                + "correct it, or leave the cell empty for a gap"
        case .unknownColumn(let file, let name, let known):
            "\(file), line 1: there is no column \(SeriesError.shown(name)); there are "
                + SeriesError.list(known)
        case .repeatedColumn(let file, let name):
            "\(file), line 1: two columns are called \"\(SeriesError.shown(name))\"; rename one"
        case .chosenTwice(let file, let name):
            "\(file): the column \(SeriesError.shown(name)) is chosen twice; choose each once"
        case .badQuote(let file, let line):
            "\(file), line \(line): a quote is not closed or stands inside a cell; "
                + "quote whole cells and double the quotes inside them"
        case .noNumbers(let file, let column):
            "\(file), column \(SeriesError.shown(column)) holds no number; choose another with "
                + "--columns"
        case .wrongColumns(let file, let columns, let expected, let model):
            "\(file): \(model) observes \(expected) column\(expected == 1 ? "" : "s"), and "
                + "\(columns.count) are chosen (\(SeriesError.list(columns))); "
                + "choose \(expected) with --columns"
        case .notJSON(let file, let reason): "\(file), \(reason)"
        case .model(let file, let key, let found, let expected):
            "\(file): \(key) is \(found) where \(expected) is expected"
        case .unsuited(let file, let reason): "\(file): \(reason)"
        }
    }

    /// A text of the file as it is shown: not long, and without letters that a terminal obeys.
    private static func shown(_ text: String) -> String {
        let visible = text.prefix(60).unicodeScalars.map {
            $0.properties.generalCategory == .control ? " " : String($0)
        }
        return visible.joined() + (text.count > 60 ? "…" : "")
    }

    /// Names of columns, the first ones of many.
    private static func list(_ names: [String]) -> String {
        names.prefix(20).map(shown).joined(separator: ", ") + (names.count > 20 ? ", …" : "")
    }
}
