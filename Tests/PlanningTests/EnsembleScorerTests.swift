import Foundation
import OptimistCore
import OptimistEnvironments
import OptimistModels
import OptimistPlanning
import OptimistTorch
import Testing

/// Imagined returns against those of linear models that can be worked out by hand.
@Suite struct EnsembleScorerTests {
    /// The last reward of a plan of two: the return from two steps minus that from one.
    private func secondReward(
        _ model: LinearModel, _ propagation: Propagation, particles: Int, seeds: Int
    ) throws -> (mean: Double, error: Double) {
        let draws = try (0..<seeds).map { seed in
            try model.scores([[0, 0]], propagation, particles: particles, seed: UInt64(seed))[0]
                - model.scores(
                    [[0]], propagation, particles: particles, seed: UInt64(seed + 100_000))[0]
        }
        let mean = draws.reduce(0, +) / Double(seeds)
        let squares = draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (mean, (squares / Double(seeds * (seeds - 1))).squareRoot())
    }

    @Test(arguments: Propagation.allCases)
    func `without noise, identical members are one deterministic model`(
        propagation: Propagation
    ) throws {
        let model = try LinearModel(drift: [0.5, 0.5], gain: 2)
        // Positions 2.5, 2 and 0.5, 1.
        let particles = propagation == .expectation ? 1 : 4
        let scores = try model.scores([[1, -0.5], [0, 0]], propagation, particles: particles)
        #expect(abs(scores[0] - 4.5) < 1e-5)
        #expect(abs(scores[1] - 1.5) < 1e-5)
    }

    // Members drift by +1 and −1 with noise of variance 0.25; the reward is the square of the
    // position. After one step all modes but E see 1 + 0.25. After two, a particle that keeps its
    // member has 4 + 0.5; one that changes members, or is drawn anew from moments, has 2 + 0.5.
    @Test(
        arguments: [
            (.trajectory, 4.5), (.everyStep, 2.5), (.distribution, 2.5), (.moments, 2.5),
        ] as [(Propagation, Double)])
    func `each mode spreads as it should`(propagation: Propagation, expected: Double) throws {
        let model = try LinearModel(
            drift: [1, -1], gain: 1, variance: 0.25, reward: .ofNext { $0 * $0 })
        let second = try secondReward(model, propagation, particles: 1_000, seeds: 40)
        #expect(second.error < 0.1)
        #expect(abs(second.mean - expected) < 4 * second.error)
    }

    @Test func `the mean of means spreads not at all`() throws {
        let model = try LinearModel(
            drift: [1, -1], gain: 1, variance: 0.25, reward: .ofNext { $0 * $0 })
        #expect(try model.scores([[0, 0]], .expectation, particles: 1)[0] == 0)
    }

    @Test func `with identical members changing them changes nothing on average`() throws {
        let model = try LinearModel(
            drift: [0.3, 0.3], gain: 1, variance: 0.25, reward: .ofNext { $0 * $0 })
        // (2 · 0.3)² + 2 · 0.25.
        for propagation in [Propagation.trajectory, .everyStep] {
            let second = try secondReward(model, propagation, particles: 1_000, seeds: 40)
            #expect(abs(second.mean - 0.86) < 4 * second.error)
        }
    }

    // Rewards are 1, predicted, and the end's probability is p after every step, so that the
    // expected return of n steps is Σ (1 − p)^k for k from 0 to n − 1.
    @Test(arguments: Propagation.allCases, [true, false])
    func `a predicted end weighs what follows by its probability`(
        propagation: Propagation, probabilistic: Bool
    ) throws {
        let model = try LinearModel(
            drift: [0, 0], variance: probabilistic ? 0.25 : nil, logit: -1.5, reward: nil)
        let goesOn = 1 / (1 + exp(-1.5))
        let expected = (0..<4).reduce(0) { $0 + pow(goesOn, Double($1)) }
        let particles = propagation == .expectation ? 1 : 2
        let score = try model.scores([[0, 0, 0, 0]], propagation, particles: particles)[0]
        #expect(abs(score - expected) < 1e-5)
    }

    @Test func `a predicted reward can be limited to the range that was seen`() throws {
        let model = try LinearModel(drift: [0, 0], reward: nil)
        model.dynamics.rewardRange = RewardRange(low: -1, high: 0.5)
        // The prediction is 1 at every step.
        #expect(try model.scores([[0, 0]], .trajectory, particles: 2)[0] == 2)
        #expect(
            try model.scores([[0, 0]], .trajectory, particles: 2, limitsReward: true)[0] == 1)
    }

    @Test func `a known end stops what follows`() throws {
        let never = try LinearModel(drift: [1], reward: .ofNext { _ in 1 })
        #expect(try never.scores([[0, 0, 0]], .trajectory, particles: 1)[0] == 3)
        let dynamics = try LinearModel(
            drift: [1],
            termination: TerminationFunction { rows, ended in
                for row in 0..<rows.count { ended[row] = rows.nextObservations[row] > 1.5 }
            }, reward: .ofNext { _ in 1 })
        #expect(try dynamics.scores([[0, 0, 0]], .trajectory, particles: 1)[0] == 2)
    }

    @Test func `a prediction that is not a number is not taken for an end`() throws {
        let model = try LinearModel(drift: [0], logit: .nan, reward: .ofNext { _ in 1 })
        #expect(try model.scores([[0, 0]], .trajectory, particles: 1)[0].isNaN)
    }

    @Test(arguments: [.trajectory, .everyStep, .distribution] as [Propagation])
    func `with shared noise plans differ by their actions alone`(
        propagation: Propagation
    ) throws {
        let model = try LinearModel(drift: [0.5, -0.5], variance: 0.25)
        let plans: [[Float]] = [[0.1, 0.2], [0.1, 0.2], [0.3, 0.2]]
        let shared = try model.scores(plans, propagation, particles: 4, sharesNoise: true)
        #expect(abs(shared[0] - shared[1]) < 1e-6)
        // Both steps' positions are farther by 0.2.
        #expect(abs(shared[2] - shared[0] - 0.4) < 1e-5)
        let own = try model.scores(plans, propagation, particles: 4)
        #expect(abs(own[0] - own[1]) > 1e-3)
    }
}
