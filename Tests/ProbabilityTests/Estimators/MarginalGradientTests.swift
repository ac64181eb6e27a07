import Foundation
import OptimistCore
import OptimistProbability
import OptimistTorch
import Testing

/// What gradients see of a marginal likelihood, on the linear-Gaussian model
/// z ~ N(m, e^2s), x | z ~ N(c z, e^2n) with parameters (m, s, c, n), in float64.
@Suite struct MarginalGradientTests {
    static let point = [0.2, -0.1, 0.8, -0.5]
    let seen = 0.7

    private func prior(_ parameters: Tensor, _ batch: [Int]) -> Normal {
        Normal(
            mean: parameters[0].expanded(batch),
            logStandardDeviation: parameters[1].expanded(batch), eventRank: 0)
    }

    private func logLikelihood(_ z: Tensor, _ parameters: Tensor) -> Tensor {
        Normal(mean: z * parameters[2], logStandardDeviation: parameters[3], eventRank: 0)
            .logDensity(Line.number(seen))
    }

    private func exact(_ parameters: Tensor) -> Tensor {
        MarginalEstimate.linearGaussian(
            observation: Tensor([seen]),
            prior: MultivariateNormal(
                Normal(
                    mean: parameters.slice(axis: 0, 0..<1),
                    logStandardDeviation: parameters.slice(axis: 0, 1..<2), eventRank: 1)),
            emission: parameters.slice(axis: 0, 2..<3).reshaped([1, 1]),
            noiseCovariance: (parameters.slice(axis: 0, 3..<4) * 2).exp().reshaped([1, 1])
        ).logMarginal
    }

    /// The filter, worked out by hand from numbers.
    private func filter(_ p: [Double]) -> (mean: Double, variance: Double) {
        let precision = exp(-2 * p[1]) + p[2] * p[2] * exp(-2 * p[3])
        let mean = (p[0] * exp(-2 * p[1]) + p[2] * seen * exp(-2 * p[3])) / precision
        return (mean, 1 / precision)
    }

    private func slope(_ value: Tensor, _ leaf: Tensor) -> [Double] {
        gradients(of: value, withRespectTo: [leaf], allowUnused: true)[0].doubles()
    }

    @Test(arguments: [
        MarginalLikelihood.prior(7), .posterior(7), .mixture(8), .jackknife(7),
    ])
    func `with samples fixed it is the derivative of the weighted mean`(
        kind: MarginalLikelihood
    ) {
        var generator = Generator(seed: 41)
        let batch = [3]
        let leaf = Tensor(Self.point).requiringGradient()
        let posterior = Normal(
            mean: Tensor([0.1, 0.4, -0.3]), standardDeviation: 0.7, eventRank: 0)
        let law = prior(leaf, batch)
        let samples = kind.innerSamples(prior: law, posterior: posterior, using: &generator)
        #expect(!samples.values.requiresGradient)
        let weights = samples.logWeights(
            logLikelihood: logLikelihood(samples.values, leaf), prior: law)
        let estimate = MarginalEstimate(logWeights: weights, kind: kind)
        let found = slope(estimate.logMarginal.sum(), leaf)
        // The density that the samples were drawn from, at the point itself.
        let z = samples.values
        let own = withoutGradient { prior(leaf, batch).logDensity(z) }
        let other = posterior.logDensity(z)
        let proposal =
            switch kind {
            case .posterior: other
            case .mixture: (own.exp() * 0.5 + other.exp() * 0.5).log()
            default: own
            }
        func value(_ parameters: [Double]) -> Double {
            let tensor = Tensor(parameters)
            let joint = logLikelihood(z, tensor) + prior(tensor, batch).logDensity(z)
            let means = joint - proposal
            if case .jackknife = kind { return jackknifeLogMeanExp(means).sum().item() }
            return means.exp().mean(axis: 0).log().sum().item()
        }
        #expect(abs(value(Self.point) - estimate.logMarginal.sum().item()) < 1e-12)
        for index in Self.point.indices {
            let (up, down) = (moved(index, 1e-5), moved(index, -1e-5))
            #expect(abs((value(up) - value(down)) / 2e-5 - found[index]) < 1e-8)
        }
    }

    private func moved(_ index: Int, _ step: Double) -> [Double] {
        var point = Self.point
        point[index] += step
        return point
    }

    @Test(arguments: [MarginalLikelihood.prior(64), .posterior(64), .mixture(64)])
    func `on average it nears the gradient of the exact marginal`(kind: MarginalLikelihood) {
        var generator = Generator(seed: 42)
        let runs = 4000
        let leaf = Tensor(Self.point).requiringGradient()
        let truth = slope(exact(leaf).sum(), leaf)
        // One leaf for every run tells the spread of the gradients.
        let leaves = Tensor(Self.point).unsqueezed(axis: 1).expanded([4, runs]).contiguous()
            .requiringGradient()
        let posterior = Normal(
            mean: .full([runs], 0.3, type: .float64), standardDeviation: 0.8, eventRank: 0)
        let estimate = kind.estimate(
            prior: prior(leaves, [runs]), posterior: posterior, using: &generator
        ) { logLikelihood($0, leaves) }
        let found = gradients(of: estimate.logMarginal.sum(), withRespectTo: [leaves])[0]
        for index in Self.point.indices {
            let mean = Estimate(of: found[index].doubles())
            // The error of self-normalized weights is of the order of 1 / 64.
            #expect(abs(mean.mean - truth[index]) < 4 * mean.standardError! + 0.03)
            #expect(mean.standardError! < 0.01)
        }
    }

