/// A `key=value` of the command line.
struct Assignment {
    let pair: (key: String, value: String)

    /// - Throws: `UsageError.notAnAssignment`.
    init(_ text: String, option: String) throws {
        guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
            throw UsageError.notAnAssignment(text, option: option)
        }
        pair = (String(text[..<equals]), String(text[text.index(after: equals)...]))
    }
}
