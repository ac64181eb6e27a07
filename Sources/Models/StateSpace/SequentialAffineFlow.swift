import OptimistCore
import OptimistProbability
import OptimistTorch

/// A flow over time (Marino, Chen, He and Mandt 2020, "Improving sequential latent variable models
/// with autoregressive flows"): what was seen last predicts where and how widely the next lies, and
/// a model explains what is left.
///
///     x_t = m(x_t−1, …) + s(x_t−1, …) ⊙ y_t        log p(x) = log p(y) − Σ log s
///
/// It goes on top of any likelihood: the model sees y, and its log-density gives way by the
/// log-determinant. At first x is y.
public struct SequentialAffineFlow: Module {
    /// Observations that are looked back on; those before the first one are 0.
    public let lags: Int
    /// Numbers in an observation.
    public let size: Int
    /// The observations before, side by side, the newest first, to raw scales and shifts.
    public let network: MultilayerPerceptron
    /// The largest absolute value of log s.
    public let scaleLimit: Double

    /// A flow that is the identity at first.
    ///
    /// - Parameters:
    ///   - size: numbers in an observation.
    ///   - lags: observations that are looked back on.
    ///   - units: the widths of the hidden layers; none for a linear one.
    ///   - activation: the activation between layers.
    ///   - scaleLimit: the largest absolute value of log s.
    ///   - type: of parameters.
    ///   - generator: draws the weights.
    public init(
        size: Int, lags: Int = 1, units: [Int], activation: Activation = .elu,
        scaleLimit: Double = 5, type: ElementType = .float32, using generator: inout Generator
    ) {
        if size < 1 || lags < 1 || !(scaleLimit > 0) {
            fail("SequentialAffineFlow", "size \(size), \(lags) lags, scale limit \(scaleLimit)")
        }
        self.lags = lags
        self.size = size
        self.scaleLimit = scaleLimit
        network = MultilayerPerceptron(
            sizes: [lags * size] + units + [2 * size], activation: activation,
            outputInitializer: .zeros, type: type, using: &generator)
    }

    /// The parameters `network`.
    public var parameters: [NamedTensor] { network.parameters.named("network") }

    /// What stands before each of some observations `[time, batch, size]`: the last `lags` of them,
    /// the newest first, and 0 before the first one; `[time, batch, lags × size]`.
    public func past(of observations: Tensor) -> Tensor {
        let time = observations.shape[0]
        let start = Tensor.zeros(
            [lags, observations.shape[1], size], type: observations.elementType,
            device: observations.device)
        let padded = Tensor.concatenated([start, observations])
        return .concatenated(
            (1...lags).map { padded.slice(axis: 0, lags - $0..<lags - $0 + time) }, axis: -1)
    }

    /// What stands before the next observation, `[..., lags × size]`.
    ///
    /// - Parameters:
    ///   - past: what stood before the last one, `[..., lags × size]`.
    ///   - observation: the last one, `[..., size]`.
    public func past(_ past: Tensor, followedBy observation: Tensor) -> Tensor {
        .concatenated([observation, past.slice(axis: -1, 0..<(lags - 1) * size)], axis: -1)
    }

    /// y, and Σ log s `[...]`, of observations: what is left for a model to explain, and what its
    /// log-density is lowered by.
    ///
    /// - Parameters:
    ///   - observations: `[..., size]`.
    ///   - past: what stood before each, `[..., lags × size]`.
    public func residual(of observations: Tensor, after past: Tensor) -> MappedValue {
        let (logScale, shift) = predicted(after: past)
        return MappedValue(
            value: (observations - shift) * (-logScale).exp(),
            logDeterminant: logScale.sum(axis: -1))
    }

    /// log s and m of what comes next, each `[..., size]`, of what stood before `[..., lags × size]`.
    public func predicted(after past: Tensor) -> (logScale: Tensor, shift: Tensor) {
        let parts = network(past).split(sizes: [size, size])
        return ((parts[0] * (1 / scaleLimit)).tanh() * scaleLimit, parts[1])
    }
}
