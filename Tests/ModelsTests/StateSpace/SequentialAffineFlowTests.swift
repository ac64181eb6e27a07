import Foundation
import OptimistCore
import OptimistModels
import OptimistProbability
import OptimistTorch
import Testing

@Suite struct SequentialAffineFlowTests {
    /// A flow away from the identity.
    private static func flow(
        lags: Int, using generator: inout Generator
    ) -> SequentialAffineFlow {
        let flow = SequentialAffineFlow(
            size: 2, lags: lags, units: [9], type: .float64, using: &generator)
        withoutGradient {
            for parameter in flow.parameters {
                parameter.tensor.accumulate(
                    Tensor.normal(
                        parameter.tensor.shape, standardDeviation: 0.4, type: .float64,
                        using: &generator))
            }
        }
        return flow
    }

    @Test(arguments: [1, 3])
    func `residuals become the observations again, and determinants agree with the Jacobian`(
        lags: Int
    ) {
        var generator = Generator(seed: 1)
        let flow = Self.flow(lags: lags, using: &generator)
        let observations = Tensor.normal([5, 3, 2], type: .float64, using: &generator)
        let found = flow.residual(of: observations, after: flow.past(of: observations))
        #expect(found.logDeterminant.shape == [5, 3])
        // Step after step, with what came before carried along.
        var past = Tensor.zeros([3, lags * 2], type: .float64)
        for step in 0..<5 {
            let (logScale, shift) = flow.predicted(after: past)
            let next = shift + logScale.exp() * found.value[step]
            #expect(next.isClose(to: observations[step], relative: 1e-9))
            let alone = flow.residual(of: observations[step], after: past)
            #expect(alone.value.isClose(to: found.value[step], relative: 1e-12))
            #expect(alone.logDeterminant.isClose(to: found.logDeterminant[step], relative: 1e-12))
            past = flow.past(past, followedBy: next)
        }
        // One sequence: the 10 residuals by the 10 observations.
        let leaf = observations.slice(axis: 1, 0..<1).requiringGradient()
        let residual = flow.residual(of: leaf, after: flow.past(of: leaf))
        let slopes = (0..<10).map {
            gradients(
                of: residual.value.flattened()[$0], withRespectTo: [leaf], keepingGraph: true)[0]
                .flattened()
        }
        let logarithm = Tensor.stacked(slopes).logDeterminant().logarithm.item() as Double
        #expect(abs(logarithm + residual.logDeterminant.sum().item()) < 1e-9)
    }

    @Test func `at first it is the identity`() {
        var generator = Generator(seed: 2)
        let flow = SequentialAffineFlow(size: 3, lags: 2, units: [8], using: &generator)
        let observations = Tensor.normal([4, 2, 3], using: &generator)
        let found = flow.residual(of: observations, after: flow.past(of: observations))
        #expect(found.value.floats() == observations.floats())
        #expect(found.logDeterminant.abs().max().item() == 0)
    }

    // x_t = 0.8 x_t−1 + 0.5 ε: a linear flow over a standard normal residual is that law.
    @Test func `an autoregressive process is learned to its own likelihood`() {
        var generator = Generator(seed: 3)
        let noise = Tensor.normal([50, 64, 1], type: .float64, using: &generator)
        var steps = [noise[0] * 0.5]
        for step in 1..<50 { steps.append(steps[step - 1] * 0.8 + noise[step] * 0.5) }
        let observations = Tensor.stacked(steps)
        let flow = SequentialAffineFlow(size: 1, units: [], type: .float64, using: &generator)
        func logDensity() -> Tensor {
            let found = flow.residual(of: observations, after: flow.past(of: observations))
            let base = Normal.standard([1], eventRank: 1, type: .float64)
            return (base.logDensity(found.value) - found.logDeterminant).mean()
        }
        let exact = (noise.square() * -0.5).mean().item() - 0.5 * log(2 * Double.pi) - log(0.5)
        let before = withoutGradient { logDensity().item() as Double }
        let optimizer = Adam(flow.parameters, learningRate: 0.03)
        for _ in 0..<300 { optimizer.minimize(-logDensity()) }
        let after = withoutGradient { logDensity().item() as Double }
        #expect(exact - before > 0.3)
        // The best fit to 3,200 numbers is a little above the truth: three parameters, half a nat
        // each.
        #expect(abs(after - exact) < 2.0 / 3_200)
        let weights = flow.parameters.map { $0.tensor.doubles() }
        #expect(abs(weights[0][1] - 0.8) < 0.03)
    }
}
