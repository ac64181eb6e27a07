import OptimistCore

/// What the updates of a rollout did.
struct DescentProgress {
    private var means = RunningMeans()
    /// The divergence before the last update, on its minibatch, in nats.
    private(set) var lastDivergence = 0.0

    mutating func add(_ done: PolicyDescent) {
        means.add(["loss.value": done.valueLoss, "gradient.norm": done.norm])
        lastDivergence = done.divergence
    }

    /// Means over the updates.
    var metrics: [Metric] {
        means.metrics + [Metric("policy.change", lastDivergence), means.updates]
    }
}
