import OptimistCore
import OptimistTorch

/// Q-learning of where empowerment is: each step is rewarded with what the state that it leads to is
/// held to be worth (Watkins 1989; with slow copies as in Lillicrap et al. 2016).
final class EmpowermentValues {
    private let network: FusedNetwork
    private let target: FusedNetwork
    private let learner: FusedLearner
    private let settings: EmpowermentAgentSettings

    init(
        _ settings: EmpowermentAgentSettings, features: Int, actions: Int,
        using generator: inout Generator
    ) {
        self.settings = settings
        network = FusedNetwork(
            sizes: [features] + settings.units + [actions], activation: settings.activation,
            hidden: .orthogonal(gain: 2.0.squareRoot()), output: .orthogonal(gain: 0.1),
            using: &generator)
        target = network.copied()
        learner = FusedLearner([network], learningRate: settings.valueRate)
    }

    /// The best action of each row, `[rows]`.
    func best(_ features: Tensor) -> [Int] {
        network.predict(features).squeezed(axis: 0).argmax(axis: 1).integers()
    }

    /// One update; the mean squared error before it.
    ///
    /// - Parameters:
    ///   - features: `[rows, features]`.
    ///   - actions: `[rows]`.
    ///   - next: features that followed, `[rows, features]`.
    ///   - rewards: `[rows]`.
    ///   - continuation: 0 where the task ended, `[rows]`.
    func update(
        _ features: Tensor, _ actions: Tensor, _ next: Tensor, rewards: Tensor,
        continuation: Tensor
    ) -> Double {
        let following = target.predict(next).squeezed(axis: 0).max(axis: 1)
        let targets = rewards + continuation * following * settings.discount
        let loss = learner.step(on: features) { outputs in
            let found = outputs.gather(axis: 1, actions.unsqueezed(axis: 1)).squeezed(axis: 1)
            return (found - targets).square().mean()
        }
        target.storage.interpolate(toward: network.storage, weight: settings.targetRate)
        return loss
    }

    func save(to archive: Archive) {
        network.save(to: archive.scope("network"))
        target.save(to: archive.scope("target"))
        learner.save(to: archive.scope("learner"))
    }

    func load(from archive: Archive) throws {
        try network.load(from: archive.scope("network"))
        try target.load(from: archive.scope("target"))
        try learner.load(from: archive.scope("learner"))
    }
}
