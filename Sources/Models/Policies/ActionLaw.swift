import OptimistCore
import OptimistProbability
import OptimistTorch

/// π(a | s) for rows of states: the laws that policies here have.
public enum ActionLaw {
    /// Over indices; batch `[rows...]`.
    case categorical(Categorical)
    /// Over rows of numbers, which an environment with bounds clips: the law is that of what was
    /// drawn, before it was clipped.
    case gaussian(Normal)
    /// Over rows of numbers in (−1, 1).
    case squashed(TanhNormal)

    /// The law as one over tensors.
    public var distribution: any TensorDistribution {
        switch self {
        case .categorical(let law): law
        case .gaussian(let law): law
        case .squashed(let law): law
        }
    }

    /// One draw for each row, a constant to gradients: `[rows...]` indices, or `[rows..., width]`.
    public func sample(using generator: inout Generator) -> Tensor {
        switch self {
        case .categorical(let law): law.sample(using: &generator)
        case .gaussian(let law): law.sample(using: &generator)
        case .squashed(let law): law.sample(using: &generator)
        }
    }

    /// The most likely action; of a squashed law its median.
    public var best: Tensor {
        switch self {
        case .categorical(let law): law.mode
        case .gaussian(let law): law.mean
        case .squashed(let law): law.median
        }
    }

    /// log π(a | s) in nats, `[rows...]`.
    public func logDensity(_ actions: Tensor) -> Tensor {
        switch self {
        case .categorical(let law): law.logDensity(actions)
        case .gaussian(let law): law.logDensity(actions)
        case .squashed(let law): law.logDensity(actions)
        }
    }

    /// The entropy in nats, `[rows...]`; nil where there is no closed form, as for squashed laws,
    /// whose entropy is not that of what is squashed.
    public var entropy: Tensor? {
        switch self {
        case .categorical(let law): law.entropy
        case .gaussian(let law): law.entropy
        case .squashed: nil
        }
    }

    /// KL(self ‖ other) in nats, `[rows...]`, of laws of one kind. Squashing changes no divergence.
    public func divergence(to other: ActionLaw) -> Tensor {
        switch (self, other) {
        case (.categorical(let one), .categorical(let two)): return one.divergence(to: two)
        case (.gaussian(let one), .gaussian(let two)): return one.divergence(to: two)
        case (.squashed(let one), .squashed(let two)): return one.base.divergence(to: two.base)
        default: fail("ActionLaw.divergence", "laws of different kinds")
        }
    }
}

extension ActionLaw {
    /// Differentiable draws with their log-densities; nil for indices, which have none.
    public func reparameterizedDraw(using generator: inout Generator) -> Draw? {
        switch self {
        case .categorical: nil
        case .gaussian(let law): law.reparameterizedDraw(using: &generator)
        case .squashed(let law): law.reparameterizedDraw(using: &generator)
        }
    }

    /// Actions as an agent gives them, row after row: indices or numbers.
    public static func values(_ actions: Tensor) -> [Float] { actions.to(.float32).floats() }
}

extension ActionLaw {
    /// The laws of some rows, by their indices; for laws with one axis of rows.
    public func rows(_ indices: Tensor) -> ActionLaw {
        switch self {
        case .categorical(let law):
            .categorical(
                Categorical(logits: law.logProbabilities.indexSelect(axis: 0, indices)))
        case .gaussian(let law): .gaussian(law.rows(indices))
        case .squashed(let law): .squashed(TanhNormal(law.base.rows(indices)))
        }
    }
}

extension Normal {
    /// The laws of some rows; deviations that all rows share stay shared.
    fileprivate func rows(_ indices: Tensor) -> Normal {
        let deviation = standardDeviation
        let isShared = deviation.rank < mean.rank || deviation.size(axis: 0) == 1
        return Normal(
            mean: mean.indexSelect(axis: 0, indices),
            standardDeviation: isShared ? deviation : deviation.indexSelect(axis: 0, indices),
            eventRank: eventRank)
    }
}
