import Foundation
import OptimistCore
import OptimistModels
import OptimistProbability
import OptimistTorch
import Testing

@Suite struct AmortizedVariationalFilterTests {
    private typealias Filter = AmortizedVariationalFilter<LinearGaussianSequences>

    private static func filter(
        _ update: IterativeInference.Update = .learnedSGD(rate: 0.02), iterations: Int = 2,
        headInitializer: Initializer = .zeros, samples: Int = 8
    ) -> Filter {
        var generator = Generator(seed: 31)
        return AmortizedVariationalFilter(
            model: LinearGaussianSequences(),
            inference: IterativeInference(
                size: 2, units: [32], iterations: iterations, update: update,
                bounds: .hard(-6...2), headInitializer: headInitializer, using: &generator),
            samples: samples)
    }

    private func largest(_ tensor: Tensor) -> Double { tensor.abs().max().item() }

    /// The mean distance of filtered means from the exact ones, in posterior deviations.
    private func error(
        _ found: Filter.Result, _ observations: Tensor, _ actions: Tensor
    ) throws -> Double {
        let (time, rows) = (observations.shape[0], observations.shape[1])
        var sum = 0.0
        for row in 0..<rows {
            let exact = try LinearGaussianSequences().exact(observations, actions, row: row)
            let means = found.posterior.mean.select(axis: 1, row).doubles()
            for step in 0..<time {
                let law = exact.filtered[step]
                for state in 0..<2 {
                    sum +=
                        abs(means[2 * step + state] - law.mean[state])
                        / law.covariance[state, state].squareRoot()
                }
            }
        }
        return sum / Double(2 * time * rows)
    }

    enum Training: CaseIterable {
        /// A step of the optimizer after every step of the sequences, as published.
        case online
        /// One for whole sequences.
        case sequences
        /// One for the free energy of whole sequences, through time.
        case throughTime
    }

    @Test(arguments: Training.allCases)
    func `a trained filter follows the Kalman filter of a controlled system`(
        training: Training
    ) throws {
        let filter = Self.filter()
        var generator = Generator(seed: 32)
        let (updates, rate) = training == .online ? (20, 5e-3) : (120, 5e-3)
        let optimizer = Adam(filter.inference.parameters, learningRate: rate)
        for update in 0..<updates {
            optimizer.learningRate = rate * (1 - 0.9 * Double(update) / Double(updates))
            let (observations, actions) = filter.model.draw(8, 64, using: &generator)
            switch training {
            case .online:
                _ = filter.filterLearning(
                    observations, actions: actions, with: optimizer, clippingNorm: 10,
                    using: &generator)
            case .sequences:
                let found = filter.filter(
                    observations, actions: actions, learning: true, using: &generator)
                optimizer.minimize(found.loss!.mean(), clippingNorm: 50)
            case .throughTime:
                let energy = filter.freeEnergy(
                    observations, actions: actions, gradientsOf: .both, using: &generator)
                optimizer.minimize(energy.mean(), clippingNorm: 20)
            }
        }
        let (observations, actions) = filter.model.draw(20, 16, using: &generator)
        let found = filter.filter(observations, actions: actions, using: &generator)
        #expect(try error(found, observations, actions) < 0.05)
        #expect(found.improvement.mean().item() > 0)
        // Untrained it hardly leaves the prior, and without the actions it cannot know.
        let before = Self.filter().filter(observations, actions: actions, using: &generator)
        #expect(try error(before, observations, actions) > 0.5)
        let blind = filter.filter(observations, using: &generator)
        #expect(try error(blind, observations, actions) > 0.2)
    }

    @Test func `at the exact filter the objective is the log-likelihood`() throws {
        // Plain descent, long enough, finds it. A sum of five objectives has a standard error of
        // about 0.025 by its draws.
        let filter = Self.filter(.learnedSGD(rate: 0.15), iterations: 40, samples: 10_000)
        var generator = Generator(seed: 33)
        let (observations, actions) = filter.model.draw(5, 3, using: &generator)
        let found = filter.filter(observations, actions: actions, using: &generator)
        #expect(found.objectives.shape == [5, 41, 3])
        #expect(try error(found, observations, actions) < 5e-3)
        let sums = found.objectives.select(axis: 1, 40).sum(axis: 0).doubles()
        for row in 0..<3 {
            let exact = try filter.model.exact(observations, actions, row: row)
            #expect(abs(sums[row] - exact.logLikelihood) < 0.1)
        }
    }

