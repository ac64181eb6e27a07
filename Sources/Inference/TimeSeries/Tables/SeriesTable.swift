import Foundation
import OptimistLinearAlgebra

/// Columns of numbers from a CSV file with a header (RFC 4180, UTF-8, either line ending). Empty
/// cells and the words NA, NaN and null are gaps.
public struct SeriesTable: Sendable, Equatable {
    /// The chosen columns' names.
    public let columns: [String]
    /// The values, `[row, column]`; NaN for gaps.
    public let values: Matrix
    /// The name of the first column of the file; nil where that is a chosen one.
    public let labelName: String?
    /// The cells of the first column of the file, such as dates; 1, 2, … where it is a chosen one.
    public let labels: [String]
    /// The file's name, for messages.
    public let file: String

    /// The series of the chosen columns.
    public var sequence: LinearGaussianSequence { LinearGaussianSequence(observations: values) }

    /// The most bytes of a file that are read.
    public static let sizeLimit = 1 << 28

    /// Reads a table.
    ///
    /// - Parameters:
    ///   - data: the file's bytes.
    ///   - file: its name, for messages.
    ///   - chosen: the columns to take, in this order; nil takes the last ones.
    ///   - lastCount: how many of the last columns to take where none are named.
    /// - Throws: `SeriesError`, naming line and column.
    public init(
        _ data: Data, file: String, columns chosen: [String]? = nil, lastCount: Int = 1
    ) throws {
        if data.count > SeriesTable.sizeLimit {
            throw SeriesError.tooLarge(
                file: file, bytes: data.count, limit: SeriesTable.sizeLimit)
        }
        var reader = CSVReader(data, file: file)
        guard let header = try reader.next(), header.cells != [""] else {
            throw SeriesError.empty(file: file)
        }
        let names = header.cells.map { $0.trimmingCharacters(in: .whitespaces) }
        try SeriesTable.check(header: names, file)
        let indices = try SeriesTable.indices(of: chosen, lastCount, among: names, file)
        let taken = indices.map { names[$0] }
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
        self.file = file
        let hasLabels = !indices.contains(0)
        labelName = hasLabels ? names[0] : nil
        self.labels = hasLabels ? labels : labels.indices.map { "\($0 + 1)" }
        values = Matrix(rows: labels.count, columns: taken.count, numbers)
        for (index, name) in taken.enumerated()
        where values.column(index).allSatisfy(\.isNaN) {
            throw SeriesError.noNumbers(file: file, column: name)
        }
    }

    /// Reads a table from a file.
    ///
    /// - Throws: `SeriesError`.
    public init(contentsOf path: String, columns: [String]? = nil, lastCount: Int = 1) throws {
        try self.init(
            SeriesFile.read(path, limit: SeriesTable.sizeLimit), file: path, columns: columns,
            lastCount: lastCount)
    }

    private static func check(header names: [String], _ file: String) throws {
        var seen: Set<String> = []
        for name in names where !seen.insert(name).inserted {
            throw SeriesError.repeatedColumn(file: file, name: name)
        }
        if names.allSatisfy({ Double($0) != nil }) { throw SeriesError.noHeader(file: file) }
    }

    private static func indices(
        of chosen: [String]?, _ lastCount: Int, among names: [String], _ file: String
    ) throws -> [Int] {
        guard let chosen else { return Array(max(0, names.count - lastCount)..<names.count) }
        return try chosen.enumerated().map { place, name in
            if chosen[..<place].contains(name) {
                throw SeriesError.chosenTwice(file: file, name: name)
            }
            guard let index = names.firstIndex(of: name) else {
                throw SeriesError.unknownColumn(file: file, name: name, known: names)
            }
            return index
        }
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
