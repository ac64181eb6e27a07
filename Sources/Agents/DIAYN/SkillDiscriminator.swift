import Foundation
import OptimistCore
import OptimistTorch

/// q(z | s), what a state tells of the skill that led to it: the reverse model of an option that
/// lasts an episode (Eysenbach et al. 2018, arXiv 1802.06070).
package final class SkillDiscriminator {
    private let network: FusedNetwork
    private let learner: FusedLearner
    private let skills: Int

    /// A discriminator with drawn weights.
    package init(
        features: Int, skills: Int, units: [Int], learningRate: Double,
        using generator: inout Generator
    ) {
        network = FusedNetwork(
            sizes: [features] + units + [skills], activation: .relu, hidden: .fanInUniform,
            output: .fanInUniform, using: &generator)
        learner = FusedLearner([network], learningRate: learningRate)
        self.skills = skills
    }

    /// log q(z | s) of every skill, `[rows, skills]`.
    package func logProbabilities(_ features: Tensor) -> Tensor {
        withoutGradient { network.predict(features).squeezed(axis: 0).logSoftmax(axis: -1) }
    }

    /// log q(z | s) − log p(z) in nats, `[rows]`, for p uniform.
    ///
    /// Its mean is not above I(S; Z), which a perfect discriminator reaches. The constant log p(z)
    /// keeps it from being negative at chance, where a skill would gain by ending its episode.
    ///
    /// - Parameters:
    ///   - logProbabilities: log q, `[rows, skills]`.
    ///   - chosen: z, `[rows]`.
    package static func reward(_ logProbabilities: Tensor, chosen: Tensor) -> Tensor {
        logProbabilities.gather(axis: 1, chosen.unsqueezed(axis: 1)).squeezed(axis: 1)
            + log(Double(logProbabilities.size(axis: 1)))
    }

    /// One step of likelihood; the mean of −log q(z | s) before, in nats.
    package func fit(_ features: Tensor, chosen: Tensor) -> Double {
        learner.step(on: features) { outputs in
            let table = outputs.logSoftmax(axis: -1)
            return -table.gather(axis: 1, chosen.unsqueezed(axis: 1)).mean()
        }
    }

    func save(to archive: Archive) {
        network.save(to: archive.scope("network"))
        learner.save(to: archive.scope("learner"))
    }

    func load(from archive: Archive) throws {
        try network.load(from: archive.scope("network"))
        try learner.load(from: archive.scope("learner"))
    }
}
