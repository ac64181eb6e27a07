import Foundation
import OptimistLinearAlgebra

/// Columns of numbers from a CSV file with a header (RFC 4180, UTF-8, either line ending). Empty
/// cells and the words NA, NaN and null are gaps.
public struct SeriesTable: Sendable, Equatable {
    /// The chosen columns' names.
    public let columns: [String]
    /// The values, `[row, column]`; NaN for gaps.
    public let values: Matrix
    /// The cells of the first column of the file, such as dates.
    public let labels: [String]

    /// The series of the chosen columns.
    public var sequence: LinearGaussianSequence { LinearGaussianSequence(observations: values) }

    /// The most bytes of a file that are read.
    public static let sizeLimit = 1 << 28

    /// Reads a table.
    ///
    /// - Parameters:
    ///   - data: the file's bytes.
    ///   - file: its name, for messages.
    ///   - chosen: the columns to take, in this order; nil takes the last one alone.
    /// - Throws: `SeriesError`, naming line and column.
    public init(_ data: Data, file: String, columns chosen: [String]? = nil) throws {
        if data.count > SeriesTable.sizeLimit {
            throw SeriesError.tooLarge(
                file: file, bytes: data.count, limit: SeriesTable.sizeLimit)
        }
        var reader = CSVReader(data, file: file)
        guard let header = try reader.next(), header.cells != [""] else {
            throw SeriesError.empty(file: file)
        }
        let names = header.cells.map { $0.trimmingCharacters(in: .whitespaces) }
        for (index, name) in names.enumerated() where names[..<index].contains(name) {
            throw SeriesError.repeatedColumn(file: file, name: name)
        }
        let taken = chosen ?? [names[names.count - 1]]
        let indices = try taken.map { name in
            guard let index = names.firstIndex(of: name) else {
                throw SeriesError.unknownColumn(file: file, name: name, known: names)
            }
            return index
        }
        var (numbers, labels) = ([Double](), [String]())
        while let row = try reader.next() {
            // An empty line is no row, but in a file of one column it is a gap.
            if row.cells == [""], names.count > 1 { continue }
            if row.cells.count != names.count {
                throw SeriesError.ragged(
                    file: file, line: row.line, cells: row.cells.count, expected: names.count)
            }
            labels.append(row.cells[0])
            for (name, index) in zip(taken, indices) {
                numbers.append(
                    try SeriesTable.number(
                        row.cells[index], file: file, line: row.line, column: name))
            }
        }
        if labels.isEmpty { throw SeriesError.empty(file: file) }
        self.columns = taken
        self.labels = labels
        values = Matrix(rows: labels.count, columns: taken.count, numbers)
        for (index, name) in taken.enumerated()
        where values.column(index).allSatisfy(\.isNaN) {
            throw SeriesError.noNumbers(file: file, column: name)
        }
    }

    /// Reads a table from a file.
    ///
    /// - Throws: `SeriesError`, or the system's error where the file cannot be read.
    public init(contentsOf path: String, columns: [String]? = nil) throws {
        try self.init(
            Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe), file: path,
            columns: columns)
    }

    private static func number(
        _ cell: String, file: String, line: Int, column: String
    ) throws -> Double {
        let text = cell.trimmingCharacters(in: .whitespaces)
        if ["", "na", "nan", "null"].contains(text.lowercased()) { return .nan }
        guard let value = Double(text), value.isFinite else {
            throw SeriesError.notNumber(file: file, line: line, column: column, text: text)
        }
        return value
    }
}
