import OptimistCore

/// What is known of a partially observed model once it is solved.
public struct BeliefSolution: Sendable {
    /// How the value relates to the best one.
    public enum Kind: String, Sendable {
        /// It is the best value.
        case exact
        /// The best value is this or more.
        case lowerBound = "lower bound"
        /// The best value is this or less.
        case upperBound = "upper bound"
    }

    /// A value of beliefs in a form that can be written down.
    public enum Form: Sendable {
        /// V(b) = max_i Σ_s b(s) α_i(s): with a horizon one set a step, the first step first.
        case vectors([[AlphaVector]])
        /// Values and laws of actions at those beliefs that can be reached.
        case beliefs([[Double]], values: [Double], laws: [[Double]])
        /// Nothing but what holds at the first belief.
        case start
    }

    /// The model.
    public let model: PartiallyObservedModel
    /// How long it lasts.
    public let span: SolvingSpan
    /// How it was solved.
    public let method: BeliefMethod
    /// The value at the first belief, in reward units.
    public let value: Double
    /// How the value relates to the best one; a soft value is exact for the bound.
    public let kind: Kind
    /// The best value is no more than this, in reward units; nil where no bound was computed.
    public let upperBound: Double?
    /// What the policy is said to earn from the first belief, in reward units: the value, or for the
    /// soft one its rewards without divergences; nil where that is not known.
    public let expectedReturn: Double?
    /// Q of each action at the first belief, `[actions]`, in reward units.
    public let actionValues: [Double]
    /// p(a) at the first belief, `[actions]`.
    public let policy: [Double]
    /// The value of all beliefs, as far as it can be written down.
    public let form: Form
    /// What acts, at each step; the last one for ever without an end.
    public let policies: [any BeliefPolicy]
}

extension PolicySimulation {
    /// Simulates the policy of a solution.
    ///
    /// - Parameters:
    ///   - solution: the solution.
    ///   - episodes: how many, at least 1.
    ///   - generator: episode k draws from the split numbered k.
    public init(of solution: BeliefSolution, episodes: Int, using generator: Generator) {
        let simulation = PolicySimulation(
            of: solution.policies, in: solution.model, episodes: episodes,
            steps: Self.steps(of: solution.span), using: generator)
        self.init(
            returns: simulation.returns, expected: solution.expectedReturn ?? .nan,
            truncation: solution.span.horizon == nil ? simulation.truncation : 0)
    }
}

/// How a partially observed model is solved.
public enum BeliefMethod: String, Sendable, CaseIterable {
    /// Alpha vectors of a horizon by incremental pruning.
    case exact
    /// Point-based value iteration, a lower bound; exact where the points can be closed.
    case pointBased = "pbvi"
    /// QMDP, an upper bound that thinks the state known from the next step on.
    case fullyObserved = "qmdp"
    /// FIB, the fast informed bound, an upper bound.
    case fastInformed = "fib"
    /// The bound of control as inference on beliefs.
    case soft
}
