import OptimistCore

/// The value of an argument of an environment's constructor.
public enum GymnasiumArgument: Sendable, Hashable, Codable {
    /// Python's `None`.
    case none
    /// `True` or `False`.
    case truth(Bool)
    /// An `int`.
    case whole(Int)
    /// A `float`.
    case real(Double)
    /// A `str`.
    case text(String)

    /// Reads a value as written after `--env-set key=`: `none`, `true`, `false`, a whole number,
    /// a number with a point or exponent, or else a text. Quotes make a text of anything.
    public init(parsing text: String) {
        if let quoted = GymnasiumArgument.unquoted(text) {
            self = .text(quoted)
            return
        }
        switch text {
        case "none", "None": self = .none
        case "true", "True": self = .truth(true)
        case "false", "False": self = .truth(false)
        default:
            if let whole = Int(text) {
                self = .whole(whole)
            } else if let real = Double(text), real.isFinite, !text.lowercased().contains("x") {
                self = .real(real)
            } else {
                self = .text(text)
            }
        }
    }

    /// Reads assignments `key=value`.
    ///
    /// - Throws: `GymnasiumError.badArgument` where one has no key that Python could take.
    public static func parse(
        _ assignments: [String]
    ) throws -> [(key: String, value: GymnasiumArgument)] {
        try assignments.map { assignment in
            guard let equals = assignment.firstIndex(of: "=") else {
                throw GymnasiumError.badArgument(assignment)
            }
            let key = String(assignment[..<equals])
            guard let first = key.first, first.isLetter || first == "_",
                key.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" })
            else { throw GymnasiumError.badArgument(assignment) }
            let value = String(assignment[assignment.index(after: equals)...])
            return (key, GymnasiumArgument(parsing: value))
        }
    }

    private static func unquoted(_ text: String) -> String? {
        guard text.count >= 2, let quote = text.first, quote == text.last, "'\"".contains(quote)
        else { return nil }
        return String(text.dropFirst().dropLast())
    }

    /// The value in JSON, which keeps whole numbers apart from others.
    var json: String {
        switch self {
        case .none: "null"
        case .truth(let truth): truth ? "true" : "false"
        case .whole(let whole): "\(whole)"
        case .real(let real): "\(real)"
        case .text(let text): JSONValue.text(text).text()
        }
    }
}
