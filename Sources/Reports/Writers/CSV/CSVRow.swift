/// Rows of comma-separated values (RFC 4180), except that no cell holds a line break: one row is
/// always one line.
package enum CSVRow {
    /// The line of some cells, with its line break.
    package static func line(_ cells: [String]) -> [UInt8] {
        Array((cells.map(quoted).joined(separator: ",") + "\n").utf8)
    }

    private static func quoted(_ cell: String) -> String {
        let breaks: Set<Unicode.Scalar> = [
            "\n", "\r", "\u{0B}", "\u{0C}", "\u{85}", "\u{2028}", "\u{2029}",
        ]
        var text = String.UnicodeScalarView()
        var special = false
        for scalar in cell.unicodeScalars {
            if scalar == "\"" { text.append("\"") }
            special = special || scalar == "\"" || scalar == ","
            text.append(breaks.contains(scalar) ? " " : scalar)
        }
        return special ? "\"\(String(text))\"" : String(text)
    }

    /// The cells of a line; the line break is not part of it.
    package static func cells(_ line: String) -> [String] {
        var cells: [String] = []
        var cell = String.UnicodeScalarView()
        var (quoted, closed) = (false, false)
        for scalar in line.unicodeScalars {
            switch scalar {
            case "\"" where quoted:
                (quoted, closed) = (false, true)
            case "\"":
                // A quote right after a closing one stands for itself.
                if closed { cell.append(scalar) }
                (quoted, closed) = (true, false)
            case "," where !quoted:
                cells.append(String(cell))
                cell = String.UnicodeScalarView()
                closed = false
            default:
                cell.append(scalar)
                closed = false
            }
        }
        return cells + [String(cell)]
    }

    /// A number as a cell; those that are not finite are `nan`, `inf` and `-inf`.
    package static func cell(_ number: Double) -> String {
        if number.isNaN { return "nan" }
        if number.isInfinite { return number > 0 ? "inf" : "-inf" }
        if let whole = Int(exactly: number), abs(whole) < 1 << 53 { return String(whole) }
        return "\(number)"
    }
}
