import OptimistCore

extension JSONValue {
    /// The tree on one line, keys sorted: the same text as `text()`, made without Foundation's
    /// encoder, which is too slow for a line a learning step.
    package var line: String {
        var line = ""
        append(to: &line)
        return line
    }

    private func append(to line: inout String) {
        switch self {
        case .null: line += "null"
        case .truth(let truth): line += truth ? "true" : "false"
        case .number(let number) where !number.isFinite: line += "null"
        case .number(let number):
            if let whole = Int(exactly: number), abs(whole) < 1 << 53 {
                line += String(whole)
            } else {
                let text = "\(number)"
                line += text.hasSuffix(".0") ? String(text.dropLast(2)) : text
            }
        case .text(let text): JSONValue.append(text, to: &line)
        case .list(let list):
            line += "["
            for (index, value) in list.enumerated() {
                if index > 0 { line += "," }
                value.append(to: &line)
            }
            line += "]"
        case .object(let object):
            line += "{"
            for (index, pair) in object.sorted(by: { $0.key < $1.key }).enumerated() {
                if index > 0 { line += "," }
                JSONValue.append(pair.key, to: &line)
                line += ":"
                pair.value.append(to: &line)
            }
            line += "}"
        }
    }

    private static func append(_ text: String, to line: inout String) {
        line += "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": line += "\\\""
            case "\\": line += "\\\\"
            case "\n": line += "\\n"
            case "\r": line += "\\r"
            case "\t": line += "\\t"
            case "\u{8}": line += "\\b"
            case "\u{C}": line += "\\f"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                line += "\\u00" + (digits.count == 1 ? "0" : "") + digits
            default: line.unicodeScalars.append(scalar)
            }
        }
        line += "\""
    }
}
