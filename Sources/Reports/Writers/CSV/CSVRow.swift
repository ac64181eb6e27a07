/// Rows of comma-separated values (RFC 4180), except that no cell holds a line break: one row is
/// always one line.
enum CSVRow {
    /// The line of some cells, with its line break.
    static func line(_ cells: [String]) -> [UInt8] {
        Array((cells.map(quoted).joined(separator: ",") + "\n").utf8)
    }

    private static func quoted(_ cell: String) -> String {
        let flat = String(cell.map { $0.isNewline ? " " : $0 })
        guard flat.contains(where: { $0 == "," || $0 == "\"" }) else { return flat }
        return "\"" + flat.split(separator: "\"", omittingEmptySubsequences: false)
            .joined(separator: "\"\"") + "\""
    }

    /// The cells of a line; the line break is not part of it.
    static func cells(_ line: String) -> [String] {
        var cells: [String] = []
        var cell = ""
        var quoted = false
        var closed = false
        for character in line {
            switch character {
            case "\"" where quoted:
                (quoted, closed) = (false, true)
            case "\"":
                // A quote right after a closing one stands for itself.
                if closed { cell.append("\"") }
                (quoted, closed) = (true, false)
            case "," where !quoted:
                cells.append(cell)
                cell = ""
                closed = false
            default:
                cell.append(character)
                closed = false
            }
        }
        return cells + [cell]
    }

    /// A number as a cell; those that are not finite are `nan`, `inf` and `-inf`.
    static func cell(_ number: Double) -> String {
        if number.isNaN { return "nan" }
        if number.isInfinite { return number > 0 ? "inf" : "-inf" }
        if let whole = Int(exactly: number), abs(whole) < 1 << 53 { return String(whole) }
        return "\(number)"
    }
}
