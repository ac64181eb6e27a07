import Foundation
import OptimistCore
import OptimistProbability
import OptimistTorch

/// A network that has learned to optimize a posterior (Marino, Yue and Mandt 2018).
///
/// The posterior q is a diagonal normal law with parameters λ = (mean, log-deviation). From λ and
/// what the objective J says there, the network makes a better λ, again and again:
///
///     λ ← f_φ(λ, ∇J(λ), context)
///
/// J is any function of the law, one value for each law of the batch, to be made large: the evidence
/// lower bound where q is over states, value less divergence where it is over actions. One call
/// needs one gradient of J an iteration; an optimizer without learning needs many more. Inputs of
/// the network and older λ are constants: φ learns from every J through the update that led to it,
/// all of them counting alike, and the parameters that J depends on never learn from an inference.
public struct IterativeInference: Module {
    /// What the network sees of the objective.
    public enum Encoding: Hashable, Sendable {
        /// The gradient in λ, normalized over its elements; what that takes away, its mean and its
        /// size, comes beside it in logarithms. Of a single element, sign and logarithm.
        case gradients
        /// As many numbers, such as the standardized errors of prediction at every level, from
        /// which the gradient follows (Marino, Yue and Mandt 2018, section 4.2).
        case errors(Int)
    }

    /// How the network moves λ, from its last hidden layer o.
    public enum Update: Hashable, Sendable {
        /// g ⊙ λ + (1 − g) ⊙ u, with g = sigmoid(G o + c) and u = U o. The share of λ that is kept
        /// at first sets c; published code has ½.
        case gated(kept: Double = 0.5)
        /// λ + ρ ⊙ ∇J + u, with ρ = R o + c and u = U o; the rate at first is c.
        case learnedSGD(rate: Double = 0.1)
        /// Along the natural gradient, in units of the law itself: with ĝ = (σ ∂J/∂μ, ½ ∂J/∂log σ),
        /// ρ and u as before, μ + σ ⊙ tanh(ρ ⊙ ĝ + u) and log σ + tanh(ρ ⊙ ĝ + u). A mean moves by
        /// less than a deviation at a time, so that a network's error is as small as the law is
        /// narrow; without weights the start is hardly moved.
        case natural(rate: Double = 0.02)
    }

    /// Numbers in an outcome of q.
    public let size: Int
    /// Updates of an inference, unless asked for another number.
    public let iterations: Int
    /// What the network sees.
    public let encoding: Encoding
    /// How it moves λ.
    public let update: Update
    /// Where log-deviations may lie.
    public let bounds: DeviationBounds
    /// What it sees to o.
    public let network: MultilayerPerceptron
    /// o to gates or rates of all of λ, followed by u, `4 size` numbers.
    public let heads: Dense
    /// A law's gradient that is longer is scaled down to this length, for λ and φ alike, so that a
    /// steep J neither throws λ away nor outweighs the laws beside it; nil for never.
    public var gradientLimit: Double?
    let ends: [NamedTensor]

    /// A network with drawn weights.
    ///
    /// - Parameters:
    ///   - size: numbers in an outcome of q.
    ///   - context: numbers that the network sees beside λ and the objective.
    ///   - units: the widths of the hidden layers.
    ///   - iterations: updates of an inference.
    ///   - encoding: what the network sees of the objective.
    ///   - update: how it moves λ.
    ///   - bounds: where log-deviations may lie.
    ///   - headInitializer: draws the weights of the heads. With zeros, as published, every λ is at
    ///     first moved alike.
    ///   - activation: after each hidden layer.
    ///   - type: of parameters.
    ///   - device: where parameters are.
    ///   - generator: draws the weights.
    public init(
        size: Int, context: Int = 0, units: [Int], iterations: Int,
        encoding: Encoding = .gradients, update: Update = .gated(),
        bounds: DeviationBounds = .soft(-10...0.5), headInitializer: Initializer = .zeros,
        activation: Activation = .elu, type: ElementType = .float32, device: Device = .cpu,
        using generator: inout Generator
    ) {
        if size < 1 || units.isEmpty || iterations < 0 {
            fail("IterativeInference", "size \(size), units \(units), \(iterations) iterations")
        }
        self.size = size
        self.iterations = iterations
        self.encoding = encoding
        self.update = update
        self.bounds = bounds
        network = MultilayerPerceptron(
            sizes: [Self.inputs(size, encoding) + context] + units, activation: activation,
            outputActivation: activation, type: type, device: device, using: &generator)
        let width = units.last!
        let weight = headInitializer.tensor(
            [4 * size, width], fanIn: width, fanOut: 4 * size, type: type, device: device,
            using: &generator)
        let rest = Tensor.zeros([2 * size], type: type, device: device)
        heads = Dense(
            weight: weight, bias: .concatenated([rest + Self.offset(update), rest]))
        ends = bounds.parameters(size, type, device)
    }

    /// The parameters `network`, `heads` and, where they are learned, `bounds`.
    public var parameters: [NamedTensor] {
        network.parameters.named("network") + heads.parameters.named("heads")
            + ends.named("bounds")
    }

    private static func inputs(_ size: Int, _ encoding: Encoding) -> Int {
        switch encoding {
        case .gradients: size == 1 ? 6 : 4 * (size + 2)
        case .errors(let width): 2 * size + width
        }
    }

    private static func offset(_ update: Update) -> Double {
        switch update {
        case .learnedSGD(let rate), .natural(let rate): return rate
        case .gated(let kept):
            if !(kept > 0 && kept < 1) { fail("IterativeInference", "\(kept) of λ is kept") }
            return log(kept / (1 - kept))
        }
    }
}
