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
    private let weights: Tensor?

    init(
        rollout: Rollout, indices: Tensor, advantages: Tensor, targets: Tensor, weights: Tensor?
    ) {
        self.rollout = rollout
        self.indices = indices
        self.advantages = advantages
        self.targets = targets
        self.weights = weights
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
    package func minibatches(
        of size: Int, using generator: inout Generator
    ) -> PolicyMinibatches {
        guard rollout.remembers else {
            let order = indices.indexSelect(
                axis: 0, Tensor.permutation(count, using: &generator))
            return PolicyMinibatches(rows: self, order: order, size: size)
        }
        let width = rollout.batch.width
        return PolicyMinibatches(
            rows: self, order: Tensor.permutation(width, using: &generator),
            size: max(1, size * width / max(count, 1)))
    }

    /// Hands out so many random minibatches, every row once before any comes again.
    package func `repeat`(
        _ steps: Int, size: Int, using generator: inout Generator,
        _ body: (PolicyMinibatch) throws -> Void
    ) rethrows {
        var done = 0
        while true {
            for part in minibatches(of: size, using: &generator) {
                if done == steps { return }
                try body(part)
                done += 1
            }
        }
    }

    /// Rows of some indices, or columns of a rollout with a memory.
    fileprivate func minibatch(_ chosen: Tensor) -> PolicyMinibatch {
        rollout.remembers ? minibatch(ofColumns: chosen) : minibatch(of: chosen)
    }

    private func minibatch(of rows: Tensor) -> PolicyMinibatch {
        PolicyMinibatch(
            features: rollout.features.flattened(from: 0, to: 1).indexSelect(axis: 0, rows),
            rows: rows, of: rollout, advantages: advantages, targets: targets, weights: weights)
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
            targets: targets, weights: weights)
    }
}

/// Minibatches that are made when they are asked for: a memory's features are those of its parameters
/// then.
package struct PolicyMinibatches: Sequence, IteratorProtocol {
    private let rows: PolicyRows
    /// Rows, or columns.
    private let order: Tensor
    private let size: Int
    private var start = 0

    init(rows: PolicyRows, order: Tensor, size: Int) {
        (self.rows, self.order, self.size) = (rows, order, size)
    }

    package mutating func next() -> PolicyMinibatch? {
        let end = Swift.min(start + size, order.count)
        guard start < end else { return nil }
        defer { start = end }
        return rows.minibatch(order.slice(axis: 0, start..<end))
    }
}

extension Tensor {
    /// With mean 0 and deviation 1.
    var standardized: Tensor {
        if count < 2 { return self }
        return (self - mean()) / (standardDeviation() + 1e-8)
    }

    /// With mean 0 and deviation 1 where `valid` is 1, and 0 elsewhere.
    func standardized(where valid: Tensor) -> Tensor {
        let count = valid.sum()
        let centered = (self - (self * valid).sum() / count) * valid
        let variance = centered.square().sum() / (count - 1).maximum(1)
        return centered / (variance.sqrt() + 1e-8)
    }
}
