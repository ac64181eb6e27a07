import OptimistCore
import OptimistTorch

/// Laws over the indices 0..<classes, of type `int64`; one outcome has no axes.
///
/// A logit may be −∞, which excludes its class; its probability and its part of entropies and
/// divergences are then 0.
public struct Categorical: DistributionWithMode {
    /// The normalized log-probabilities, `[batch..., classes]`.
    public let logProbabilities: Tensor

    /// The law with probabilities ∝ exp(logits), `[batch..., classes]`, of which a share `unimix`
    /// is replaced by the uniform law (Hafner et al., 2023).
    public init(logits: Tensor, unimix: Double = 0) {
        logProbabilities = mixed("Categorical", logits, unimix).logProbabilities
    }

    /// The law with the given weights, not negative, which need not sum to 1.
    public init(weights: Tensor) {
        self.init(logits: weights.log())
    }

    /// The number of classes.
    public var classes: Int { logProbabilities.size(axis: -1) }
    /// The probabilities, `[batch..., classes]`.
    public var probabilities: Tensor { logProbabilities.exp() }
    /// The axes that tell apart laws with different parameters.
    public var batchShape: [Int] { logProbabilities.shape.dropLast() }
    /// Empty: an outcome is one index.
    public var eventShape: [Int] { [] }

    /// The index of the largest probability, the first of equal ones.
    public var mode: Tensor { logProbabilities.argmax(axis: -1) }

    /// Independent draws, `[shape..., batch...]`, of type `int64`.
    public func sample(_ shape: [Int], using generator: inout Generator) -> Tensor {
        drawIndices(withoutGradient { probabilities }, shape, using: &generator)
    }

    /// The log-probability of indices `[sample..., batch...]`.
    public func logDensity(_ value: Tensor) -> Tensor {
        let batch = batchShape
        let indices = value.shape
        let shape = broadcastShape("Categorical.logDensity", indices, batch)
        let table = shape == batch ? logProbabilities : logProbabilities.expanded(shape + [classes])
        let index = shape == indices ? value : value.expanded(shape)
        return table.gather(axis: -1, index.unsqueezed(axis: -1)).squeezed(axis: -1)
    }

    /// −Σ p log p.
    public var entropy: Tensor? { negativePlogp(logProbabilities).sum(axis: -1) }

    /// Whether the log-probabilities are a law: no NaN, as logits that are NaN, +∞ or all −∞ give.
    public var isValid: Bool { allTrue([.!logProbabilities.isNaN()]) }
}

/// (1 − unimix) softmax(logits) + unimix / classes, with its logarithm; the probabilities are made
/// only where they are needed.
func mixed(
    _ operation: String, _ logits: Tensor, _ unimix: Double
) -> (logProbabilities: Tensor, probabilities: Tensor?) {
    if logits.rank == 0 { fail(operation, "the logits have no axis of classes") }
    if !(0...1).contains(unimix) { fail(operation, "the share unimix is \(unimix), not in 0...1") }
    if unimix == 0 { return (logits.logSoftmax(), nil) }
    let classes = Double(logits.size(axis: -1))
    let probabilities = logits.softmax() * (1 - unimix) + unimix / classes
    return (probabilities.log(), probabilities)
}

/// −p log p for each log-probability, 0 where p is 0.
func negativePlogp(_ logProbabilities: Tensor) -> Tensor {
    // The bound keeps 0 · −∞ from being NaN and changes no representable probability.
    -(logProbabilities.exp() * logProbabilities.maximum(-1e30))
}

/// Indices `[shape..., batch...]` drawn in proportion to weights `[batch..., classes]`.
func drawIndices(
    _ weights: Tensor, _ shape: [Int], using generator: inout Generator
) -> Tensor {
    let count = shape.reduce(1, *)
    let drawn = Tensor.categorical(probabilities: weights, count: count, using: &generator)
    let rank = drawn.rank
    let ordered = count == 1 || rank == 1 ? drawn : drawn.permuted([rank - 1] + (0..<rank - 1))
    return ordered.reshaped(shape + weights.shape.dropLast())
}
