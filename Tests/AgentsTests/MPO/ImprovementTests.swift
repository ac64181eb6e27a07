import Foundation
import OptimistAgents
import OptimistCore
import OptimistInference
import OptimistProbability
import OptimistTorch
import Testing

/// The agent's E-step and M-step against exact ones.
@Suite struct ImprovementTests {
    private let three = (
        values: Tensor([0.0, 1, 2], shape: [1, 3]), logPrior: Tensor([-log(3.0)])
    )

    @Test func `decimals of a temperature and of its weights`() {
        let eta = Tensor([1.755735]).requiringGradient()
        let dual = ExpectationStep.dual(
            values: three.values, logPrior: three.logPrior, temperature: eta, limit: 0.1)
        let slope = gradients(of: dual, withRespectTo: [eta], keepingGraph: true)[0].item()
        #expect(abs(slope) < 2e-7)
        let weights = ExpectationStep.weights(
            values: three.values, logPrior: three.logPrior, temperature: eta.detached())
        for (found, expected) in zip(weights.doubles(), [0.169735, 0.300006, 0.530259]) {
            #expect(abs(found - expected) < 5.01e-7)
        }
        let spent = ExpectationStep.divergence(weights: weights, logPrior: three.logPrior)
        #expect(abs(spent.item() - 0.1) < 1e-6)
    }

    @Test func `descending the dual finds the temperature`() {
        let temperature = DualVariable(10, learningRate: 0.02)
        for _ in 0..<2_500 {
            temperature.descend {
                ExpectationStep.dual(
                    values: three.values.to(.float32), logPrior: three.logPrior.to(.float32),
                    temperature: $0, limit: 0.1)
            }
        }
        #expect(abs(temperature.value.item() - 1.755735) < 1e-3)
    }

    @Test func `the dual of many rows is that of exact inference`() {
        var generator = Generator(seed: 7)
        let values = Tensor.normal([6, 5], type: .float64, using: &generator) * 4
        let prior = Tensor.normal([6, 5], type: .float64, using: &generator).logSoftmax()
        let rows = (0..<6).map {
            TemperatureDual.Row(values: values[$0].doubles(), logPrior: prior[$0].doubles())
        }
        let dual = TemperatureDual(maximumDivergence: 0.2, rows: rows)
        for eta in [0.1, 1, 7.5] {
            let found = ExpectationStep.dual(
                values: values, logPrior: prior, temperature: Tensor([eta]), limit: 0.2)
            #expect(abs(found.item() / dual.value(at: eta) - 1) < 1e-12)
            let weights = ExpectationStep.weights(
                values: values, logPrior: prior, temperature: Tensor([eta]))
            let spent = ExpectationStep.divergence(weights: weights, logPrior: prior)
            #expect(abs(spent.mean().item() - dual.divergence(at: eta)) < 1e-12)
        }
    }

    // With a fixed temperature it is one round of one-step inference at the inverse scale.
    @Test(arguments: [0.01, 0.1])
    func `a fixed temperature is the one-step update`(scale: Double) throws {
        let program = try SoftDynamicProgramming(ThreeStates.model())
        let hard = try SoftDynamicProgramming(ThreeStates.model(), objective: .hard)
        let uniform = Array(repeating: Array(repeating: 0.5, count: 6), count: 3)
        let values = try hard.actionValues(of: uniform)
        let round = try program.iterate(
            rewardScales: [scale], span: .steps(3, discount: 1), update: .oneStep)[1]
        for step in 0..<3 {
            let weights = ExpectationStep.weights(
                values: Tensor(values[step], shape: [3, 2]),
                logPrior: Tensor([log(0.5)]), temperature: Tensor([1 / scale]))
            for (found, expected) in zip(weights.doubles(), round.policy[step]) {
                #expect(abs(found - expected) < 1e-13)
            }
        }
    }

