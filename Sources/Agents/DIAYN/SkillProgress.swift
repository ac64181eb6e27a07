import OptimistCore
import OptimistModels
import OptimistTorch

/// How well skills could be told apart in the updates that a record tells of.
struct SkillProgress: Codable {
    private var loss = RunningMean()
    private var information = RunningMean()
    private var accuracy = RunningMean()

    mutating func add(loss: Double, information: Double, accuracy: Double) {
        self.loss.add(loss)
        self.information.add(information)
        self.accuracy.add(accuracy)
    }

    /// Means over the updates; the information is a bound from below of I(S; Z) in nats.
    var metrics: [Metric] {
        [
            Metric("loss.discriminator", loss.mean), Metric("skills.information", information.mean),
            Metric("skills.accuracy", accuracy.mean),
        ]
    }
}

extension TransitionRows {
    /// Rows with rewards and features of an agent's own.
    init(
        features: Tensor, actions: Tensor, rewards: Tensor, nextFeatures: Tensor,
        continuation: Tensor
    ) {
        self.features = features
        self.actions = actions
        self.rewards = rewards
        self.nextFeatures = nextFeatures
        self.continuation = continuation
    }
}
