import OptimistCore
import OptimistModels
import OptimistTorch

/// What happened in the updates that a record tells of; tensors are read when it is made.
struct SoftProgress {
    /// Updates so far.
    private(set) var count = 0
    private var criticLoss = 0.0
    private var last: Last?

    /// The rows of the last update.
    private struct Last {
        var rewards: Tensor
        var logDensities: Tensor
        var temperature: Tensor
    }

    mutating func add(
        _ rewards: Tensor, criticLoss: Double, logDensities: Tensor, temperature: Tensor
    ) {
        count += 1
        self.criticLoss += criticLoss
        last = Last(rewards: rewards, logDensities: logDensities, temperature: temperature)
    }

    /// Means over the updates, and the bound of the last one's rows.
    func record(prior: PolicyPrior, kind: ActionKind) -> Record {
        guard let last else { fail("SoftProgress.record", "nothing was added") }
        let temperature = last.temperature.item()
        let reward = Estimate(of: (last.rewards / temperature).doubles())
        let densities = Estimate(of: last.logDensities.doubles())
        let cost = prior.constant(kind).map { densities.mean - $0 }
        var errors = ["reward": reward.standardError ?? 0]
        if cost != nil { errors["actionConsistency"] = densities.standardError ?? 0 }
        return Record(
            .learning,
            metrics: [
                Metric("loss.critics", criticLoss / Double(count)),
                Metric("policy.entropy", -densities.mean), Metric("temperature", temperature),
                Metric("updates", Double(count)),
            ],
            bound: Bound(
                reward: reward.mean, actionConsistency: cost,
                context: BoundContext(
                    scope: .perStep(validSteps: last.rewards.count), source: .replay,
                    rewardScale: 1 / temperature, standardErrors: errors)))
    }

    func save(to archive: Archive) {
        archive.store(count, as: "count")
        archive.store(criticLoss, as: "criticLoss")
        guard let last else { return }
        archive.store(last.rewards, as: "rewards")
        archive.store(last.logDensities, as: "logDensities")
        archive.store(last.temperature, as: "temperature")
    }

    mutating func load(from archive: Archive) throws {
        count = try archive.value("count")
        criticLoss = try archive.value("criticLoss")
        last =
            count == 0
            ? nil
            : Last(
                rewards: try archive.tensor("rewards"),
                logDensities: try archive.tensor("logDensities"),
                temperature: try archive.tensor("temperature"))
    }
}
