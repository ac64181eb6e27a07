/// A setting written as a word with parts, such as `mixture:16`.
public protocol GrammarSetting: SettingValue, RawRepresentable where RawValue == String {
    /// What texts there are, for help and refusals.
    static var grammar: String { get }
}

extension GrammarSetting {
    /// Reads the text.
    ///
    /// - Throws: `ConfigurationError.outOfRange` with the setting's name where it is none.
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let value = Self(rawValue: text) else {
            throw ConfigurationError.outOfRange(
                key: decoder.codingPath.map(\.stringValue).joined(separator: "."), value: text,
                allowed: Self.grammar)
        }
        self = value
    }

    /// Writes the text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}
