import OptimistCore
import OptimistModels
import OptimistTorch

/// Rows of one step of an optimizer.
package struct PolicyMinibatch {
    /// What networks read, `[rows, features]`; with gradients where a memory made them.
    package let features: Tensor
    /// What was done, `[rows]` or `[rows, width]`.
    package let actions: Tensor
    /// log π of that when it was done, `[rows]`.
    package let logDensities: Tensor
    /// The policy that acted.
    package var law: ActionLaw { acted() }
    /// Laws are picked out where they are asked for: few losses do.
    private let acted: () -> ActionLaw
    /// V when it was done, `[rows]`.
    package let values: Tensor
    /// How much better it was than expected, `[rows]`.
    package let advantages: Tensor
    /// What values should be, `[rows]`.
    package let targets: Tensor
    /// How much each row counts, `[rows]`; nil for all alike, a mean.
    package let weights: Tensor?

    /// Rows given by hand.
    package init(
        features: Tensor, actions: Tensor, logDensities: Tensor, law: ActionLaw, values: Tensor,
        advantages: Tensor, targets: Tensor, weights: Tensor? = nil
    ) {
        self.features = features
        self.actions = actions
        self.logDensities = logDensities
        acted = { law }
        self.values = values
        self.advantages = advantages
        self.targets = targets
        self.weights = weights
    }

    init(
        features: Tensor, rows: Tensor, of rollout: Rollout, advantages: Tensor, targets: Tensor,
        weights: Tensor?
    ) {
        self.features = features
        actions = rollout.batch.actions.flattened(from: 0, to: 1).indexSelect(axis: 0, rows)
        logDensities = rollout.logDensities.flattened().indexSelect(axis: 0, rows)
        acted = { rollout.law.rows(rows) }
        values = rollout.values.flattened().indexSelect(axis: 0, rows)
        self.advantages = advantages.indexSelect(axis: 0, rows)
        self.targets = targets.indexSelect(axis: 0, rows)
        self.weights = weights?.indexSelect(axis: 0, rows)
    }

    /// The mean of `[rows]`, or its sum by weights.
    package func mean(_ terms: Tensor) -> Tensor {
        weights.map { (terms * $0).sum() } ?? terms.mean()
    }
}
