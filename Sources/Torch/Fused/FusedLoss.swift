/// Soft bounds of a network's log-variances, one pair for each predicted number (Chua et al.,
/// 2018): a(raw) = maximum − softplus(maximum − raw), log σ² = minimum + softplus(a − minimum).
public struct LogVarianceBounds: Codable, Hashable, Sendable {
    /// The lower bounds, in nats.
    public var minimum: [Float]
    /// The upper bounds, in nats.
    public var maximum: [Float]

    /// Bounds for each predicted number.
    public init(minimum: [Float], maximum: [Float]) {
        self.minimum = minimum
        self.maximum = maximum
    }

    /// The same bounds for all of `count` numbers; the defaults are those of Chua et al.
    public init(count: Int, minimum: Float = -10, maximum: Float = 0.5) {
        self.init(
            minimum: [Float](repeating: minimum, count: count),
            maximum: [Float](repeating: maximum, count: count))
    }
}

/// What `FusedTrainer.step` makes smaller: means over rows and predicted numbers, summed over
/// members.
public enum FusedLoss: Hashable, Sendable {
    /// (output − target)².
    case squared
    /// (mean − target)²/σ² + log σ², twice the negative log-likelihood up to a constant, for
    /// outputs `[means | raw log-variances]`.
    case gaussian(LogVarianceBounds)
}

/// What a training step found before it changed the parameters.
public struct FusedStep: Hashable, Sendable {
    /// Each member's loss.
    public var losses: [Double]
    /// Whether all gradients were finite. Where they were not, the parameters are spoilt.
    public var isFinite: Bool
    /// The gradient by the log-variances' lower bounds; empty unless the loss is Gaussian.
    public var minimumGradient: [Double]
    /// The gradient by the log-variances' upper bounds; empty unless the loss is Gaussian.
    public var maximumGradient: [Double]
}
