extension Bound<Double> {
    /// The mean over steps of terms that were estimated, with their standard errors where they have
    /// one.
    ///
    /// - Parameters:
    ///   - steps: how many steps counted.
    ///   - source: where they came from.
    ///   - rewardScale: nats per unit of reward.
    ///   - reward: rewardScale · r of a step, in nats; nil where the bound has no such term.
    ///   - actionConsistency: KL(q(a) ‖ p(a)) of a step, in nats; nil where actions cost nothing.
    ///   - extras: further terms of a step, in nats, added in their order.
    public static func perStep(
        _ steps: Int, source: BoundSource, rewardScale: Double = 1, reward: Estimate? = nil,
        actionConsistency: Estimate? = nil,
        extras: [(name: String, value: Estimate)] = []
    ) -> Bound {
        let named: [(name: String, value: Estimate?)] = [
            (BoundTerm.reward.rawValue, reward),
            (BoundTerm.actionConsistency.rawValue, actionConsistency),
        ]
        let errors = (named + extras.map { ($0.name, $0.value) }).compactMap { name, term in
            term?.standardError.map { (name, $0) }
        }
        return Bound(
            reward: reward?.mean, actionConsistency: actionConsistency?.mean,
            extras: extras.map { Extra(name: $0.name, value: $0.value.mean) },
            context: BoundContext(
                scope: .perStep(validSteps: steps), source: source, rewardScale: rewardScale,
                standardErrors: Dictionary(uniqueKeysWithValues: errors)))
    }
}
