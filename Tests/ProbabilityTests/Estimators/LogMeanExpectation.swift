import Foundation
import OptimistProbability
import OptimistTorch

/// E log of a mean of independent positive weights, by one quadrature and no sampling:
///
///     E log Σ w_k = ∫ (e^−t − Π E e^(−t w_k)) / t dt,   t from 0 to ∞
///
/// in the variable log t. Shares no code with the estimators.
struct LogMeanExpectation {
    /// z ~ N(0, 1), x | z ~ N(z, variance .25), seen as x = 1.
    static let evidence = -0.5 * log(2 * Double.pi * 1.25) - 0.4

    private static var logTimes: Quadrature {
        Quadrature(from: -40, to: 240, panels: 70, order: 12)
    }

    /// E e^(−t w) for every t of the rule, where log w is a function of z ~ N(mean, deviation²).
    static func transform(
        mean: Double, deviation: Double, logWeight: (Tensor) -> Tensor
    ) -> Tensor {
        let rule = Quadrature(from: -12, to: 12, panels: 40, order: 12)
        let density = (rule.points.square() * -0.5).exp() * rule.weights
        let weights = logWeight(rule.points * deviation + mean)
        // e^(log t + log w): neither is large where it matters.
        let exponents = (logTimes.points.unsqueezed(axis: 1) + weights).exp()
        let total = ((-exponents).exp() * density).sum(axis: 1)
        return total * (1 / (2 * Double.pi).squareRoot())
    }

    /// E log (1/K Σ w_k), with so many weights of each of these transforms.
    static func logMean(_ groups: [(transform: Tensor, count: Int)]) -> Double {
        let rule = logTimes
        let product = groups.reduce(Tensor.ones(like: rule.points)) {
            $0 * $1.transform.pow(Double($1.count))
        }
        let difference = (-rule.points.exp()).exp() - product
        let count = groups.reduce(0) { $0 + $1.count }
        return (difference * rule.weights).sum().item() - log(Double(count))
    }

    // MARK: - The Gaussian instance

    static func logLikelihood(_ z: Tensor, x: Double = 1) -> Tensor {
        (z - x).square() * -2 - 0.5 * log(2 * Double.pi * 0.25)
    }

    private static func logNormal(_ z: Tensor, _ mean: Double, _ variance: Double) -> Tensor {
        (z - mean).square() * (-0.5 / variance) - 0.5 * log(2 * Double.pi * variance)
    }

    /// The expected error of `kind` with a posterior N(.6, variance).
    static func bias(_ kind: MarginalLikelihood, variance: Double = 0.3) -> Double {
        func transform(prior: Bool, _ weight: @escaping (Tensor) -> Tensor) -> Tensor {
            prior
                ? self.transform(mean: 0, deviation: 1, logWeight: weight)
                : self.transform(
                    mean: 0.6, deviation: variance.squareRoot(), logWeight: weight)
        }
        func joint(_ z: Tensor) -> Tensor { logLikelihood(z) + logNormal(z, 0, 1) }
        switch kind {
        case .exact: return 0
        case .prior(let count):
            return logMean([(transform(prior: true) { logLikelihood($0) }, count)]) - evidence
        case .jackknife(let count):
            let weights = transform(prior: true) { logLikelihood($0) }
            let (all, others) = (logMean([(weights, count)]), logMean([(weights, count - 1)]))
            return Double(count) * all - Double(count - 1) * others - evidence
        case .posterior(let count):
            let weights = transform(prior: false) { joint($0) - logNormal($0, 0.6, variance) }
            return logMean([(weights, count)]) - evidence
        case .mixture(let count):
            func balanced(_ z: Tensor) -> Tensor {
                let both = logNormal(z, 0.6, variance).exp() + logNormal(z, 0, 1).exp()
                return joint(z) - (both * 0.5).log()
            }
            let halves = [transform(prior: false, balanced), transform(prior: true, balanced)]
            return logMean(halves.map { ($0, count / 2) }) - evidence
        }
    }

    /// The expected mutual information estimates with so many other states, over x ~ N(0, 1.25).
    static func information(
        others counts: [Int]
    ) -> [(nested: Double, contrastive: Double)] {
        // x and −x are alike.
        let rule = Quadrature(from: 0, to: 8, panels: 3, order: 8)
        let conditional = -0.5 * log(2 * Double.pi * 0.25) - 0.5
        var estimates = counts.map { _ in (nested: conditional, contrastive: conditional) }
        for (x, weight) in zip(rule.points.doubles(), rule.weights.doubles()) {
            let density = 2 * exp(-x * x / 2.5) / (2 * Double.pi * 1.25).squareRoot() * weight
            let prior = transform(mean: 0, deviation: 1) { logLikelihood($0, x: x) }
            let filter = transform(mean: 0.8 * x, deviation: 0.2.squareRoot()) {
                logLikelihood($0, x: x)
            }
            for (index, count) in counts.enumerated() {
                estimates[index].nested -= density * logMean([(prior, count)])
                estimates[index].contrastive -= density * logMean([(prior, count), (filter, 1)])
            }
        }
        return estimates
    }
}
