import Foundation
import OptimistCore
import OptimistProbability
import OptimistTorch
import Testing

/// Gradients against central finite differences in float64.
@Suite struct GradientTests {
    /// A family over numbers with two parameters and a value inside of its support.
    struct Family: CustomTestStringConvertible, Sendable {
        let name: String
        let parameters: [Double]
        let value: Double
        let make: @Sendable (Tensor) -> any TensorDistribution
        var testDescription: String { name }

        static let all = [
            Family(name: "normal", parameters: [0.3, 0.5], value: 0.7) {
                Normal(mean: $0[0], standardDeviation: $0[1], eventRank: 0)
            },
            Family(name: "normal by logarithm", parameters: [0.3, -0.7], value: 0.7) {
                Normal(mean: $0[0], logStandardDeviation: $0[1], eventRank: 0)
            },
            Family(name: "tanh normal", parameters: [0.3, 0.5], value: 0.7) {
                TanhNormal(mean: $0[0], standardDeviation: $0[1], eventRank: 0)
            },
            Family(name: "truncated normal", parameters: [0.3, 0.5], value: 0.7) {
                TruncatedNormal(location: $0[0], scale: $0[1], eventRank: 0)
            },
            Family(name: "truncated normal, mirrored", parameters: [2.3, 0.9], value: 0.7) {
                TruncatedNormal(location: $0[0], scale: $0[1], eventRank: 0)
            },
            Family(name: "truncated normal, bounds", parameters: [-1.2, 1.4], value: 0.7) {
                TruncatedNormal(
                    location: Line.number(0.3), scale: Line.number(0.5), low: $0[0], high: $0[1],
                    eventRank: 0)
            },
            Family(name: "beta", parameters: [2.5, 1.7], value: 0.7) {
                Beta(concentration1: $0[0], concentration0: $0[1], eventRank: 0)
            },
            Family(name: "uniform", parameters: [-0.5, 1.5], value: 0.7) {
                Uniform(low: $0[0], high: $0[1], eventRank: 0)
            },
            Family(name: "mixture", parameters: [0.2, -0.4], value: 0.7) {
                Mixture(
                    logits: $0,
                    components: Normal(
                        mean: $0 * 2, standardDeviation: $0.square() + 0.3, eventRank: 0))
            },
            Family(name: "affine", parameters: [-1.5, 0.4], value: 0.7) {
                Transformed(Line.normal(), by: AffineMap(scale: $0[0], shift: $0[1]))
            },
            Family(name: "chain", parameters: [0.3, 0.5], value: 0.7) {
                Transformed(
                    Normal(mean: $0[0], standardDeviation: $0[1], eventRank: 0),
                    by: Chain([
                        SigmoidMap(), TanhMap(), ExpMap(),
                        AffineMap(
                            scale: Line.number(0.5), shift: Line.number(-0.1)),
                    ]))
            },
        ]
    }

    @Test(arguments: Family.all)
    func `log-densities by parameters and by value`(_ family: Family) {
        let value = Line.number(family.value)
        let byParameters = gradientError(at: family.parameters) {
            family.make($0).logDensity(value)
        }
        #expect(byParameters < 1e-7)
        let byValue = gradientError(at: [family.value]) {
            family.make(Tensor(family.parameters)).logDensity($0)
        }
        #expect(byValue < 1e-7)
    }

    @Test(arguments: Family.all)
    func `entropies and divergences by parameters`(_ family: Family) {
        let base = family.make(Tensor(family.parameters))
        if base.entropy != nil {
            #expect(gradientError(at: family.parameters) { family.make($0).entropy! } < 1e-7)
        }
        // A uniform law that moves its bounds leaves the other one.
        if family.name.contains("bounds") || family.name == "uniform" { return }
        let moved = family.parameters.map { $0 * 1.2 }
        if closedFormDivergence(from: family.make(Tensor(moved)), to: base) != nil {
            let error = gradientError(at: moved) { divergence(from: family.make($0), to: base) }
            #expect(error < 1e-7)
            let other = gradientError(at: moved) { divergence(from: base, to: family.make($0)) }
            #expect(other < 1e-7)
        }
    }

    @Test(arguments: Family.all)
    func `draws by parameters at the same noise`(_ family: Family) {
        // Beta draws come from rejection: the number of tries jumps with the parameters.
        if family.name == "beta" || family.name == "mixture" { return }
        let error = gradientError(at: family.parameters) { parameters in
            var generator = Generator(seed: 3)
            let law = family.make(parameters) as! any ReparameterizedDistribution
            return law.reparameterizedSample([200], using: &generator).square()
        }
        #expect(error < 1e-5)
        let draw = gradientError(at: family.parameters) { parameters in
            var generator = Generator(seed: 3)
            let law = family.make(parameters) as! any ReparameterizedDistribution
            return law.reparameterizedDraw([200], using: &generator).logDensity
        }
        #expect(draw < 1e-4)
    }

