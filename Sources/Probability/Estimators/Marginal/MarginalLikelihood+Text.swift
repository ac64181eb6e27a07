import OptimistCore

extension MarginalLikelihood: RawRepresentable, SettingValue {
    /// What texts there are, for help and refusals.
    public static let grammar =
        "exact, prior:K, posterior:K, mixture:K (K even) or jackknife:K (K at least 2)"

    /// The kind that a text such as `mixture:16` stands for; nil if it is none.
    public init?(rawValue: String) {
        let parts = rawValue.split(separator: ":", omittingEmptySubsequences: false)
        let count = parts.count == 2 ? Int(parts[1]) : nil
        let kind: MarginalLikelihood
        switch (parts[0], parts.count, count) {
        case ("exact", 1, _): kind = .exact
        case ("prior", 2, let count?): kind = .prior(count)
        case ("posterior", 2, let count?): kind = .posterior(count)
        case ("mixture", 2, let count?): kind = .mixture(count)
        case ("jackknife", 2, let count?): kind = .jackknife(count)
        default: return nil
        }
        guard kind.isValid else { return nil }
        self = kind
    }

    /// The kind as text, such as `mixture:16`.
    public var rawValue: String {
        switch self {
        case .exact: "exact"
        case .prior(let count): "prior:\(count)"
        case .posterior(let count): "posterior:\(count)"
        case .mixture(let count): "mixture:\(count)"
        case .jackknife(let count): "jackknife:\(count)"
        }
    }

    /// Reads the text of a kind.
    ///
    /// - Throws: `ConfigurationError.outOfRange` with the setting's name where it is none.
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let kind = Self(rawValue: text) else {
            throw ConfigurationError.outOfRange(
                key: decoder.codingPath.map(\.stringValue).joined(separator: "."), value: text,
                allowed: Self.grammar)
        }
        self = kind
    }

    /// Writes the text of the kind.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}
