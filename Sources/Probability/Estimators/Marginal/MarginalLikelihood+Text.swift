import OptimistCore

extension MarginalLikelihood: GrammarSetting {
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
}
