import Foundation
import OptimistCore
import OptimistLinearAlgebra

/// y = wᵀ x + noise with a Gaussian law of w and known noise: exact, one observation at a time.
public struct BayesianLinearRegression: Codable, Equatable, Sendable {
    /// E[w], `[inputs]`.
    public private(set) var mean: [Double]
    /// The covariance of w, `[inputs, inputs]`.
    public private(set) var covariance: Matrix
    /// The variance of the noise.
    public let noiseVariance: Double

    /// A prior.
    ///
    /// - Parameters:
    ///   - mean: E[w], `[inputs]`.
    ///   - covariance: symmetric and positive semi-definite, `[inputs, inputs]`.
    ///   - noiseVariance: positive.
    public init(mean: [Double], covariance: Matrix, noiseVariance: Double) {
        if !BayesianLinearRegression.isValid(mean, covariance, noiseVariance) {
            fail(
                "BayesianLinearRegression",
                "\(mean.count) weights, a covariance \(covariance.rows)x\(covariance.columns), "
                    + "noise variance \(noiseVariance)")
        }
        self.mean = mean
        self.covariance = covariance
        self.noiseVariance = noiseVariance
    }

    private static func isValid(
        _ mean: [Double], _ covariance: Matrix, _ noiseVariance: Double
    ) -> Bool {
        !mean.isEmpty && covariance.rows == mean.count && covariance.columns == mean.count
            && noiseVariance > 0 && noiseVariance.isFinite
    }

    /// xᵀ Σ and xᵀ Σ x.
    private func spread(_ input: [Double]) -> (cross: [Double], variance: Double) {
        if input.count != mean.count {
            fail("BayesianLinearRegression", "\(input.count) inputs for \(mean.count) weights")
        }
        let cross = covariance * input
        return (cross, max(0, zip(input, cross).reduce(0) { $0 + $1.0 * $1.1 }))
    }

    /// The mean and the variance of y given x, noise included.
    public func prediction(_ input: [Double]) -> (mean: Double, variance: Double) {
        let variance = spread(input).variance
        return (
            zip(mean, input).reduce(0) { $0 + $1.0 * $1.1 }, variance + noiseVariance
        )
    }

    /// I(y; w | x) = ½ log(1 + xᵀ Σ x / σ²), what observing y will tell of w in the mean, in nats.
    public func expectedInformationGain(_ input: [Double]) -> Double {
        GaussianInformation.gain(variance: spread(input).variance, noise: noiseVariance)
    }

    /// Learns from one observation; returns KL(after ‖ before) in nats, what it told of w.
    @discardableResult
    public mutating func update(input: [Double], output: Double) -> Double {
        let (cross, variance) = spread(input)
        let total = variance + noiseVariance
        let error = output - zip(mean, input).reduce(0) { $0 + $1.0 * $1.1 }
        for row in mean.indices {
            mean[row] += cross[row] * error / total
            for column in mean.indices {
                covariance[row, column] -= cross[row] * cross[column] / total
            }
        }
        // tr(Σ⁻¹ Σ′) − n = −v / total, the mean moves by Σ x e / total, |Σ| / |Σ′| = total / σ².
        let shift = variance * error * error / (total * total)
        let gain = GaussianInformation.gain(variance: variance, noise: noiseVariance)
        return max(0, gain + (shift - variance / total) / 2)
    }
}

extension BayesianLinearRegression {
    private enum CodingKeys: String, CodingKey { case mean, covariance, noiseVariance }

    /// Reads what was written.
    ///
    /// - Throws: `DecodingError` where the parts do not fit one another.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        mean = try container.decode([Double].self, forKey: .mean)
        covariance = try container.decode(Matrix.self, forKey: .covariance)
        noiseVariance = try container.decode(Double.self, forKey: .noiseVariance)
        if !BayesianLinearRegression.isValid(mean, covariance, noiseVariance) {
            throw DecodingError.dataCorruptedError(
                forKey: .covariance, in: container,
                debugDescription: "the covariance of \(mean.count) weights is "
                    + "\(covariance.rows)x\(covariance.columns), the noise variance "
                    + "\(noiseVariance)")
        }
    }
}

/// Information about one Gaussian number.
enum GaussianInformation {
    /// ½ log(1 + variance / noise): what one noisy observation will tell of it, in nats.
    static func gain(variance: Double, noise: Double) -> Double {
        0.5 * log1p(variance / noise)
    }
}
