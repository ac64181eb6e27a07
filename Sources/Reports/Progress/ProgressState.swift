import OptimistCore

/// What a progress line tells.
public struct ProgressState: Sendable {
    /// What runs, such as `sac on pendulum, seed 0`.
    public var label: String
    /// Steps done.
    public var step: Int
    /// Steps that the run is to have.
    public var total: Int
    /// Returns of the last few episodes, the newest last.
    public var returns: [Double]
    /// The newest bound.
    public var bound: Bound<Double>?

    /// How far a run is.
    public init(
        label: String, step: Int, total: Int, returns: [Double] = [], bound: Bound<Double>? = nil
    ) {
        self.label = label
        self.step = step
        self.total = total
        self.returns = returns
        self.bound = bound
    }

    /// The share done, in [0, 1].
    var share: Double { total > 0 ? min(max(Double(step) / Double(total), 0), 1) : 1 }

    /// The mean of the last returns in words; nil before the first episode ends.
    var returnWords: String? {
        if returns.isEmpty { return nil }
        let mean = returns.reduce(0, +) / Double(returns.count)
        let over = returns.count == 1 ? "" : " (mean of \(returns.count))"
        return "return \(NumberText.short(mean))\(over)"
    }

    /// The bound's total in words; nil where there is none.
    var totalWords: String? {
        bound?.total.map { "bound \(NumberText.short($0, digits: 3))" }
    }

    /// The bound's terms in words, costs with a minus; nil where there is no bound.
    var termWords: String? {
        guard let bound, bound.total != nil else { return nil }
        let words = bound.terms.enumerated().map { index, term in
            let cost = term.name.hasSuffix("Consistency")
            let sign = cost ? "− " : (index == 0 ? "" : "+ ")
            return "\(sign)\(ProgressState.word(term.name)) "
                + NumberText.short(term.value, digits: 3)
        }
        return words.joined(separator: " ")
    }

    /// A term's name on a line with little room.
    private static func word(_ name: String) -> String {
        switch BoundTerm(rawValue: name) {
        case .reward: "reward"
        case .informationGain: "information"
        case .stateConsistency: "state"
        case .actionConsistency: "action"
        case nil: name
        }
    }
}
