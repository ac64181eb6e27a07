import OptimistCore
import OptimistTorch

/// Q-learning of where empowerment is: each step is rewarded with what the state that it leads to is
/// held to be worth (Watkins 1989; with slow copies as in Lillicrap et al. 2016).
final class EmpowermentValues {
    private let values: ValueNetwork
    private let discount: Double

    init(
        _ settings: EmpowermentAgentSettings, features: Int, actions: Int,
        using generator: inout Generator
    ) {
        discount = settings.discount
        values = ValueNetwork(
            FusedNetwork(
                sizes: [features] + settings.units + [actions], activation: settings.activation,
                hidden: .orthogonal(gain: 2.0.squareRoot()), output: .orthogonal(gain: 0.1),
                using: &generator),
            target: .polyak(rate: settings.targetRate), learningRate: settings.valueRate)
    }

    /// The best action of each row, `[rows]`.
    func best(_ features: Tensor) -> [Int] {
        values.network.predict(features).squeezed(axis: 0).argmax(axis: 1).integers()
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
        let following = values.target.predict(next).squeezed(axis: 0).max(axis: 1)
        let targets = rewards + continuation * following * discount
        return values.step(on: features) { outputs in
            let found = outputs.gather(axis: 1, actions.unsqueezed(axis: 1)).squeezed(axis: 1)
            return (found - targets).square().mean()
        }
    }

    func save(to archive: Archive) { values.save(to: archive) }

    func load(from archive: Archive) throws { try values.load(from: archive) }
}
