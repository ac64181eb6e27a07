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

    /// y and Σ log s of every step, `[time, batch]`, of observations `[time, batch, size]`: what is
    /// left for a model to explain, and what its log-density is lowered by.
    public func residual(of observations: Tensor) -> MappedValue {
        let time = observations.shape[0]
        let start = Tensor.zeros(
            [lags, observations.shape[1], size], type: observations.elementType,
            device: observations.device)
        let padded = Tensor.concatenated([start, observations])
        let past = (1...lags).map { padded.slice(axis: 0, lags - $0..<lags - $0 + time) }
        let (logScale, shift) = predicted(past)
        return MappedValue(
            value: (observations - shift) * (-logScale).exp(),
            logDeterminant: logScale.sum(axis: -1))
    }

    /// x `[time, batch, size]` of y, step after step: how what a model draws becomes observations.
    public func observations(of residual: Tensor) -> Tensor {
        var past = (0..<lags).map { _ in Tensor.zeros(like: residual[0]) }
        var seen: [Tensor] = []
        for step in 0..<residual.shape[0] {
            let (logScale, shift) = predicted(past)
            seen.append(shift + logScale.exp() * residual[step])
            past = [seen[step]] + past.dropLast()
        }
        return .stacked(seen)
    }

    private func predicted(_ past: [Tensor]) -> (logScale: Tensor, shift: Tensor) {
        let parts = network(.concatenated(past, axis: -1)).split(sizes: [size, size])
        return ((parts[0] * (1 / scaleLimit)).tanh() * scaleLimit, parts[1])
    }
}
