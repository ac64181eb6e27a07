import OptimistCore
import OptimistTorch

/// Mixtures of laws of one family: the components lie along the last batch axis of one law.
public struct Mixture<Component: TensorDistribution>: TensorDistribution {
    /// The normalized logarithms of the weights, `[batch..., components]`.
    public let logWeights: Tensor
    /// The laws to be mixed, of batch shape `[batch..., components]`.
    public let components: Component
    /// The axes that tell apart mixtures with different parameters.
    public let batchShape: [Int]

    /// The mixture with weights ∝ exp(logits), which broadcast to the components' batch shape.
    public init(logits: Tensor, components: Component) {
        let shape = components.batchShape
        if shape.isEmpty || logits.shape.last != shape.last || logits.rank > shape.count {
            fail("Mixture", "logits of shape \(logits.shape) for components of batch \(shape)")
        }
        logWeights = logits.logSoftmax().broadcast(to: shape)
        batchShape = shape.dropLast()
        self.components = components
    }

    /// The number of components.
    public var count: Int { logWeights.size(axis: -1) }
    /// The axes of one outcome.
    public var eventShape: [Int] { components.eventShape }

    /// The axis, counted from the end, where a value of the components has the component.
    private var componentAxis: Int { -1 - eventRank }

    /// Independent draws: every component is drawn from, and one draw is kept.
    public func sample(_ shape: [Int], using generator: inout Generator) -> Tensor {
        let chosen = drawIndices(
            withoutGradient { logWeights.exp() }, shape, using: &generator)
        let all = components.sample(shape, using: &generator)
        let event = eventShape
        let index = chosen.appendingAxes(event.count + 1)
        let kept = index.expanded(chosen.shape + [1] + event)
        return all.gather(axis: componentAxis, kept).squeezed(axis: componentAxis)
    }

    /// log Σₖ weightₖ · densityₖ, `[sample..., batch...]`.
    public func logDensity(_ value: Tensor) -> Tensor {
        jointLogDensity(value).logSumExp(axis: -1)
    }

    /// log weightₖ + log densityₖ, `[sample..., batch..., components]`.
    func jointLogDensity(_ value: Tensor) -> Tensor {
        components.logDensity(value.unsqueezed(axis: componentAxis)) + logWeights
    }

    /// The probabilities that a value came from each component, `[sample..., batch...,
    /// components]`.
    public func responsibilities(_ value: Tensor) -> Tensor {
        jointLogDensity(value).softmax()
    }

    /// Not known in closed form.
    public var entropy: Tensor? { nil }

    /// Whether the components are valid and the weights a law.
    public var isValid: Bool { components.isValid && allTrue([.!logWeights.isNaN()]) }
}

extension Mixture: DistributionWithMoments where Component: DistributionWithMoments {
    private var weights: Tensor { logWeights.exp().appendingAxes(eventRank) }

    /// The weighted mean of the components' means.
    public var mean: Tensor { (weights * components.mean).sum(axis: componentAxis) }

    /// The law of total variance: the mean of the variances and the variance of the means.
    public var variance: Tensor {
        let center = mean.unsqueezed(axis: componentAxis)
        let spread = (components.mean - center).square() + components.variance
        return (weights * spread).sum(axis: componentAxis)
    }
}
