import Foundation
import OptimistCore
import OptimistProbability
import OptimistTorch
import Testing

/// Every registered divergence against quadrature or enumeration; the registry; Monte Carlo.
@Suite struct DivergenceTests {
    /// Pairs of laws over numbers with a closed form, and the interval of the first.
    struct Pair: CustomTestStringConvertible, Sendable {
        let first: Line
        let second: Line
        var testDescription: String { "\(first.name) to \(second.name)" }

        static let all: [Pair] = {
            let normal = Line("normal", -1, 3) { Line.normal(1, 0.2) }
            let wide = Line("normal", -1, 1) { Line.normal(-0.2, 0.8) }
            let squashed = Line("tanh normal", -1, 1) { TanhNormal(Line.normal()) }
            let other = Line("tanh normal", -1, 1) { TanhNormal(Line.normal(-0.2, 0.8)) }
            let truncated = Line("truncated normal", -1, 1) { Line.truncated(0.3) }
            let tail = Line("truncated normal", -1, 1.5) { Line.truncated(3, 0.7, -1, 1.5) }
            let beta = Line("beta", 0, 1) { Line.beta(2.5, 1.7) }
            let peaked = Line("beta", 0, 1) { Line.beta(1.2, 3.1) }
            let box = Line("uniform", -0.5, 1) { Line.uniform(-0.5, 1) }
            let cover = Line("uniform", -1.5, 1.2) { Line.uniform(-1.5, 1.2) }
            return [
                Pair(first: normal, second: wide), Pair(first: squashed, second: other),
                Pair(first: beta, second: peaked), Pair(first: beta, second: cover),
                Pair(first: box, second: cover), Pair(first: box, second: wide),
                Pair(first: box, second: truncated), Pair(first: truncated, second: tail),
                Pair(first: truncated, second: wide), Pair(first: truncated, second: cover),
                Pair(
                    first: Line("log-normal", 1e-4, 60) {
                        Transformed(Line.normal(), by: ExpMap())
                    },
                    second: Line("log-normal", 0, 1) {
                        Transformed(Line.normal(-0.2, 0.8), by: ExpMap())
                    }),
            ]
        }()
    }

    @Test(arguments: Pair.all) func `closed forms agree with quadrature`(_ pair: Pair) {
        let (first, second) = (pair.first.law, pair.second.law)
        let expected = pair.first.expectation {
            first.logDensity($0) - second.logDensity($0)
        }
        #expect(abs(divergence(from: first, to: second).item() - expected) < 1e-6)
    }

    @Test func `covariances: all pairs of normal laws in two dimensions`() {
        let diagonal = Normal(
            mean: Tensor([0.1, 0.4]), standardDeviation: Tensor([0.6, 0.9]), eventRank: 1)
        let full = MultivariateNormal(
            mean: Tensor([0.2, -0.3]), covariance: Tensor([0.5, 0.3, 0.3, 0.8], shape: [2, 2]))
        let tilted = MultivariateNormal(
            mean: Tensor([-0.1, 0.0]), covariance: Tensor([0.9, -0.4, -0.4, 0.7], shape: [2, 2]))
        let (points, weights) = Quadrature(from: -8, to: 8, panels: 24, order: 16).squared
        let pairs: [(any TensorDistribution, any TensorDistribution)] = [
            (diagonal, full), (full, diagonal), (full, tilted), (diagonal, diagonal),
        ]
        for (first, second) in pairs {
            let density = first.logDensity(points)
            let ratio = density - second.logDensity(points)
            let expected = (density.exp() * ratio * weights).sum().item()
            #expect(abs(divergence(from: first, to: second).item() - expected) < 1e-8)
        }
    }

    @Test func `discrete divergences agree with enumeration`() {
        var generator = Generator(seed: 4)
        let logits = Tensor.normal([2, 2, 3], type: .float64, using: &generator)
        let (p, q) = (Categorical(logits: logits[0]), Categorical(logits: logits[1]))
        let ratio = p.logProbabilities - q.logProbabilities
        let expected = (p.probabilities * ratio).sum(axis: -1)
        #expect(divergence(from: p, to: q).isClose(to: expected, relative: 1e-12))

        // Two groups of three classes: enumerated jointly, the divergence adds over groups.
        let (first, second) = (
            OneHotStraightThrough(logits: logits[0], eventRank: 2),
            OneHotStraightThrough(logits: logits[1], eventRank: 2)
        )
        var total = 0.0
        for (a, b) in (0..<9).map({ ($0 / 3, $0 % 3) }) {
            let value = Tensor([a, b]).oneHot(classes: 3, type: .float64)
            let density = first.logDensity(value).item()
            total += exp(density) * (density - second.logDensity(value).item())
        }
        #expect(abs(divergence(from: first, to: second).item() - total) < 1e-12)
        let joint = Independent(p, axes: 1)
        #expect(abs(divergence(from: joint, to: Independent(q, axes: 1)).item() - total) < 1e-12)

        let (b, c) = (
            Bernoulli(logits: logits[0], eventRank: 2), Bernoulli(logits: logits[1], eventRank: 2)
        )
        let odds = b.mean * (b.mean / c.mean).log()
        let against = (1 - b.mean) * ((1 - b.mean) / (1 - c.mean)).log()
        let sum = (odds + against).sum().item()
        #expect(abs(divergence(from: b, to: c).item() - sum) < 1e-12)
    }

