/// How long a process lasts that is solved.
public enum SolvingSpan: Sendable, Equatable {
    /// A number of steps, with a discount between them.
    case steps(Int, discount: Double)
    /// Without an end, discounted; undiscounted where terminal states are reached.
    case endless(discount: Double)

    /// γ.
    public var discount: Double {
        switch self {
        case .steps(_, let discount), .endless(let discount): discount
        }
    }

    /// T; nil without an end.
    public var horizon: Int? {
        if case .steps(let steps, _) = self { steps } else { nil }
    }

    /// The span of a model of which the request may know more. Both may give a horizon, or a
    /// discount, if they agree; with a horizon alone the discount is 1.
    ///
    /// - Throws: `SolvingError`.
    public init(
        horizon: Int?, discount: Double?, model: TabularModelDetails
    ) throws(SolvingError) {
        if let horizon, horizon < 1 {
            throw .outOfRange(what: "horizon", value: "\(horizon)", allowed: "1 or more")
        }
        if let discount, !(0...1).contains(discount) {
            throw .outOfRange(what: "discount", value: "\(discount)", allowed: "0 to 1")
        }
        if let horizon, let own = model.horizon, horizon != own {
            throw .disagreement(what: "horizon", asked: "\(horizon)", model: "\(own)")
        }
        if let discount, let own = model.discount, discount != own {
            throw .disagreement(what: "discount", asked: "\(discount)", model: "\(own)")
        }
        let discount = discount ?? model.discount
        if let horizon = horizon ?? model.horizon {
            self = .steps(horizon, discount: discount ?? 1)
        } else if let discount {
            self = .endless(discount: discount)
        } else {
            throw .noHorizon
        }
    }
}
