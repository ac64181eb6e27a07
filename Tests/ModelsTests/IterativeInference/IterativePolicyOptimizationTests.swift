import Foundation
import OptimistCore
import OptimistModels
import OptimistProbability
import OptimistTorch
import Testing

/// Q(a) = −α (c a² − 2 b a) with a normal prior N(m, 1/Λ): the posterior is normal with precision
/// Λ + 2 α c and mean (Λ m + 2 α b) / (Λ + 2 α c).
@Suite struct IterativePolicyOptimizationTests {
    private struct Quadratic {
        var prior: Normal
        /// α c and α b, `[rows, 1]`.
        var curvature: Tensor
        var slope: Tensor

        /// The instance with precision 4.3 and mean 0.441860.
        static func golden(type: ElementType = .float32) -> Quadratic {
            Quadratic(
                prior: Normal(
                    mean: .full([1, 1], 0.2, type: type),
                    standardDeviation: 1 / 1.5.squareRoot(), eventRank: 1),
                curvature: .full([1, 1], 1.4, type: type), slope: .full([1, 1], 0.8, type: type))
        }

        /// Instances about it.
        static func draw(_ rows: Int, using generator: inout Generator) -> Quadratic {
            func uniform(_ low: Double, _ high: Double) -> Tensor {
                .uniform([rows, 1], from: low, to: high, using: &generator)
            }
            return Quadratic(
                prior: Normal(
                    mean: uniform(-0.8, 1.2), standardDeviation: uniform(0.6, 1.1), eventRank: 1),
                curvature: uniform(0.7, 2.1), slope: uniform(-1, 2.4))
        }

        /// Q of actions `[samples, rows, 1]`.
        func value(_ actions: Tensor) -> Tensor {
            (actions * slope * 2 - actions.square() * curvature).sum(axis: -1)
        }

        var precision: Tensor { prior.variance.reciprocal() + curvature * 2 }
        var posterior: Normal {
            Normal(
                mean: (prior.mean / prior.variance + slope * 2) / precision,
                standardDeviation: precision.sqrt().reciprocal(), eventRank: 1)
        }
    }

    /// An optimizer that has learned on instances it will not see again.
    private static func trained() -> IterativePolicyOptimization {
        var generator = Generator(seed: 21)
        let (updates, rate) = (400, 1e-2)
        let policy = IterativePolicyOptimization(
            inference: IterativeInference(
                size: 1, units: [32, 32], iterations: 5, update: .learnedSGD(rate: 0.2),
                bounds: .hard(-6...2), using: &generator), samples: 1_000)
        let optimizer = Adam(policy.inference.parameters, learningRate: rate)
        for step in 0..<updates {
            optimizer.learningRate = rate * (1 - 0.99 * Double(step) / Double(updates))
            let task = Quadratic.draw(64, using: &generator)
            let found = policy.infer(
                prior: task.prior, learning: true, using: &generator, value: task.value)
            optimizer.minimize(found.loss!.mean(), clippingNorm: 20)
        }
        return policy
    }

    @Test func `five iterations find the posterior of a quadratic value`() {
        let policy = Self.trained()
        var generator = Generator(seed: 22)
        let golden = Quadratic.golden()
        #expect(abs(golden.precision.item() - 4.3) < 1e-6)
        #expect(abs(golden.posterior.mean.item() - 0.441860) < 1e-6)
        // The instance, and the mean distance over others.
        for task in [golden, Quadratic.draw(64, using: &generator)] {
            let found = policy.infer(prior: task.prior, using: &generator, value: task.value)
            let (law, exact) = (found.posterior, task.posterior)
            #expect((law.mean - exact.mean).abs().mean().item() < 1e-2)
            let deviations = law.standardDeviation - exact.standardDeviation
            #expect(deviations.abs().mean().item() < 1e-2)
            #expect(found.improvement.mean().item() > 0)
        }
    }

    // The mean's gradient of a quadratic value is exact in every pair; the deviation's has the noise
    // of the draws, for which its standard error is worked out.
    @Test(arguments: [0.5, 1, 4])
    func `temperature weighs the prior against the value`(temperature: Double) {
        var generator = Generator(seed: 23)
        let task = Quadratic.golden(type: .float64)
        let (rate, samples) = (0.1, 10_000)
        let policy = IterativePolicyOptimization(
            inference: IterativeInference(
                size: 1, units: [4], iterations: 200, update: .learnedSGD(rate: rate),
                bounds: .hard(-20...20), type: .float64, using: &generator),
            temperature: temperature, samples: samples)
        let found = policy.infer(prior: task.prior, using: &generator, value: task.value)
        let precision = temperature * 1.5 + 2.8
        let mean = (temperature * 1.5 * 0.2 + 1.6) / precision
        #expect(abs(found.posterior.mean.item() - mean) < 1e-6)
        // About the optimum the log-deviation is an autoregression of the first order.
        let variance = temperature / precision
        let kept = 1 - 2 * temperature * rate
        let noise = 2.8 * variance * (2 / Double(samples / 2)).squareRoot()
        let error = rate * noise / (1 - kept * kept).squareRoot()
        let spread = found.posterior.variance.item()
        #expect(abs(log(spread / variance)) < 4 * 2 * error)
    }
}
