import Foundation

extension SettingField {
    /// The value that a text from the command line stands for.
    ///
    /// - Throws: `ConfigurationError` where the text is no value of this field.
    public func parse(_ text: String) throws -> JSONValue {
        guard let value = kind.parse(text) else { throw wrongKind(text) }
        return try check(value)
    }

    /// The value itself where it is one that this field may have; whole numbers pass for reals.
    ///
    /// - Throws: `ConfigurationError` where it is not.
    public func check(_ value: JSONValue) throws -> JSONValue {
        guard kind.accepts(value) else {
            if case .text(let word) = value { throw wrongKind(word) }
            throw wrongKind(value.text())
        }
        try checkConstraint(value)
        return value
    }

    private func wrongKind(_ value: String) -> ConfigurationError {
        if case .choices(let words) = constraint {
            return .outOfRange(key: key, value: value, allowed: words.joined(separator: ", "))
        }
        return .wrongKind(key: key, value: value, expected: kind.description)
    }

    private func checkConstraint(_ value: JSONValue) throws {
        switch (value, constraint) {
        case (.list(let elements), _):
            for element in elements { try checkConstraint(element) }
        case (.number(let number), .range(let low, let high)):
            guard low <= number, number <= high else { throw outOfRange(JSONValue.text(number)) }
        case (.text(let word), .choices(let words)):
            guard words.contains(word) else { throw outOfRange(word) }
        default: break
        }
    }

    private func outOfRange(_ value: String) -> ConfigurationError {
        var allowed = constraint.description
        if case .optional = kind { allowed += ", or none" }
        return .outOfRange(key: key, value: value, allowed: allowed)
    }
}

extension SettingKind {
    /// The value of this kind that a text stands for; nil if it is none.
    func parse(_ text: String) -> JSONValue? {
        switch self {
        case .integer: return Int(text).map { .number(Double($0)) }
        case .real: return Double(text).flatMap { $0.isFinite ? .number($0) : nil }
        case .truth: return Bool(text).map { .truth($0) }
        case .word: return .text(text)
        case .optional(let kind):
            return text == "none" || text == "null" ? .null : kind.parse(text)
        case .list(let kind):
            var inner = Substring(text.trimmingCharacters(in: .whitespaces))
            if inner.hasPrefix("["), inner.hasSuffix("]") { inner = inner.dropFirst().dropLast() }
            let parts = inner.split(separator: ",").map {
                kind.parse($0.trimmingCharacters(in: .whitespaces))
            }
            return parts.contains(nil) ? nil : .list(parts.compactMap { $0 })
        }
    }

    /// Whether a JSON value is of this kind.
    func accepts(_ value: JSONValue) -> Bool {
        switch (self, value) {
        case (.integer, .number(let number)): Int(exactly: number) != nil
        case (.real, .number), (.truth, .truth), (.word, .text), (.optional, .null): true
        case (.optional(let kind), _): kind.accepts(value)
        case (.list(let kind), .list(let elements)): elements.allSatisfy(kind.accepts)
        default: false
        }
    }
}
