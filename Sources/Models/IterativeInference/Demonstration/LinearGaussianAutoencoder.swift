import Foundation
import OptimistCore
import OptimistProbability
import OptimistTorch

/// z ~ N(0, 1), four numbers; x = W z + noise, ten: a model whose posterior, evidence and bound are
/// known in closed form, to show what learned inference reaches.
public struct LinearGaussianAutoencoder {
    /// W, `[10, 4]`.
    public var weight: Tensor
    /// The deviation of the noise.
    public var deviation = 0.5

    /// A model with orthogonal columns of lengths 1.5, 1, 0.7 and 0.4, and some noise on them.
    ///
    /// - Parameters:
    ///   - seed: of the columns.
    ///   - mixing: the deviation of what is added to every entry: away from 0 the posterior's
    ///     numbers depend on one another, and no diagonal law is exact.
    ///   - type: of W, and of all that follows.
    public init(seed: UInt64, mixing: Double = 0, type: ElementType = .float32) {
        var generator = Generator(seed: seed)
        let columns = Initializer.orthogonal().tensor(
            [10, 4], fanIn: 4, fanOut: 10, type: .float64, using: &generator)
        let mixed = Tensor.normal([10, 4], type: .float64, using: &generator) * mixing
        weight = (columns * Tensor([1.5, 1, 0.7, 0.4]) + mixed).to(type)
    }

    /// Draws of x, `[rows, 10]`.
    public func data(_ rows: Int, using generator: inout Generator) -> Tensor {
        let type = weight.elementType
        let latents = Tensor.normal([rows, 4], type: type, using: &generator)
        return latents.matmul(weight.transposed())
            + Tensor.normal([rows, 10], type: type, using: &generator) * deviation
    }

    /// The prior, batch `[rows]`.
    public func prior(_ rows: Int) -> Normal {
        .standard([rows, 4], eventRank: 1, type: weight.elementType)
    }

    /// The evidence lower bound in closed form, `[rows]`.
    public func bound(_ law: Normal, of data: Tensor) -> Tensor {
        let variance = deviation * deviation
        let error = (data - law.mean.matmul(weight.transposed())).square().sum(axis: -1)
        let spread = (law.variance * weight.square().sum(axis: 0)).sum(axis: -1)
        return (error + spread) * (-0.5 / variance) - 5 * log(2 * Double.pi * variance)
            - law.divergence(to: prior(data.shape[0]))
    }

    /// 1 + WᵀW / variance, `[4, 4]`.
    public var precision: Tensor {
        let gram = weight.transposed().matmul(weight) * (1 / (deviation * deviation))
        return gram + Tensor.identity(4, type: weight.elementType)
    }

    /// The exact posterior's means `[rows, 4]`, with deviations that are exact where W has
    /// orthogonal columns.
    public func posterior(of data: Tensor) -> Normal {
        let slopes = data.matmul(weight) * (1 / (deviation * deviation))
        return Normal(
            mean: precision.solve(slopes.transposed()).transposed(),
            logStandardDeviation: precision.diagonal().log() * -0.5, eventRank: 1)
    }

    /// log p(x), `[rows]`: the bound of the exact posterior.
    public func evidence(of data: Tensor) -> Tensor {
        let whole = weight.to(.float64)
        let covariance =
            whole.matmul(whole.transposed())
            + Tensor.identity(10, type: .float64) * (deviation * deviation)
        let law = MultivariateNormal(
            mean: Tensor.zeros([10], type: .float64), covariance: covariance)
        return law.logDensity(data.to(.float64))
    }

    /// The four errors of the mean at the two levels: of x, brought back by W, and of z.
    public func errors(_ law: Normal, of data: Tensor) -> Tensor {
        let error = data - law.mean.matmul(weight.transposed())
        return Tensor.concatenated(
            [error.matmul(weight) * (1 / (deviation * deviation)), -law.mean], axis: -1)
    }

    /// Trains an inference on fresh data, its step size falling evenly to a tenth.
    ///
    /// - Parameters:
    ///   - inference: what learns.
    ///   - updates: of Adam.
    ///   - rows: data in an update.
    ///   - learningRate: at first.
    ///   - generator: draws data.
    public func train(
        _ inference: IterativeInference, updates: Int, rows: Int = 64, learningRate: Double,
        using generator: inout Generator
    ) {
        let optimizer = Adam(inference.parameters, learningRate: learningRate)
        for update in 0..<updates {
            optimizer.learningRate = learningRate * (1 - 0.9 * Double(update) / Double(updates))
            let data = data(rows, using: &generator)
            let usesErrors = inference.encoding != .gradients
            let found = inference.infer(
                from: prior(rows), learning: true,
                errors: usesErrors ? { errors($0, of: data) } : nil
            ) { bound($0, of: data) }
            optimizer.minimize(found.loss!.mean(), clippingNorm: 10)
        }
    }
}
