import OptimistCore

/// A table for the terminal: a head, a rule, and rows in aligned columns.
public struct TextTable: Sendable {
    /// Where a cell's text lies in its column.
    public enum Alignment: Sendable {
        /// Words.
        case left
        /// Numbers.
        case right
    }

    /// A column.
    public struct Column: Sendable {
        /// The word at its head.
        public var title: String
        /// Where texts lie.
        public var alignment: Alignment

        /// A column of words.
        public static func words(_ title: String) -> Column {
            Column(title: title, alignment: .left)
        }

        /// A column of numbers.
        public static func numbers(_ title: String) -> Column {
            Column(title: title, alignment: .right)
        }
    }

    private static let gap = 2
    /// Columns of words are not cut below this width.
    private static let narrowest = 8

    /// The columns, left to right.
    public let columns: [Column]
    /// The rows, each with a cell for each column.
    public private(set) var rows: [[String]] = []

    /// A table without rows.
    public init(_ columns: [Column]) { self.columns = columns }

    /// Adds a row.
    public mutating func append(_ cells: [String]) {
        if cells.count != columns.count {
            fail("TextTable.append", "\(cells.count) cells for \(columns.count) columns")
        }
        rows.append(cells.map(TextTable.printable))
    }

    /// A cell without line breaks and other control letters, which a terminal would obey.
    private static func printable(_ cell: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in cell.unicodeScalars {
            let controls = scalar.properties.generalCategory == .control
            let breaks = scalar == "\u{2028}" || scalar == "\u{2029}"
            scalars.append(controls || breaks ? " " : scalar)
        }
        return String(scalars)
    }

    /// The table as text.
    ///
    /// - Parameter width: columns of the terminal; nil for as many as it takes. Columns of words
    ///   are cut where that helps, the widest first, and then whole lines.
    public func text(width: Int? = nil) -> String {
        let widths = self.widths(within: width)
        let rule = widths.map { String(repeating: "─", count: $0) }
        let lines = [columns.map(\.title), rule] + rows
        return lines.map { cells in
            let whole = zip(zip(cells, columns), widths).map { cell, width in
                let text = cell.0.cut(to: width)
                return cell.1.alignment == .right ? text.leading(width) : text.padded(width)
            }.joined(separator: String(repeating: " ", count: TextTable.gap))
            let end = whole.lastIndex { $0 != " " }.map { whole.index(after: $0) }
            return String(whole[..<(end ?? whole.startIndex)]).cut(to: width ?? .max) + "\n"
        }.joined()
    }

    private func widths(within limit: Int?) -> [Int] {
        var widths = columns.indices.map { column in
            ([columns[column].title] + rows.map { $0[column] }).map(\.count).max() ?? 0
        }
        guard let limit else { return widths }
        var excess = widths.reduce(TextTable.gap * (widths.count - 1), +) - limit
        while excess > 0 {
            let words = widths.indices.filter {
                columns[$0].alignment == .left && widths[$0] > TextTable.narrowest
            }
            guard let widest = words.max(by: { widths[$0] < widths[$1] }) else { break }
            widths[widest] -= 1
            excess -= 1
        }
        return widths
    }
}
