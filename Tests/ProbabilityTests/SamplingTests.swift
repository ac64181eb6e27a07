import Foundation
import OptimistCore
import OptimistProbability
import OptimistTorch
import Testing

/// Draws against densities, with standard errors; shapes and determinism.
@Suite struct SamplingTests {
    @Test(arguments: Line.all) func `draws have the moments of the density`(_ line: Line) {
        var generator = Generator(seed: 11)
        let values = line.law.sample([40_000], using: &generator)
        let functions: [(Tensor) -> Tensor] = [{ $0 }, { $0.square() }, { ($0 * 2).sin() }]
        for function in functions {
            let estimate = Estimate(of: function(values).doubles())
            // Each comparison is one draw of a standard normal: |z| < 4.5 fails 1 in 150,000.
            let expected = line.expectation(function)
            #expect(abs(estimate.mean - expected) < 4.5 * estimate.standardError!)
        }
    }

    @Test func `vectors with covariance have its moments`() {
        let covariance = Tensor([0.5, 0.3, 0.3, 0.8], shape: [2, 2])
        let law = MultivariateNormal(mean: Tensor([0.2, -0.3]), covariance: covariance)
        var generator = Generator(seed: 5)
        let values = law.sample([40_000], using: &generator) - law.mean
        for (row, column) in [(0, 0), (0, 1), (1, 1)] {
            let product = values.select(axis: 1, row) * values.select(axis: 1, column)
            let estimate = Estimate(of: product.doubles())
            let expected = covariance[row, column].item()
            #expect(abs(estimate.mean - expected) < 4.5 * estimate.standardError!)
        }
    }

    @Test func `discrete draws have their probabilities`() {
        var generator = Generator(seed: 6)
        let count = 20_000
        let logits = Tensor([0.3, -1.2, 2.0, 0.0, 0.0, -3.0], shape: [2, 3])
        let categorical = Categorical(logits: logits)
        let drawn = categorical.sample([count], using: &generator)
        #expect(drawn.shape == [count, 2])
        let oneHot = OneHotStraightThrough(logits: logits).sample([count], using: &generator)
        let bernoulli = Bernoulli(logits: logits, eventRank: 2).sample([count], using: &generator)
        let samples = [
            (drawn.oneHot(classes: 3, type: .float64), categorical.probabilities),
            (oneHot, categorical.probabilities), (bernoulli, logits.sigmoid()),
        ]
        for (sample, probabilities) in samples {
            #expect(sample.shape == [count, 2, 3])
            let deviation = (probabilities * (1 - probabilities) * (1 / Double(count))).sqrt()
            let error = (sample.mean(axis: 0) - probabilities).abs() / deviation
            #expect(error.max().item() < 4.5)
        }
    }

    @Test func `beta draws are right at small concentrations`() {
        let small = Beta(
            concentration1: Tensor(0.05), concentration0: Tensor(0.02), eventRank: 0)
        var generator = Generator(seed: 7)
        let values = small.sample([40_000], using: &generator)
        #expect(values.elementType == .float32)
        #expect(values.isFinite().all().item() == 1)
        #expect(small.logDensity(values).isFinite().all().item() == 1)
        let estimate = Estimate(of: values.doubles())
        #expect(abs(estimate.mean - 5.0 / 7) < 4.5 * estimate.standardError!)
    }

    @Test(arguments: Line.all) func `equal generators give equal draws`(_ line: Line) {
        var (first, second, third) = (Generator(seed: 1), Generator(seed: 1), Generator(seed: 2))
        let values = line.law.sample([50], using: &first).doubles()
        #expect(line.law.sample([50], using: &second).doubles() == values)
        #expect(line.law.sample([50], using: &third).doubles() != values)
        #expect(first == second)
        #expect(line.law.sample([50], using: &first).doubles() != values)
    }

    @Test(arguments: Line.all) func `draws are rated as their density rates them`(_ line: Line) {
        var generator = Generator(seed: 9)
        let draw = line.law.draw([500], using: &generator)
        #expect(draw.value.shape == [500] && draw.logDensity.shape == [500])
        #expect(draw.logDensity.isClose(to: line.law.logDensity(draw.value), relative: 1e-8))
        if let law = line.law as? any ReparameterizedDistribution {
            var again = Generator(seed: 9)
            let path = law.reparameterizedDraw([500], using: &again)
            #expect(path.value.doubles() == draw.value.doubles())
            #expect(path.logDensity.isClose(to: draw.logDensity, relative: 1e-12))
        }
    }

    @Test func `a truncated law far outside of its bounds still draws inside`() {
        for (location, expected) in [(-20.0, -1.0), (50, 1), (1e4, 1)] {
            let law = TruncatedNormal(
                location: Tensor(location, type: .float64), scale: Tensor(0.5, type: .float64),
                eventRank: 0)
            var generator = Generator(seed: 8)
            let values = law.sample([1000], using: &generator)
            #expect(values.min().item() >= -1 && values.max().item() <= 1)
            // In a far tail the law is exponential with mean scale² / distance.
            let decay = 0.25 / (abs(location) - 1)
            let distance = Estimate(of: (values - expected).abs().doubles())
            #expect(abs(distance.mean / decay - 1) < 0.15)
        }
    }
}
