/// What is known of a finite model once it is solved. Without an end lists have one step.
public struct TabularSolution: Sendable {
    /// The model solved, with states that a reader added as its last ones.
    public let model: TabularModel
    /// How many states are the user's own; values and marginals list these.
    public let listedStates: Int
    /// How long it lasts.
    public let span: SolvingSpan
    /// log p(O) in nats: of T steps, or summed over random lengths where there is a discount.
    public let logEvidence: Solved<Double>
    /// The best bound in nats, of the true start and dynamics, reward and divergence discounted.
    public let bound: Solved<Double>
    /// For the objective: V_t(s) in reward units, `[steps][listed states]`.
    public let values: Solved<[[Double]]>
    /// For the objective: π_t(a | s), `[steps][pairs of the model]`.
    public let policy: Solved<[[Double]]>
    /// For the objective: p(s_t = s), `[steps][listed states]`; without an end the share of the
    /// (discounted) time that is spent in a state.
    ///
    /// They sum to one less what has gone to an end that a reader added.
    public let stateMarginals: Solved<[[Double]]>
    /// The values are known to this, in reward units, rounding aside; 0 with a horizon.
    public let certifiedError: Double?
    /// Sweeps over all pairs that the values took.
    public let sweeps: Int

    /// log p(O) minus the best bound, in nats.
    public var gap: Solved<Double> {
        switch (logEvidence, bound) {
        case (.value(let evidence), .value(let bound)): .value(evidence - bound)
        case (.missing, _):
            .missing(reason: "there is no log evidence to compare the bound with")
        case (.value, .missing):
            .missing(reason: "there is no bound to compare the log evidence with")
        }
    }

    /// π_t of a step as `[listed states][actions]`, 0 for actions that are not available.
    public func policyTable(_ law: [Double]) -> [[Double]] {
        (0..<listedStates).map { policyRow(law, state: $0) }
    }

    /// π(· | s) of a state, `[actions]`, 0 for actions that are not available.
    public func policyRow(_ law: [Double], state: Int) -> [Double] {
        var row = Array(repeating: 0.0, count: model.actions)
        for pair in model.pairs.range(of: state) {
            row[Int(model.pairs.actionOf[pair])] = law[pair]
        }
        return row
    }
}
