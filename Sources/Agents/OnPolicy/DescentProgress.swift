import OptimistCore

/// What the updates of a rollout did.
struct DescentProgress {
    private var valueLosses = 0.0
    private var norms = 0.0
    private var count = 0.0
    /// The divergence at the last update, in nats.
    private(set) var lastDivergence = 0.0

    mutating func add(_ done: PolicyDescent) {
        valueLosses += done.valueLoss
        norms += done.norm
        count += 1
        lastDivergence = done.divergence
    }

    /// Means over the updates.
    var metrics: [Metric] {
        [
            Metric("loss.value", valueLosses / count), Metric("gradient.norm", norms / count),
            Metric("policy.change", lastDivergence), Metric("updates", count),
        ]
    }
}