    @Test func `a law that reaches outside of the other diverges without bound`() {
        let box = Line.uniform(-0.5, 1)
        let narrow = Line.uniform(-0.4, 2)
        #expect(divergence(from: box, to: narrow).item() == .infinity)
        #expect(divergence(from: Line.beta(2, 3), to: narrow).item() != .infinity)
        #expect(divergence(from: Line.beta(2, 3), to: Line.uniform(0.1, 2)).item() == .infinity)
        #expect(divergence(from: Line.truncated(0), to: narrow).item() == .infinity)
    }

    @Test func `without a closed form the divergence is estimated, and says so`() {
        let (first, second) = (Line.mixture(), Line.normal(0, 1.2))
        #expect(closedFormDivergence(from: first, to: second) == nil)
        #expect(crossEntropy(from: first, to: second) == nil)
        var generator = Generator(seed: 2)
        let estimate = estimatedDivergence(
            from: first, to: second, samples: 20_000, using: &generator)
        #expect(estimate.method == .monteCarlo(samples: 20_000))
        let line = Line("mixture", -9, 10) { Line.mixture() }
        let expected = line.expectation { first.logDensity($0) - second.logDensity($0) }
        let error = estimate.standardError!.item()
        #expect(abs(estimate.mean.item() - expected) < 4 * error)
        #expect(error > 0 && error < 0.02)
        let entropy = estimatedEntropy(of: first, samples: 20_000, using: &generator)
        let exact = line.expectation { -first.logDensity($0) }
        #expect(abs(entropy.mean.item() - exact) < 4 * entropy.standardError!.item())
    }

    @Test func `with a closed form nothing is drawn`() {
        var generator = Generator(seed: 2)
        let before = generator
        let estimate = estimatedDivergence(
            from: Line.normal(), to: Line.normal(0, 1), samples: 10, using: &generator)
        #expect(estimate.method == .closedForm && estimate.standardError!.item() == 0)
        #expect(generator == before)
    }

    @Test func `Monte Carlo agrees with the closed form, its gradient too`() {
        let mean = Tensor(0.4, type: .float64).requiringGradient()
        let first = Normal(mean: mean, standardDeviation: 0.5, eventRank: 0)
        let second = Line.normal(-0.2, 0.8)
        var generator = Generator(seed: 10)
        let estimate = monteCarloDivergence(
            from: first, to: second, samples: 20_000, using: &generator)
        let exact = first.divergence(to: second)
        let error = estimate.standardError!.item()
        #expect(abs(estimate.mean.item() - exact.item()) < 4 * error)
        let slope = gradients(of: estimate.mean, withRespectTo: [mean])[0].item()
        // The pathwise derivative of one draw is (x − μ₂)/σ₂², of deviation .5/.64.
        #expect(abs(slope - 0.6 / 0.64) < 4 * 0.5 / 0.64 / 20_000.0.squareRoot())
    }

    @Test func `cross-entropy is entropy and divergence`() {
        let line = Line("normal", -6, 7) { Line.normal() }
        let second = Line.normal(-0.2, 0.8)
        let expected = line.expectation { -second.logDensity($0) }
        #expect(abs(crossEntropy(from: line.law, to: second)!.item() - expected) < 1e-9)
    }

    /// A law of a user: all at one number.
    struct Certain: TensorDistribution {
        let value: Tensor
        var batchShape: [Int] { value.shape }
        var eventShape: [Int] { [] }
        var entropy: Tensor? { nil }
        var isValid: Bool { true }
        func sample(_ shape: [Int], using generator: inout Generator) -> Tensor {
            value.expanded(shape + value.shape)
        }
        func logDensity(_ value: Tensor) -> Tensor { Tensor.zeros(like: value) }
    }

    @Test func `a user's pair of laws can be registered`() {
        let law = Certain(value: Tensor([0.5, 2.0]))
        let prior = Normal.standard([2], eventRank: 0, type: .float64)
        #expect(closedFormDivergence(from: law, to: prior) == nil)
        registerDivergence(from: Certain.self, to: Normal.self) { -$1.logDensity($0.value) }
        let expected = -prior.logDensity(law.value)
        #expect(divergence(from: law, to: prior).isClose(to: expected))
        let joint = Independent(law, axes: 1)
        let whole = divergence(from: joint, to: Independent(prior, axes: 1)).item()
        #expect(abs(whole - expected.sum().item()) < 1e-12)
    }

    @Test func `a divergence without closed form stops with both names`() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent])
        {
            _ = divergence(from: Line.mixture(), to: Line.normal())
        }
        let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(text.contains("no closed form from Mixture<Normal> to Normal"))
    }
}
