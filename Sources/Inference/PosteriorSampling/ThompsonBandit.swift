import OptimistCore

/// Thompson sampling of a bandit (Thompson 1933): each arm is played as often as it is probable that
/// it is the best one.
///
/// An agent calls `act` and `update` once a round.
public struct ThompsonBandit: Codable, Equatable, Sendable {
    /// What is believed of each arm before any data.
    public enum Prior: Codable, Equatable, Sendable {
        /// Rewards are 0 or 1, and the probability of 1 has a beta law of these prior counts.
        case beta(successes: Double, failures: Double)
        /// Rewards are normal around a mean with a normal law; precisions are one over variances.
        case gaussian(mean: Double, precision: Double, noisePrecision: Double)

        var isValid: Bool {
            switch self {
            case .beta(let successes, let failures):
                successes > 0 && failures > 0 && (successes + failures).isFinite
            case .gaussian(let mean, let precision, let noisePrecision):
                mean.isFinite && precision > 0 && precision.isFinite && noisePrecision > 0
                    && noisePrecision.isFinite
            }
        }
    }

    /// What is believed of each arm before any data.
    public let prior: Prior
    /// How often each arm was played, `[arms]`.
    public private(set) var counts: [Double]
    /// The sum of its rewards, `[arms]`.
    public private(set) var sums: [Double]

    /// A learner.
    ///
    /// - Parameters:
    ///   - arms: how many, at least 1.
    ///   - prior: what is believed of each.
    public init(arms: Int, prior: Prior) {
        if arms < 1 || !prior.isValid { fail("ThompsonBandit", "\(arms) arms, \(prior)") }
        self.prior = prior
        counts = Array(repeating: 0, count: arms)
        sums = counts
    }

    /// E[r] of an arm.
    public func mean(of arm: Int) -> Double {
        switch prior {
        case .beta(let successes, let failures):
            return (successes + sums[arm]) / (successes + failures + counts[arm])
        case .gaussian(let mean, let precision, let noisePrecision):
            return (precision * mean + noisePrecision * sums[arm])
                / (precision + noisePrecision * counts[arm])
        }
    }

    /// A draw of the mean reward of an arm from its posterior.
    public func sampleMean(of arm: Int, using generator: inout Generator) -> Double {
        switch prior {
        case .beta(let successes, let failures):
            return generator.beta(successes + sums[arm], failures + counts[arm] - sums[arm])
        case .gaussian(_, let precision, let noisePrecision):
            let total = precision + noisePrecision * counts[arm]
            return mean(of: arm) + generator.normal() / total.squareRoot()
        }
    }

    /// The arm to play: the best one under a draw from the posterior.
    public func act(using generator: inout Generator) -> Int {
        var (best, largest) = (0, -Double.infinity)
        for arm in counts.indices {
            let mean = sampleMean(of: arm, using: &generator)
            if mean > largest { (best, largest) = (arm, mean) }
        }
        return best
    }

    /// Learns from one round.
    ///
    /// - Parameters:
    ///   - arm: what was played.
    ///   - reward: what it brought.
    /// - Throws: `PosteriorSamplingError.reward` where the likelihood rules it out.
    public mutating func update(arm: Int, reward: Double) throws(PosteriorSamplingError) {
        if !counts.indices.contains(arm) {
            fail("ThompsonBandit.update", "arm \(arm) of \(counts.count)")
        }
        if case .beta = prior, reward != 0 && reward != 1 {
            throw .reward(reward, arm: arm, expected: "0 or 1, or take a Gaussian prior")
        }
        if !reward.isFinite { throw .reward(reward, arm: arm, expected: "a finite number") }
        counts[arm] += 1
        sums[arm] += reward
    }

    /// Plays for a number of rounds; an episode of the curve is one round.
    ///
    /// - Parameters:
    ///   - means: the true mean of each arm; with a beta prior the probability of 1.
    ///   - rounds: how many.
    ///   - generator: where draws of posterior and rewards come from. Under a Gaussian prior rewards
    ///     have the noise that it holds for true.
    /// - Throws: `PosteriorSamplingError.outOfRange` for a mean that is no probability.
    public mutating func run(
        means: [Double], rounds: Int, using generator: inout Generator
    ) throws(PosteriorSamplingError) -> RegretCurve {
        guard let best = means.max(), means.count == counts.count else {
            fail("ThompsonBandit.run", "\(means.count) means for \(counts.count) arms")
        }
        if case .beta = prior, let mean = means.first(where: { !(0...1).contains($0) }) {
            throw .outOfRange(name: "the mean of an arm", value: mean, expected: "from 0 to 1")
        }
        var regrets: [Double] = []
        for _ in 0..<rounds {
            let arm = act(using: &generator)
            regrets.append(best - means[arm])
            switch prior {
            case .beta:
                try update(arm: arm, reward: generator.bernoulli(means[arm]) ? 1 : 0)
            case .gaussian(_, _, let noisePrecision):
                let noise = generator.normal() / noisePrecision.squareRoot()
                try update(arm: arm, reward: means[arm] + noise)
            }
        }
        return RegretCurve(perEpisode: regrets)
    }
}

extension ThompsonBandit {
    private enum CodingKeys: String, CodingKey { case prior, counts, sums }

    /// Reads what was written.
    ///
    /// - Throws: `DecodingError` where the parts do not fit one another.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let prior = try container.decode(Prior.self, forKey: .prior)
        counts = try container.decode([Double].self, forKey: .counts)
        sums = try container.decode([Double].self, forKey: .sums)
        self.prior = prior
        let fits =
            prior.isValid && !counts.isEmpty && counts.count == sums.count
            && zip(counts, sums).allSatisfy { count, sum in
                guard case .beta = prior else { return count >= 0 && sum.isFinite }
                return count.isFinite && (0...max(0, count)).contains(sum)
            }
        if !fits {
            throw DecodingError.dataCorruptedError(
                forKey: .counts, in: container,
                debugDescription: "\(counts.count) counts and \(sums.count) sums are no bandit")
        }
    }
}
