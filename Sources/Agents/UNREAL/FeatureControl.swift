import OptimistCore
import OptimistExperience
import OptimistModels
import OptimistTorch

/// Learning to change what is seen: for each part of an observation its own Q(s, a), of how much it will
/// change (Jaderberg et al. 2016, section 3.1), with a head that gives V and A − mean A.
package struct FeatureControl {
    /// What changes.
    package let change: ObservationChange
    /// Actions to choose from.
    package let actions: Int
    /// From one change to the next.
    package let discount: Double

    /// Control with its parts.
    package init(change: ObservationChange, actions: Int, discount: Double) {
        self.change = change
        self.actions = actions
        self.discount = discount
    }

    /// Outputs of the head: a value and an advantage of each action for each part.
    var outputs: Int { change.count * (actions + 1) }

    /// Q, `[rows, part, action]`, of a head's outputs `[rows, outputs]`.
    package func values(_ outputs: Tensor) -> Tensor {
        let parts = outputs.reshaped([outputs.size(axis: 0), change.count, actions + 1])
        let (value, advantage) = (
            parts.slice(axis: 2, 0..<1), parts.slice(axis: 2, 1..<actions + 1)
        )
        return value + advantage - advantage.mean(axis: 2, keepingDimensions: true)
    }

    /// What Q of the actions taken should be, `[time, column, part]`: changes to come up to the end of
    /// the column, then the best Q there.
    ///
    /// - Parameters:
    ///   - batch: columns of steps.
    ///   - encoder: what standardizes observations.
    ///   - best: the highest Q over actions of every observation, `[time + 1, column, part]`.
    package func targets(
        _ batch: Batch, _ encoder: ObservationEncoder, best: Tensor
    ) -> Tensor {
        let changes = change(batch.observations, encoder)
        let (valid, continuation) = (
            batch.valid.unsqueezed(axis: 2), batch.continuation.unsqueezed(axis: 2) * discount
        )
        var following = best.select(axis: 0, batch.time)
        var targets: [Tensor] = []
        for step in stride(from: batch.time - 1, through: 0, by: -1) {
            let lived =
                changes.select(axis: 0, step) + continuation.select(axis: 0, step) * following
            // Before the padding begins, the best Q of the last observation stands for what follows.
            let happened = valid.select(axis: 0, step)
            following = lived * happened + best.select(axis: 0, step) * (1 - happened)
            targets.append(following)
        }
        return Tensor.stacked(targets.reversed(), axis: 0)
    }

    /// The mean squared distance of the Q of what was done from its targets, over rows and parts.
    ///
    /// - Parameters:
    ///   - outputs: of the head, `[rows, outputs]`.
    ///   - actions: indices, `[rows]`.
    ///   - targets: `[rows, part]`.
    func loss(_ outputs: Tensor, actions: Tensor, targets: Tensor) -> Tensor {
        let chosen = actions.reshaped([-1, 1, 1]).expanded([actions.count, change.count, 1])
        return (values(outputs).gather(axis: 2, chosen).squeezed(axis: 2) - targets).square()
            .mean()
    }
}
