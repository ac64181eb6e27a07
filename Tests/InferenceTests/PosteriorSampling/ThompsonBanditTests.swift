import Foundation
import OptimistCore
import OptimistInference
import Testing

@Suite struct ThompsonBanditTests {
    @Test func `an arm is played as often as it is probable that it is best`() throws {
        // Beta(2, 1) against Beta(1, 2): 5/6.
        var bandit = ThompsonBandit(arms: 2, prior: .beta(successes: 1, failures: 1))
        try bandit.update(arm: 0, reward: 1)
        try bandit.update(arm: 1, reward: 0)
        var generator = Generator(seed: 1)
        let count = 100_000
        let share =
            (0..<count).reduce(0.0) { sum, _ in sum + (bandit.act(using: &generator) == 0 ? 1 : 0) }
            / Double(count)
        let error = (5.0 / 36 / Double(count)).squareRoot()
        #expect(abs(share - 5.0 / 6) <= 4.5 * error)
        #expect(abs(bandit.mean(of: 0) - 2.0 / 3) < 1e-15)
        // N(1/2, 1/2) against N(0, 1): Φ(0.5 / √1.5).
        var normal = ThompsonBandit(
            arms: 2, prior: .gaussian(mean: 0, precision: 1, noisePrecision: 1))
        try normal.update(arm: 0, reward: 1)
        let exact = 0.5 * erfc(-0.5 / 1.5.squareRoot() / 2.0.squareRoot())
        let found =
            (0..<count).reduce(0.0) { sum, _ in sum + (normal.act(using: &generator) == 0 ? 1 : 0) }
            / Double(count)
        let spread = (exact * (1 - exact) / Double(count)).squareRoot()
        #expect(abs(found - exact) <= 4.5 * spread)
    }

    @Test(arguments: [
        ThompsonBandit.Prior.beta(successes: 1, failures: 1),
        .gaussian(mean: 0, precision: 1, noisePrecision: 4),
    ])
    func `regret grows slower and slower`(prior: ThompsonBandit.Prior) throws {
        let curves = try (0..<20).map { seed in
            var bandit = ThompsonBandit(arms: 3, prior: prior)
            var generator = Generator(seed: UInt64(seed))
            return try bandit.run(means: [0.2, 0.5, 0.7], rounds: 2_000, using: &generator)
        }
        let early = Estimate(of: curves.map { $0.total(0..<200) })
        let late = Estimate(of: curves.map { $0.total(1_800..<2_000) })
        // Uniform play loses 0.233 a round, 46.7 in 200.
        #expect(early.mean < 25 && late.mean < early.mean / 4)
    }

    @Test func `rewards that the likelihood rules out are refused`() throws {
        var bandit = ThompsonBandit(arms: 2, prior: .beta(successes: 1, failures: 1))
        let error = try #require(throws: PosteriorSamplingError.self) {
            try bandit.update(arm: 1, reward: 0.5)
        }
        #expect(
            error.description == "reward 0.5 of arm 1: give 0 or 1, or take a Gaussian prior")
        var generator = Generator(seed: 2)
        #expect(
            throws: PosteriorSamplingError.outOfRange(
                name: "the mean of an arm", value: 1.5, expected: "from 0 to 1")
        ) {
            try bandit.run(means: [0.5, 1.5], rounds: 1, using: &generator)
        }
        _ = try bandit.run(means: [0.5, 1], rounds: 10, using: &generator)
        let data = try JSONEncoder().encode(bandit)
        #expect(try JSONDecoder().decode(ThompsonBandit.self, from: data) == bandit)
    }
}