    @Test func `beta draws have the derivative of their moments on average`() {
        // E x² = a (a + 1) / (s (s + 1)) with s = a + b; each draw has parameters of its own.
        let count = 20_000
        let point = [2.5, 0.7]
        func moment(_ parameters: Tensor) -> Tensor {
            let total = parameters[0] + parameters[1]
            return parameters[0] * (parameters[0] + 1) / (total * (total + 1))
        }
        let pair = Tensor(point).requiringGradient()
        let expected = gradients(of: moment(pair), withRespectTo: [pair])[0].doubles()
        let leaves = point.map {
            Tensor.full([count], $0, type: .float64).requiringGradient()
        }
        var generator = Generator(seed: 12)
        let law = Beta(concentration1: leaves[0], concentration0: leaves[1], eventRank: 0)
        let values = law.reparameterizedSample(using: &generator).square()
        let slopes = gradients(of: values.sum(), withRespectTo: leaves)
        for (slope, exact) in zip(slopes, expected) {
            let estimate = Estimate(of: slope.doubles())
            #expect(abs(estimate.mean - exact) < 4.5 * estimate.standardError!)
            #expect(estimate.standardError! < 0.05 * abs(exact))
        }
    }

    @Test func `full covariance by mean and factor`() {
        let value = Tensor([0.5, -0.2])
        func law(_ parameters: Tensor) -> MultivariateNormal {
            let factor = parameters.slice(axis: 0, 2..<6).reshaped([2, 2]).lowerTriangle()
            return MultivariateNormal(
                mean: parameters.slice(axis: 0, 0..<2), choleskyFactor: factor)
        }
        let point = [0.2, -0.3, 0.7, 0, 0.4, 0.9]
        #expect(gradientError(at: point) { law($0).logDensity(value) } < 1e-7)
        #expect(gradientError(at: point) { law($0).entropy! } < 1e-7)
        let other = law(Tensor([0.1, 0.1, 1, 0, -0.3, 0.8]))
        #expect(gradientError(at: point) { law($0).divergence(to: other) } < 1e-7)
        #expect(gradientError(at: point) { other.divergence(to: law($0)) } < 1e-7)
        let draws = gradientError(at: point) {
            var generator = Generator(seed: 3)
            return law($0).reparameterizedSample([50], using: &generator).square()
        }
        #expect(draws < 1e-6)
    }

    @Test func `discrete laws by logits`() {
        let logits = [0.3, -1.2, 2.0]
        let other = Tensor([0.1, 0.2, -0.5])
        let value = Tensor([1.0, 0, 1])
        let checks: [(Tensor) -> Tensor] = [
            { Categorical(logits: $0, unimix: 0.1).logDensity(Tensor([1])) },
            { Categorical(logits: $0).entropy! },
            { Categorical(logits: $0).divergence(to: Categorical(logits: other)) },
            { Categorical(logits: other).divergence(to: Categorical(logits: $0)) },
            { OneHotStraightThrough(logits: $0, unimix: 0.1).entropy! },
            { Bernoulli(logits: $0, eventRank: 1).logDensity(value) },
            { Bernoulli(logits: $0, eventRank: 1).entropy! },
            {
                Bernoulli(logits: $0, eventRank: 1)
                    .divergence(to: Bernoulli(logits: other, eventRank: 1))
            },
        ]
        for check in checks { #expect(gradientError(at: logits, check) < 1e-7) }
    }

    @Test(arguments: Family.all) func `plain draws are constants`(_ family: Family) {
        let leaf = Tensor(family.parameters).requiringGradient()
        let law = family.make(leaf)
        var generator = Generator(seed: 3)
        #expect(!law.sample([3], using: &generator).requiresGradient)
        let draw = law.draw([3], using: &generator)
        #expect(!draw.value.requiresGradient && draw.logDensity.requiresGradient)
        // The log-density of a draw is differentiated at the draw as a fixed value.
        let slope = gradients(
            of: draw.logDensity.sum(), withRespectTo: [leaf], keepingGraph: true)[0]
        let again = law.logDensity(draw.value)
        let expected = gradients(of: again.sum(), withRespectTo: [leaf])[0]
        #expect(slope.isClose(to: expected, relative: 1e-8))
    }
}
