import Foundation
import OptimistCore
import OptimistInference
import OptimistProbability
import OptimistTorch
import Testing

/// What a marginal likelihood, the information gain and mutual information do not depend on.
@Suite struct MarginalInvarianceTests {
    let prior = Line.normal(0.2, 1.1)
    let posterior = Line.normal(0.5, 0.6)

    /// Log-likelihood of the posterior's mean, log marginal and information gain of a reading.
    private func gain(
        _ kind: MarginalLikelihood, _ logLikelihood: (Tensor) -> Tensor
    ) -> (likelihood: Double, marginal: Double, gain: Double) {
        var generator = Generator(seed: 81)
        let marginal = kind.estimate(
            prior: prior, posterior: posterior, using: &generator, logLikelihood: logLikelihood
        ).logMarginal.item()
        let likelihood = logLikelihood(posterior.mean).item()
        return (likelihood, marginal, likelihood - marginal)
    }

    private func emission(_ z: Tensor) -> Normal {
        Normal(mean: z.square() + z, standardDeviation: 0.4, eventRank: 0)
    }

    @Test(arguments: [
        MarginalLikelihood.prior(8), .posterior(8), .mixture(8), .jackknife(8),
    ])
    func `dimensions of pure noise move likelihood and marginal alike`(kind: MarginalLikelihood) {
        let plain = gain(kind) { emission($0).logDensity(Line.number(0.9)) }
        let noise = Line.normal(0, 3).logDensity(Tensor([2.0, -5, 0.1])).sum().item()
        let noisy = gain(kind) { emission($0).logDensity(Line.number(0.9)) + noise }
        #expect(noise < -5)
        #expect(abs(noisy.likelihood - plain.likelihood - noise) < 1e-12)
        #expect(abs(noisy.marginal - plain.marginal - noise) < 1e-12)
        #expect(abs(noisy.gain - plain.gain) < 1e-12)
    }

    @Test(arguments: [MarginalLikelihood.prior(8), .posterior(8), .mixture(8)])
    func `an invertible map shifts both by the logarithm of its slope`(kind: MarginalLikelihood) {
        // y = exp x: dy/dx = y, and log p(y) = log p(x) − log y.
        let plain = gain(kind) { emission($0).logDensity(Line.number(0.9)) }
        let mapped = gain(kind) {
            Transformed(emission($0), by: ExpMap()).logDensity(Line.number(exp(0.9)))
        }
        #expect(abs(mapped.likelihood - plain.likelihood + 0.9) < 1e-12)
        #expect(abs(mapped.marginal - plain.marginal + 0.9) < 1e-12)
        #expect(abs(mapped.gain - plain.gain) < 1e-12)
    }

    @Test func `mutual information sees neither noise nor invertible maps`() {
        func matrix(_ law: (Tensor) -> any TensorDistribution) -> Tensor {
            var generator = Generator(seed: 82)
            let z = Tensor.normal([6, 50], type: .float64, using: &generator)
            return MutualInformation.logLikelihoods(of: law(z), using: &generator)
        }
        let plain = matrix { emission($0) }
        let mapped = matrix { Transformed(emission($0), by: ExpMap()) }
        var generator = Generator(seed: 83)
        // Noise that no state tells anything of is rated alike by all of them.
        let noise = Line.normal(0, 3).draw([6, 1, 50], using: &generator).logDensity
        for kind in MutualInformation.allCases {
            let value = kind.estimate(plain).mean
            #expect(kind.estimate(mapped).mean.isClose(to: value, absolute: 1e-9))
            #expect(kind.estimate(plain + noise).mean.isClose(to: value, absolute: 1e-9))
        }
        // In closed form: a reading of the noise alone beside that of the state.
        func closed(_ emission: [Double]) -> Double {
            let rows = emission.count
            return MutualInformation.linearGaussian(
                covariance: Tensor([1.0], shape: [1, 1]),
                emission: Tensor(emission, shape: [rows, 1]),
                noiseCovariance: Tensor.identity(rows, type: .float64) * 0.25
            ).item()
        }
        #expect(abs(closed([1]) - closed([1, 0, 0])) < 1e-14)
    }

    @Test func `separate marginals count twice what observation and reward share`() throws {
        // The agent's model in state 0 after action 0: z' is 0 with .8; x and r tell of z'.
        let prior = Categorical(weights: Tensor([0.8, 0.2]))
        let (seen, paid) = ([0.75, 0.25, 0.25, 0.75], [0.8, 0.2, 0.4, 0.6])
        var both: [Double] = []
        for z in 0..<2 {
            for x in 0..<2 { both += [0, 1].map { seen[2 * z + x] * paid[2 * z + $0] } }
        }
        func information(_ rows: [Double]) -> Double {
            MutualInformation.enumerated(
                prior: prior, emission: Categorical(weights: Tensor(rows).reshaped([2, -1]))
            ).item()
        }
        #expect(abs(information(seen) - 0.085111) < 5e-7)
        #expect(abs(information(paid) - 0.058029) < 5e-7)
        #expect(abs(information(both) - 0.132219) < 5e-7)
        #expect(abs(information(seen) + information(paid) - 0.143141) < 5e-7)
        // The difference is what observation tells of reward.
        let joint = (0..<4).map { 0.8 * both[$0] + 0.2 * both[4 + $0] }
        let shared = MutualInformation.enumerated(
            prior: Categorical(weights: Tensor([joint[0] + joint[1], joint[2] + joint[3]])),
            emission: Categorical(weights: Tensor(joint, shape: [2, 2]))
        ).item()
        #expect(shared > 0.01)
        let excess = information(seen) + information(paid) - information(both)
        #expect(abs(excess - shared) < 1e-12)
    }
}