    private func laws(_ generator: inout Generator) -> (old: Normal, mean: Tensor, raw: Tensor) {
        let old = Normal(
            mean: .normal([4, 3], type: .float64, using: &generator),
            standardDeviation: Tensor.normal([4, 3], type: .float64, using: &generator).exp(),
            eventRank: 1)
        let mean = Tensor.normal([4, 3], type: .float64, using: &generator).requiringGradient()
        let raw = Tensor.normal([4, 3], type: .float64, using: &generator).requiringGradient()
        return (old, mean, raw)
    }

    @Test func `the fit by moments has the gradient of weighed log-densities`() {
        var generator = Generator(seed: 3)
        let (old, mean, raw) = laws(&generator)
        let draws = old.sample([7], using: &generator)
        // Two objectives: weights need not sum to 1.
        let weights = Tensor.uniform([4, 7], type: .float64, using: &generator)
        let fixedDeviation = Normal(
            mean: mean, standardDeviation: old.standardDeviation, eventRank: 1)
        let fixedMean = Normal(mean: old.mean, standardDeviation: raw.exp(), eventRank: 1)
        let densities = fixedDeviation.logDensity(draws) + fixedMean.logDensity(draws)
        let expected = gradients(
            of: -(densities * weights.transposed()).sum(axis: 0).mean(),
            withRespectTo: [mean, raw])
        let moments = MaximizationStep.Moments(
            draws: draws.permuted([1, 0, 2]), weights: weights, old: old)
        let new = Normal(mean: mean, standardDeviation: raw.exp(), eventRank: 1)
        let found = gradients(
            of: MaximizationStep.loss(moments, old: old, new: new), withRespectTo: [mean, raw])
        for (one, two) in zip(found, expected) {
            #expect(one.isClose(to: two, relative: 1e-9, absolute: 1e-11))
        }
    }

    @Test func `the parts of the divergence are those of laws that differ in one thing`() {
        var generator = Generator(seed: 4)
        let (old, mean, raw) = laws(&generator)
        let new = Normal(mean: mean, standardDeviation: raw.exp(), eventRank: 1)
        let parts = DecoupledDivergences(from: old, to: new)
        func each(_ law: Normal) -> Normal {
            Normal(mean: law.mean, standardDeviation: law.standardDeviation, eventRank: 0)
        }
        let moved = Normal(
            mean: mean, standardDeviation: old.standardDeviation, eventRank: 0)
        let spread = Normal(mean: old.mean, standardDeviation: raw.exp(), eventRank: 0)
        let expected = [moved, spread].map { each(old).divergence(to: $0).mean(axis: 0) }
        #expect(parts.mean.isClose(to: expected[0], relative: 1e-9, absolute: 1e-12))
        #expect(parts.deviation.isClose(to: expected[1], relative: 1e-9, absolute: 1e-12))
        #expect(
            DecoupledDivergences(from: old, to: old).deviation.abs().max().item() < 1e-12)
    }

    @Test func `of choices the fit ends at the weights, and the divergence is exact`() {
        let old = Tensor([0.7, 0.3].map { log($0) }, shape: [1, 2])
        let new = Tensor([0.5, 0.5].map { log($0) }, shape: [1, 2])
        // KL((0.7, 0.3) ‖ (0.5, 0.5)).
        #expect(abs(MaximizationStep.divergence(from: old, to: new).item() - 0.082283) < 5e-7)
        let logits = Tensor([0.2, -1.1], shape: [1, 2])
        let leaf = logits.requiringGradient()
        let slope = gradients(
            of: MaximizationStep.loss(
                weights: logits.softmax(), logPolicy: leaf.logSoftmax()), withRespectTo: [leaf])[0]
        #expect(slope.abs().max().item() < 1e-15)
    }

    @Test func `multipliers rise where the limit is broken, each for itself`() {
        let multipliers = DualVariable(10, count: 2, learningRate: 0.1)
        let found = Tensor([0.2, 0.001] as [Float])
        for _ in 0..<20 { multipliers.descend { ($0 * (-found + 0.01)).sum() } }
        let values = multipliers.value.doubles()
        #expect(values[0] > 10.5 && values[1] < 9.5)
        let low = DualVariable(0.001, learningRate: 1)
        for _ in 0..<200 { low.descend { $0.sum() } }
        #expect(low.value.item() > 0)
    }
}
