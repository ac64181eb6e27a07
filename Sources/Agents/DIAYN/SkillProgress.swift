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
