import Foundation
import OptimistCore
import OptimistProbability
import OptimistTorch

/// A network whose weights are uncertain: q(w) is a Gaussian for each weight, independent of all others
/// (Hinton and van Camp 1993; Graves 2011; Blundell et al. 2015), and targets are normal around the
/// output with a known deviation.
///
/// Layers are dense with rectified units between; the last row of a layer's weights is its bias.
public final class BayesianNetwork: Module {
    /// Inputs, hidden widths and outputs.
    public let sizes: [Int]
    /// The deviation of targets around the output.
    public let likelihoodDeviation: Double
    /// The deviation of weights beforehand, around 0.
    public let priorDeviation: Double
    /// The mean of each weight, `[inputs + 1, outputs]` for each layer.
    public let means: [Tensor]
    /// ρ of each weight's deviation σ = log(1 + exp ρ), shaped like the means.
    public let rawDeviations: [Tensor]

    /// A network with drawn means.
    ///
    /// - Parameters:
    ///   - sizes: inputs, hidden widths and outputs; at least two numbers.
    ///   - likelihoodDeviation: the deviation of targets around the output.
    ///   - priorDeviation: the deviation of weights beforehand.
    ///   - initialDeviation: the deviation of weights at first.
    ///   - generator: draws the means.
    public init(
        sizes: [Int], likelihoodDeviation: Double, priorDeviation: Double = 0.5,
        initialDeviation: Double = 0.5, using generator: inout Generator
    ) {
        if sizes.count < 2 || sizes.contains(where: { $0 < 1 }) {
            fail("BayesianNetwork", "sizes \(sizes)")
        }
        self.sizes = sizes
        self.likelihoodDeviation = likelihoodDeviation
        self.priorDeviation = priorDeviation
        var means: [Tensor] = []
        for (inputs, outputs) in zip(sizes, sizes.dropFirst()) {
            let weights = Tensor.normal(
                [inputs, outputs], standardDeviation: (1 / Double(inputs)).squareRoot(),
                using: &generator)
            let biases = Tensor.zeros([1, outputs])
            means.append(
                Tensor.concatenated([weights, biases], axis: 0).requiringGradient())
        }
        self.means = means
        let raw = log(exp(initialDeviation) - 1)
        rawDeviations = means.map { Tensor.full($0.shape, raw).requiringGradient() }
    }

    /// The parameters `mean0`, `rawDeviation0` and so on.
    public var parameters: [NamedTensor] {
        means.indices.flatMap {
            [
                NamedTensor("mean\($0)", means[$0]),
                NamedTensor("rawDeviation\($0)", rawDeviations[$0]),
            ]
        }
    }

    /// Uncertain weights.
    public var weightCount: Int { means.reduce(0) { $0 + $1.count } }

    /// The deviation of each weight.
    public var deviations: [Tensor] { rawDeviations.map { $0.softplus() } }

    /// KL(q(w) ‖ prior) in nats, differentiable.
    public var divergenceFromPrior: Tensor {
        let terms = zip(means, deviations).map { mean, deviation in
            Normal(mean: mean, standardDeviation: deviation, eventRank: 2).divergence(
                to: Normal(
                    mean: Tensor.zeros(like: mean), standardDeviation: priorDeviation,
                    eventRank: 2))
        }
        return terms.dropFirst().reduce(terms[0], +)
    }

    /// Outputs `[rows, outputs]` with the means for weights.
    public func callAsFunction(_ inputs: Tensor) -> Tensor {
        var value = inputs
        for (layer, mean) in means.enumerated() {
            value = Self.withBias(value).matmul(mean)
            if layer < means.count - 1 { value = value.relu() }
        }
        return value
    }

    /// Rows with a last number 1, which the biases meet; `[..., rows, inputs + 1]`.
    static func withBias(_ rows: Tensor) -> Tensor {
        let ones = Tensor.ones(Array(rows.shape.dropLast()) + [1])
        return Tensor.concatenated([rows, ones], axis: -1)
    }
}
