import OptimistCore
import OptimistExperience
import OptimistModels
import OptimistTorch

/// Steps of a rollout as rows to learn from, padding left out.
package struct PolicyRows {
    private let rollout: Rollout
    /// The rows, in `time × column`.
    private let indices: Tensor
    private let advantages: Tensor
    private let targets: Tensor

    init(rollout: Rollout, indices: Tensor, advantages: Tensor, targets: Tensor) {
        self.rollout = rollout
        self.indices = indices
        self.advantages = advantages
        self.targets = targets
    }

    /// Rows.
    package var count: Int { indices.count }

    /// All rows at once.
    package var all: PolicyMinibatch {
        guard rollout.remembers else { return minibatch(of: indices) }
        return minibatch(
            ofColumns: Tensor.arange(rollout.batch.width))
    }

    /// Every row once, in random minibatches of about a size; whole columns of a rollout with a
    /// memory, whose gradients go through time.
    package func minibatches(of size: Int, using generator: inout Generator) -> [PolicyMinibatch] {
        guard rollout.remembers else {
            let order = indices.indexSelect(
                axis: 0, Tensor.permutation(count, using: &generator))
            return stride(from: 0, to: count, by: size).map {
                minibatch(of: order.slice(axis: 0, $0..<min($0 + size, count)))
            }
        }
        let width = rollout.batch.width
        let order = Tensor.permutation(width, using: &generator)
        let columns = max(1, size * width / max(count, 1))
        return stride(from: 0, to: width, by: columns).map {
            minibatch(ofColumns: order.slice(axis: 0, $0..<min($0 + columns, width)))
        }
    }

    private func minibatch(of rows: Tensor) -> PolicyMinibatch {
        PolicyMinibatch(
            features: rollout.features.flattened(from: 0, to: 1).indexSelect(axis: 0, rows),
            rows: rows, of: rollout, advantages: advantages, targets: targets)
    }

    /// The steps of some columns that happened.
    private func minibatch(ofColumns columns: Tensor) -> PolicyMinibatch {
        let batch = rollout.batch
        // Cell t × width + column, for the columns chosen.
        let starts = Tensor((0..<batch.time).map { $0 * batch.width }).unsqueezed(axis: 1)
        let rows = (starts + columns).flattened()
        let happened = batch.valid.flattened().indexSelect(axis: 0, rows).nonzero().squeezed(
            axis: 1)
        return PolicyMinibatch(
            features: rollout.rememberedFeatures(columns).indexSelect(axis: 0, happened),
            rows: rows.indexSelect(axis: 0, happened), of: rollout, advantages: advantages,
            targets: targets)
    }
}

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

    /// Rows given by hand.
    package init(
        features: Tensor, actions: Tensor, logDensities: Tensor, law: ActionLaw, values: Tensor,
        advantages: Tensor, targets: Tensor
    ) {
        self.features = features
        self.actions = actions
        self.logDensities = logDensities
        acted = { law }
        self.values = values
        self.advantages = advantages
        self.targets = targets
    }

    init(features: Tensor, rows: Tensor, of rollout: Rollout, advantages: Tensor, targets: Tensor) {
        self.features = features
        actions = rollout.batch.actions.flattened(from: 0, to: 1).indexSelect(axis: 0, rows)
        logDensities = rollout.logDensities.flattened().indexSelect(axis: 0, rows)
        acted = { rollout.law.rows(rows) }
        values = rollout.values.flattened().indexSelect(axis: 0, rows)
        self.advantages = advantages.indexSelect(axis: 0, rows)
        self.targets = targets.indexSelect(axis: 0, rows)
    }
}

extension Tensor {
    /// With mean 0 and deviation 1.
    var standardized: Tensor {
        if count < 2 { return self }
        return (self - mean()) / (standardDeviation() + 1e-8)
    }
}