    // Where posteriors are the priors, E Σ F = −Σ E log p(x_t | z_t) along the prior's path, whose
    // laws are known.
    @Test(arguments: [1, 2, 8])
    func `memory made of draws gives an upper bound, with any number of samples`(
        samples: Int
    ) throws {
        var filter = Self.filter(.learnedSGD(rate: 0.1), iterations: 12, samples: samples)
        filter.model.remembersDraws = true
        var generator = Generator(seed: 36)
        let (one, between) = filter.model.draw(4, 1, using: &generator)
        let rows = 4_000
        let (observations, actions) = (
            one.expanded([4, rows, 3]), between.expanded([3, rows, 1])
        )
        func energy(_ iterations: Int) -> Estimate {
            let found = filter.filter(
                observations, actions: actions, iterations: iterations, using: &generator)
            return Estimate(
                of: (-found.objectives.select(axis: 1, iterations)).sum(axis: 0).doubles())
        }
        let exact = try filter.model.exact(one, between, row: 0)
        let prior = energy(0)
        #expect(abs(prior.mean - priorEnergy(one, between)) < 4 * prior.standardError!)
        #expect(prior.mean > -exact.logLikelihood + 1)
        let descended = energy(12)
        #expect(descended.mean > -exact.logLikelihood - 4 * descended.standardError!)
        #expect(descended.mean < prior.mean - 1)
    }

    /// −Σ E log p(x_t | z_t) where z goes its way by the prior.
    private func priorEnergy(_ observations: Tensor, _ actions: Tensor) -> Double {
        let (decay, noise, push) = ([0.9, 0.6], [0.2, 0.5], [1.5, -1.0])
        let emission = [[1, 0.5], [0.5, -1], [1, 0]]
        var (mean, variance) = ([0.0, 0], [1.0, 1])
        var sum = 0.0
        for (step, x) in stride(from: 0, to: observations.count, by: 3).enumerated() {
            let seen = Array(observations.doubles()[x..<x + 3])
            for (row, value) in zip(emission, seen) {
                let miss = value - row[0] * mean[0] - row[1] * mean[1]
                let spread = row[0] * row[0] * variance[0] + row[1] * row[1] * variance[1]
                sum += (miss * miss + spread) / 0.72 + 0.5 * log(2 * Double.pi * 0.36)
            }
            if step == 3 { break }
            let action = actions.doubles()[step]
            for state in 0..<2 {
                mean[state] = decay[state] * mean[state] + push[state] * action
                variance[state] = decay[state] * decay[state] * variance[state] + noise[state]
            }
        }
        return sum
    }

    @Test func `inference and model learn apart, or together through time`() {
        var filter = Self.filter(.gated(), headInitializer: .fanInUniform)
        filter.model.decay = filter.model.decay.requiringGradient()
        let tensors = [filter.model.decay] + filter.inference.parameters.map(\.tensor)
        var generator = Generator(seed: 34)
        let (observations, actions) = LinearGaussianSequences().draw(4, 8, using: &generator)
        func slopes(_ loss: Tensor) -> [Double] {
            gradients(of: loss.sum(), withRespectTo: tensors, allowUnused: true).map(largest)
        }
        let inferring = slopes(
            filter.filter(observations, actions: actions, learning: true, using: &generator).loss!)
        #expect(inferring[0] == 0 && inferring.dropFirst().allSatisfy { $0 > 0 })
        let model = slopes(
            filter.freeEnergy(
                observations, actions: actions, gradientsOf: .model, using: &generator))
        #expect(model[0] > 0 && model.dropFirst().allSatisfy { $0 == 0 })
        let both = slopes(
            filter.freeEnergy(
                observations, actions: actions, gradientsOf: .both, using: &generator))
        #expect(both.allSatisfy { $0 > 0 })
    }

    @Test func `the free energy is what filtering arrived at`() {
        let filter = Self.filter(.gated(), headInitializer: .fanInUniform)
        var generator = Generator(seed: 35)
        let (observations, actions) = filter.model.draw(4, 8, using: &generator)
        var draws = generator
        let found = filter.filter(observations, actions: actions, using: &draws)
        let sum = found.objectives.select(axis: 1, 2).sum(axis: 0)
        for learner in [Filter.Learner.model, .both] {
            var same = generator
            let energy = filter.freeEnergy(
                observations, actions: actions, gradientsOf: learner, using: &same)
            #expect(largest(energy.detached() + sum) < 1e-4)
            #expect(same == draws)
        }
    }
}