    @Test func `nothing reaches the posterior`() {
        var generator = Generator(seed: 43)
        let leaf = Tensor([0.3, -0.2]).requiringGradient()
        let posterior = Normal(mean: leaf[0], logStandardDeviation: leaf[1], eventRank: 0)
        for kind in [MarginalLikelihood.posterior(4), .mixture(4)] {
            let estimate = kind.estimate(
                prior: Line.normal(0, 1), posterior: posterior, using: &generator
            ) { logLikelihood($0, Tensor(Self.point)) }
            #expect(!estimate.logMarginal.requiresGradient)
        }
    }

    /// The terms of one step at a posterior, with everything in closed form but the marginal.
    private func bound(
        _ leaf: Tensor, at q: (mean: Double, variance: Double), weight: Double, marginal: Tensor
    ) -> SequenceBound {
        let posterior = Line.normal(q.mean, q.variance.squareRoot())
        let spread = leaf[2].square() * (leaf[3] * -2).exp() * (q.variance / 2)
        let likelihood = logLikelihood(Line.number(q.mean), leaf) - spread
        let one = Tensor.ones([1, 1], type: .float64)
        return SequenceBound(
            logOptimality: one * 0, logLikelihood: likelihood.reshaped([1, 1]),
            logMarginal: marginal.reshaped([1, 1]),
            stateConsistency: posterior.divergence(to: prior(leaf, [])).reshaped([1, 1]),
            mask: SequenceMask(arrived: one, acted: one), marginalWeight: weight, source: .replay)
    }

    @Test func `at the filter gain and consistency are equal, and so are their gradients`() {
        let leaf = Tensor(Self.point).requiringGradient()
        let q = filter(Self.point)
        let whole = bound(leaf, at: q, weight: 1, marginal: exact(leaf)).objective
        #expect(abs(whole.item()) < 1e-12)
        #expect(slope(whole, leaf).allSatisfy { abs($0) < 1e-10 })
        // Without the marginal it is the evidence lower bound: Fisher's identity.
        let lower = slope(bound(leaf, at: q, weight: 0, marginal: exact(leaf)).objective, leaf)
        let evidence = slope(exact(leaf).sum(), leaf)
        #expect(zip(lower, evidence).allSatisfy { abs($0 - $1) < 1e-10 })
        #expect(evidence.allSatisfy { abs($0) > 0.05 })
        // Elsewhere gain minus consistency is minus the divergence from the filter.
        let other = (mean: 0.4, variance: 0.3)
        let slack = bound(leaf, at: other, weight: 1, marginal: exact(leaf)).objective.item()
        let divergence = Line.normal(other.mean, other.variance.squareRoot())
            .divergence(to: Line.normal(q.mean, q.variance.squareRoot()))
        #expect(abs(slack + divergence.item()) < 1e-12)
    }

    @Test(arguments: [0.3, 1])
    func `a detached marginal leaves the gradient of the evidence lower bound`(weight: Double) {
        let leaf = Tensor(Self.point).requiringGradient()
        let q = (mean: 0.4, variance: 0.3)
        func gradient(_ mode: MarginalGradient) -> [Double] {
            var generator = Generator(seed: 44)
            let marginal = MarginalLikelihood.mixture(16).estimate(
                prior: prior(leaf, []), posterior: Line.normal(0.4, 0.3.squareRoot()),
                gradient: mode, using: &generator
            ) { logLikelihood($0, leaf) }
            return slope(
                bound(
                    leaf, at: q, weight: mode.weight(weight), marginal: marginal.logMarginal
                ).objective, leaf)
        }
        let lower = slope(bound(leaf, at: q, weight: 0, marginal: exact(leaf)).objective, leaf)
        #expect(gradient(.detached) == lower && gradient(.off) == lower)
        #expect(zip(gradient(.full), lower).contains { abs($0 - $1) > 0.05 })
        #expect(MarginalGradient.off.weight(weight) == 0)
        #expect(MarginalGradient.detached.weight(weight) == weight)
    }

    @Test func `the terms at a posterior that is not the filter, to the digits of the table`() {
        // z ~ N(0, 1), x | z ~ N(z, .25), x = 1, q = N(.6, .3).
        let (prior, posterior) = (Line.normal(0, 1), Line.normal(0.6, 0.3.squareRoot()))
        let likelihood = Line("q", -8, 9) { Line.normal(0.6, 0.3.squareRoot()) }.expectation {
            LogMeanExpectation.logLikelihood($0)
        }
        let consistency = posterior.divergence(to: prior).item()
        #expect(abs(likelihood + 1.145791) < 5e-7 && abs(consistency - 0.431986) < 5e-7)
        let gain = likelihood - LogMeanExpectation.evidence
        #expect(abs(gain - 0.284719) < 5e-7 && abs(gain - consistency + 0.147267) < 5e-7)
        #expect(abs(likelihood - consistency + 1.577778) < 5e-7)
    }
}
