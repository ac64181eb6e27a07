import Foundation
import OptimistCore
import OptimistInference
import Testing

@Suite struct TabularPosteriorTests {
    private func learned(
        _ data: [PosteriorSamplingFixtures.Datum], states: Int, actions: Int
    ) -> TabularPosterior {
        var posterior = TabularPosterior(states: states, actions: actions)
        for datum in data {
            posterior.update(
                state: datum.state, action: datum.action, reward: datum.reward,
                successor: .state(datum.next))
        }
        return posterior
    }

    @Test func `the updates are conjugate`() {
        var posterior = TabularPosterior(
            states: 3, actions: 1, hasEnd: true,
            prior: .init(
                transitionConcentration: 0.5, rewardMean: 1, rewardPrecision: 2, noisePrecision: 4))
        posterior.update(state: 1, action: 0, reward: 3, successor: .state(2))
        posterior.update(state: 1, action: 0, reward: 5, successor: .end)
        posterior.update(state: 1, action: 0, reward: 1, successor: .unrecorded)
        let law = posterior.transitionLaw(state: 1, action: 0)
        #expect(law.concentrations == [0.5, 0.5, 1.5, 1.5])
        let reward = posterior.rewardLaw(state: 1, action: 0)
        #expect(reward.precision == 14 && abs(reward.mean - (2 * 1 + 4 * 9) / 14.0) < 1e-15)
        #expect(
            posterior.transitionLaw(state: 0, action: 0).concentrations == [0.5, 0.5, 0.5, 0.5])
        let mean = posterior.mean
        #expect(mean.states == 4 && mean.pairs.isTerminal(3))
        #expect(distance(mean.transitions.dense.elements[4..<8].map { $0 }, law.mean) < 1e-15)
        #expect(abs(mean.rewards[1] - reward.mean) < 1e-15)
    }

    @Test func `the order of the data does not matter`() {
        let data = PosteriorSamplingFixtures.data(500, states: 3, actions: 2, seed: 1)
        let first = learned(data, states: 3, actions: 2)
        let second = learned(data.reversed(), states: 3, actions: 2)
        #expect(first.transitionCounts == second.transitionCounts)
        #expect(first.rewardCounts == second.rewardCounts)
        #expect(distance(first.rewardSums, second.rewardSums) < 1e-12)
    }

    @Test func `samples have the means and variances of the posterior`() {
        let data = PosteriorSamplingFixtures.data(30, states: 3, actions: 2, seed: 2)
        let posterior = learned(data, states: 3, actions: 2)
        var generator = Generator(seed: 3)
        let count = 20_000
        var (sums, squares) = (Array(repeating: 0.0, count: 18), Array(repeating: 0.0, count: 6))
        var rewards = squares
        for _ in 0..<count {
            let model = posterior.sample(using: &generator)
            for (index, value) in model.transitions.values.enumerated() { sums[index] += value }
            for pair in 0..<6 {
                let mean = posterior.rewardLaw(state: pair / 2, action: pair % 2).mean
                rewards[pair] += model.rewards[pair] - mean
                squares[pair] += (model.rewards[pair] - mean) * (model.rewards[pair] - mean)
            }
        }
        for pair in 0..<6 {
            let law = posterior.transitionLaw(state: pair / 2, action: pair % 2)
            for next in 0..<3 {
                let mean = law.mean[next]
                let error = (mean * (1 - mean) / (law.total + 1) / Double(count)).squareRoot()
                #expect(abs(sums[pair * 3 + next] / Double(count) - mean) <= 4.5 * error)
            }
            let variance = 1 / posterior.rewardLaw(state: pair / 2, action: pair % 2).precision
            let error = (variance / Double(count)).squareRoot()
            #expect(abs(rewards[pair] / Double(count)) <= 4.5 * error)
            let spread = variance * (2 / Double(count)).squareRoot()
            #expect(abs(squares[pair] / Double(count) - variance) <= 4.5 * spread)
        }
    }

    @Test func `gamma draws have their moments at any shape`() {
        var generator = Generator(seed: 4)
        let count = 40_000
        for shape in [0.05, 0.7, 1, 6] {
            var (sum, logs) = (0.0, 0.0)
            for _ in 0..<count {
                let value = generator.logGamma(shape: shape)
                sum += exp(value)
                logs += value
            }
            // Var = shape; Var log = trigamma ≤ 1 / shape² + 1 / shape.
            let error = (shape / Double(count)).squareRoot()
            #expect(abs(sum / Double(count) - shape) <= 4.5 * error)
            let spread = ((1 / (shape * shape) + 1 / shape) / Double(count)).squareRoot()
            #expect(abs(logs / Double(count) - digamma(shape)) <= 4.5 * spread)
        }
    }

    @Test func `a concentrated posterior reproduces dynamic programming`() throws {
        let river = try PosteriorSamplingFixtures.riverSwim()
        var posterior = TabularPosterior(states: 6, actions: 2)
        let weight = 20_000
        for pair in 0..<12 {
            river.forEachSuccessor(of: pair) { next, probability in
                for _ in 0..<Int((probability * Double(weight)).rounded()) {
                    posterior.update(
                        state: pair / 2, action: pair % 2, reward: river.rewards[pair],
                        successor: .state(next))
                }
            }
        }
        var learner = PosteriorSampling(posterior, horizon: 20)
        var generator = Generator(seed: 5)
        try learner.beginEpisode(using: &generator)
        let program = try SoftDynamicProgramming(river, objective: .hard)
        let exact = try program.solve(horizon: 20)
        #expect(abs(exact.bound - 3.397264) < 5e-7)
        #expect(abs(try program.bound(of: learner.policy) - exact.bound) < 1e-3)
        let sampled = try SoftDynamicProgramming(
            posterior.sample(using: &generator), objective: .hard
        ).solve(horizon: 20)
        #expect(distance(sampled.values[0], exact.values[0]) < 0.2)
        var soft = PosteriorSampling(posterior, horizon: 20, planning: .soft(rewardScale: 3))
        try soft.beginEpisode(using: &generator)
        let best = try SoftDynamicProgramming(river, rewardScale: 3).solve(horizon: 20)
        let laws = zip(soft.policy, best.policy)
        #expect(laws.allSatisfy { distance($0, $1) < 0.05 })
        #expect(abs(soft.actionLaw(state: 3, step: 0).reduce(0, +) - 1) < 1e-12)
    }

    @Test func `a saved posterior is the same one`() throws {
        let data = PosteriorSamplingFixtures.data(40, states: 3, actions: 2, seed: 6)
        let posterior = learned(data, states: 3, actions: 2)
        let written = try JSONEncoder().encode(posterior)
        #expect(try JSONDecoder().decode(TabularPosterior.self, from: written) == posterior)
        let text = try #require(String(data: written, encoding: .utf8))
        for (right, wrong) in [
            ("\"states\":3", "\"states\":4"), ("\"hasEnd\":false", "\"hasEnd\":true"),
        ] {
            let changed = text.replacingOccurrences(of: right, with: wrong)
            #expect(changed != text)
            #expect(throws: DecodingError.self) {
                try JSONDecoder().decode(TabularPosterior.self, from: Data(changed.utf8))
            }
        }
    }
}
