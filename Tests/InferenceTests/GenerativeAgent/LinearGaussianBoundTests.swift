import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import Testing

/// The generative agent whose model is linear and Gaussian.
@Suite struct LinearGaussianBoundTests {
    /// Two states, of which one number and a half is seen, moved by an input.
    private func model() throws -> LinearGaussianModel {
        try LinearGaussianModel(
            initial: .predictive(
                GaussianMoments(mean: [0.3, -0.2], covariance: [[1, 0.2], [0.2, 0.5]])),
            transition: [[0.9, 0.2], [-0.1, 0.8]], transitionNoise: [[0.3, 0.05], [0.05, 0.2]],
            emission: [[1, 0], [0.5, 0.5]], emissionNoise: [[0.4, 0], [0, 0.7]],
            transitionInput: [[0.1], [1]], emissionOffset: [0.1, -0.3])
    }

    private func run(_ model: LinearGaussianModel, _ steps: Int) throws -> LinearGaussianSequence {
        var generator = Generator(seed: 5)
        var observations = Matrix(rows: steps, columns: 2)
        var inputs = Matrix(rows: steps, columns: 1)
        for step in 0..<steps {
            inputs[step, 0] = generator.normal()
            for column in 0..<2 { observations[step, column] = 1.5 * generator.normal() }
        }
        observations[2, 1] = .nan
        (observations[4, 0], observations[4, 1]) = (.nan, .nan)
        return LinearGaussianSequence(observations: observations, inputs: inputs)
    }

    @Test func `one number seen once has the known terms`() throws {
        let model = try LinearGaussianModel(
            initial: .predictive(GaussianMoments(mean: [0], covariance: [[1]])), transition: [[1]],
            transitionNoise: [[1]], emission: [[1]], emissionNoise: [[0.25]])
        let sequence = LinearGaussianSequence([1])
        let filtered = try model.filter(sequence)
        #expect(abs(filtered.logLikelihood - -1.430510) < 5e-7)
        let law = GaussianMoments(mean: [0.6], covariance: [[0.3]])
        let terms = try model.stateTerms(of: sequence) { _, _, _ in law }[0]
        #expect(abs(terms.informationGain! - 0.284719) < 5e-7)
        #expect(abs(terms.stateConsistency! - 0.431986) < 5e-7)
        #expect(abs(terms.total! - -0.147267) < 5e-7)
        #expect(abs(try law.divergence(from: filtered.filtered[0]) - 0.147267) < 5e-7)
        let information = try GaussianMoments(mean: [0], covariance: [[1]])
            .mutualInformation(emission: [[1]], noise: [[0.25]])
        #expect(abs(information - 0.804719) < 5e-7)
    }

    @Test func `at the filter information gain is state consistency`() throws {
        let model = try model()
        for terms in try model.stateTerms(of: run(model, 30)) {
            #expect(abs(terms.informationGain! - terms.stateConsistency!) < 1e-10)
            #expect(terms.stateConsistency! >= -1e-12)
        }
        let unseen = try model.stateTerms(of: run(model, 30))[4]
        #expect(abs(unseen.informationGain!) < 1e-12)
        #expect(abs(unseen.stateConsistency!) < 1e-12)
    }

    @Test func `elsewhere their difference is minus the divergence from the filter`() throws {
        let model = try model()
        let sequence = try run(model, 30)
        var divergences: [Double] = []
        let terms = try model.stateTerms(of: sequence) { _, prior, filter in
            let law = GaussianMoments(
                mean: filter.mean.map { $0 + 0.2 }, covariance: 0.7 * prior.covariance)
            divergences.append((try? law.divergence(from: filter)) ?? .nan)
            return law
        }
        for (term, divergence) in zip(terms, divergences) {
            #expect(abs(term.total! + divergence) < 1e-10)
            #expect(divergence > 0.01)
        }
    }

    @Test func `on its own data the mean gain is the mutual information, whatever is done`() throws
    {
        let model = try model()
        var gains: [Double] = []
        var expected = 0.0
        var generator = Generator(seed: 9)
        for _ in 0..<400 {
            var inputs = Matrix(rows: 10, columns: 1)
            for step in 0..<10 { inputs[step, 0] = 3 * generator.normal() }
            let (_, sequence) = try model.sample(steps: 10, inputs: inputs, using: &generator)
            gains.append(
                try model.stateTerms(of: sequence).reduce(0) { $0 + $1.informationGain! })
            let predicted = try model.filter(sequence).predicted
            let information = try (0..<10).reduce(0.0) {
                try $0
                    + predicted[$1].mutualInformation(
                        emission: [[1, 0], [0.5, 0.5]], noise: [[0.4, 0], [0, 0.7]])
            }
            #expect(expected == 0 || abs(information - expected) < 1e-12)
            expected = information
        }
        let estimate = Estimate(of: gains)
        #expect(abs(estimate.mean - expected) < 4 * estimate.standardError!)
        #expect(estimate.standardError! < 0.05 * expected)
    }
}
