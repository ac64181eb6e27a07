import Foundation
import OptimistCore
import OptimistProbability
import OptimistTorch
import Testing

/// Densities, moments and entropies against quadrature and enumeration, all in float64.
@Suite struct DensityTests {
    @Test(arguments: Line.all) func `a density integrates to one`(_ line: Line) {
        #expect(abs(line.expectation { Tensor.ones(like: $0) } - 1) < 1e-7)
    }

    @Test(arguments: Line.all) func `moments agree with quadrature`(_ line: Line) {
        guard let law = line.law as? any DistributionWithMoments else { return }
        let mean = line.expectation { $0 }
        let variance = line.expectation { ($0 - mean).square() }
        #expect(abs(law.mean.item() - mean) < 1e-8)
        #expect(abs(law.variance.item() - variance) < 1e-8)
    }

    @Test(arguments: Line.all) func `entropies agree with quadrature`(_ line: Line) {
        guard let entropy = line.law.entropy else { return }
        let expected = line.quadrature.integral {
            let density = line.law.logDensity($0)
            return -(density.exp() * density)
        }
        #expect(abs(entropy.item() - expected) < 1e-6)
    }

    @Test func `which laws have moments and entropies`() {
        let moments = Line.all.filter { $0.law is any DistributionWithMoments }.map(\.name)
        #expect(
            moments == [
                "normal", "truncated normal", "truncated normal in the tail", "beta", "uniform",
                "mixture",
            ])
        let entropies = Line.all.filter { $0.law.entropy != nil }.map(\.name)
        #expect(
            entropies == [
                "normal", "truncated normal", "truncated normal in the tail", "beta", "uniform",
                "affine",
            ])
    }

    @Test(arguments: Line.all) func `modes are where the density is largest`(_ line: Line) {
        guard let law = line.law as? any DistributionWithMode else { return }
        let best = line.law.logDensity(law.mode).item()
        #expect(best >= line.law.logDensity(line.quadrature.points).max().item() - 1e-12)
    }

    @Test func `full covariance: density, moments and entropy in two dimensions`() {
        let law = MultivariateNormal(
            mean: Tensor([0.2, -0.3]),
            covariance: Tensor([0.5, 0.3, 0.3, 0.8], shape: [2, 2]))
        let (points, weights) = Quadrature(from: -7, to: 7, panels: 20, order: 16).squared
        let density = law.logDensity(points)
        let mass = density.exp() * weights
        #expect(abs(mass.sum().item() - 1) < 1e-9)
        #expect(abs(-(mass * density).sum().item() - law.entropy!.item()) < 1e-8)
        let centered = points - law.mean
        let covariance = (centered * mass.unsqueezed(axis: 1)).transposed().matmul(centered)
        #expect(covariance.isClose(to: law.covariance, relative: 1e-8))
        #expect(law.variance.isClose(to: law.covariance.diagonal(), relative: 1e-12))
    }

    @Test func `one factor for all, or one for each, rate alike`() {
        var generator = Generator(seed: 3)
        let factor = Tensor([0.7, 0, 0, 0.3, 0.5, 0, -0.2, 0.1, 0.9], shape: [3, 3])
        let mean = Tensor.normal([4, 3], type: .float64, using: &generator)
        let value = Tensor.normal([5, 4, 3], type: .float64, using: &generator)
        let shared = MultivariateNormal(mean: mean, choleskyFactor: factor)
        let several = MultivariateNormal(mean: mean, choleskyFactor: factor.expanded([4, 3, 3]))
        #expect(shared.logDensity(value).shape == [5, 4])
        #expect(
            shared.logDensity(value).isClose(to: several.logDensity(value), relative: 1e-12))
        let single = MultivariateNormal(mean: mean[0], choleskyFactor: factor)
        let expected = single.logDensity(value[0][0]).item()
        #expect(abs(shared.logDensity(value)[0, 0].item() - expected) < 1e-12)
    }

    @Test func `discrete laws sum to one and have their entropies`() {
        let logits = Tensor([0.3, -1.2, 2.0, 0.1])
        let categorical = Categorical(logits: logits)
        let each = categorical.logDensity(Tensor([0, 1, 2, 3]))
        #expect(abs(each.exp().sum().item() - 1) < 1e-12)
        #expect(abs(categorical.entropy!.item() + (each.exp() * each).sum().item()) < 1e-12)
        #expect(categorical.mode.item() == 2)

        let oneHot = OneHotStraightThrough(logits: logits, unimix: 0.1)
        let rated = oneHot.logDensity(Tensor([0, 1, 2, 3]).oneHot(classes: 4, type: .float64))
        let mixed = Categorical(logits: logits, unimix: 0.1)
        #expect(rated.isClose(to: mixed.logDensity(Tensor([0, 1, 2, 3])), relative: 1e-12))
        #expect(abs(oneHot.entropy!.item() - mixed.entropy!.item()) < 1e-12)

        let bernoulli = Bernoulli(logits: Tensor([0.4, -2.0]), eventRank: 1)
        let corners = Tensor([0, 0, 0, 1, 1, 0, 1, 1] as [Double], shape: [4, 2])
        let density = bernoulli.logDensity(corners)
        #expect(abs(density.exp().sum().item() - 1) < 1e-12)
        #expect(abs(bernoulli.entropy!.item() + (density.exp() * density).sum().item()) < 1e-12)
        let same = Bernoulli(probabilities: bernoulli.mean, eventRank: 1)
        #expect(same.logits.isClose(to: bernoulli.logits, relative: 1e-12))
    }

    @Test func `an excluded class counts nothing`() {
        let law = Categorical(logits: Tensor([0.0, -.infinity, 0.0]))
        #expect(abs(law.entropy!.item() - log(2)) < 1e-12)
        #expect(law.logDensity(Tensor([1])).item() == -.infinity)
        #expect(law.divergence(to: Categorical(logits: Tensor([0.0, 0, 0]))).item() > 0)
        #expect(Categorical(logits: Tensor([0.0, 0, 0])).divergence(to: law).item() == .infinity)
        #expect(law.divergence(to: law).item() == 0)
        var generator = Generator(seed: 1)
        #expect(!law.sample([200], using: &generator).integers().contains(1))
        let leaf = Tensor([0.3, -.infinity, 0.1]).requiringGradient()
        let slope = gradients(of: Categorical(logits: leaf).entropy!, withRespectTo: [leaf])[0]
        #expect(slope.isFinite().all().item() == 1)
    }

    @Test func `outside of its bounds a law has no density`() {
        let one = Tensor(1, type: .float64)
        let value = Tensor([-1.5, 0.5, 2.5])
        let laws: [any TensorDistribution] = [
            Uniform(low: -one, high: one * 2, eventRank: 0),
            TruncatedNormal(location: one, scale: one, low: -1, high: 2, eventRank: 0),
        ]
        for law in laws {
            let density = law.logDensity(value).doubles()
            #expect(density[0] == -.infinity && density[1].isFinite && density[2] == -.infinity)
        }
    }

    @Test func `single precision agrees with double`() {
        let values = Tensor([-0.999, -0.3, 0.2, 0.95])
        func laws(_ type: ElementType) -> [any TensorDistribution] {
            func number(_ value: Double) -> Tensor { Tensor(value, type: type) }
            let (one, half) = (number(1), number(0.5))
            return [
                Normal(mean: one, standardDeviation: half, eventRank: 0),
                TanhNormal(mean: one, standardDeviation: half, eventRank: 0),
                TruncatedNormal(location: one, scale: half, eventRank: 0),
                TruncatedNormal(location: number(-4), scale: half, eventRank: 0),
                TruncatedNormal(location: half, scale: number(30), eventRank: 0),
            ]
        }
        for (single, double) in zip(laws(.float32), laws(.float64)) {
            let found = single.logDensity(values.to(.float32)).to(.float64)
            let expected = double.logDensity(values)
            #expect(found.isClose(to: expected, relative: 2e-5, absolute: 2e-5))
        }
    }
}
