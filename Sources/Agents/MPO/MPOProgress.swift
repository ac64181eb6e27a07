import OptimistCore
import OptimistTorch

/// What happened in the updates that a record tells of; tensors are read when it is made.
struct MPOProgress {
    /// Updates so far.
    private(set) var count = 0
    private var criticLoss = 0.0
    private var last: MPOLearner.Outcome?

    mutating func add(_ outcome: MPOLearner.Outcome) {
        count += 1
        criticLoss += outcome.criticLoss
        last = outcome
    }

    /// Means over the updates, and the bound of the last one's rows.
    func record() -> Record {
        guard let last else { fail("MPOProgress.record", "nothing was added") }
        let reward = Estimate(of: (last.rewards / last.temperature).doubles())
        let cost = Estimate(of: last.improvement.doubles())
        return Record(
            .learning,
            metrics: [
                Metric("loss.critics", criticLoss / Double(count)),
                Metric("temperature", last.temperature),
                Metric("policy.improvement", cost.mean),
                Metric("policy.divergence", last.divergence.sum().item()),
                Metric("policy.entropy", last.entropy.mean().item()),
                Metric("updates", Double(count)),
            ],
            bound: Bound(
                reward: reward.mean, actionConsistency: cost.mean,
                context: BoundContext(
                    scope: .perStep(validSteps: last.rewards.count), source: .replay,
                    rewardScale: 1 / last.temperature,
                    standardErrors: [
                        "reward": reward.standardError ?? 0,
                        "actionConsistency": cost.standardError ?? 0,
                    ])))
    }

    func save(to archive: Archive) {
        archive.store(count, as: "count")
        archive.store(criticLoss, as: "criticLoss")
        guard let last else { return }
        archive.store(last.criticLoss, as: "lastLoss")
        archive.store(last.temperature, as: "temperature")
        archive.store(last.rewards, as: "rewards")
        archive.store(last.improvement, as: "improvement")
        archive.store(last.divergence, as: "divergence")
        archive.store(last.entropy, as: "entropy")
    }

    mutating func load(from archive: Archive) throws {
        count = try archive.value("count")
        criticLoss = try archive.value("criticLoss")
        last =
            count == 0
            ? nil
            : MPOLearner.Outcome(
                criticLoss: try archive.value("lastLoss"),
                temperature: try archive.value("temperature"),
                rewards: try archive.tensor("rewards"),
                improvement: try archive.tensor("improvement"),
                divergence: try archive.tensor("divergence"),
                entropy: try archive.tensor("entropy"))
    }
}
