import OptimistCore
import OptimistTorch

/// A law over tensors, or a batch of laws with the same kind of event.
///
/// The axes of a value are `[sample..., batch..., event...]`. The batch axes tell apart laws with
/// different parameters; the event axes belong to one outcome; a log-density has the shape
/// `[sample..., batch...]`. Leading axes broadcast, so that a value without batch axes is rated by
/// each law of the batch.
public protocol TensorDistribution: Distribution where Value == Tensor, Density == Tensor {
    /// The axes that tell apart laws with different parameters.
    var batchShape: [Int] { get }
    /// The axes of one outcome.
    var eventShape: [Int] { get }

    /// Independent draws `[shape..., batch..., event...]`, constants to gradients.
    func sample(_ shape: [Int], using generator: inout Generator) -> Tensor

    /// Draws as `sample` gives them, with their log-densities, which can be differentiated with
    /// respect to the parameters.
    func draw(_ shape: [Int], using generator: inout Generator) -> Draw

    /// Whether all parameters are finite and in their domain, such as a positive scale.
    ///
    /// It reads one truth value back from the device, so it is for once an update, not for every
    /// call.
    var isValid: Bool { get }
}

/// Draws with their log-densities.
public struct Draw {
    /// The draws, `[sample..., batch..., event...]`.
    public var value: Tensor
    /// Their log-densities in nats, `[sample..., batch...]`.
    public var logDensity: Tensor

    /// Draws with their log-densities.
    public init(value: Tensor, logDensity: Tensor) {
        self.value = value
        self.logDensity = logDensity
    }
}

extension TensorDistribution {
    /// The number of axes of one outcome.
    public var eventRank: Int { eventShape.count }

    /// The batch axes followed by the event axes.
    public var shape: [Int] { batchShape + eventShape }

    /// One draw for each law of the batch, `[batch..., event...]`, a constant to gradients.
    public func sample(using generator: inout Generator) -> Tensor {
        sample([], using: &generator)
    }

    /// Draws with their log-densities.
    public func draw(_ shape: [Int], using generator: inout Generator) -> Draw {
        let value = sample(shape, using: &generator)
        return Draw(value: value, logDensity: logDensity(value))
    }

    /// One draw for each law of the batch, with its log-density.
    public func draw(using generator: inout Generator) -> Draw { draw([], using: &generator) }
}
