import Foundation
import OptimistCore
import OptimistInference
import Testing

@Suite struct PosteriorSamplingTests {
    @Test func `in RiverSwim regret stays small and flattens`() throws {
        let river = try PosteriorSamplingFixtures.riverSwim()
        var (at50, at400, late) = ([Double](), [Double](), [Double]())
        for seed in 0..<10 {
            var learner = PosteriorSampling(
                TabularPosterior(states: 6, actions: 2), horizon: 20)
            var generator = Generator(seed: UInt64(seed))
            let curve = try learner.run(in: river, episodes: 400, using: &generator)
            #expect(curve.perEpisode.allSatisfy { $0 > -1e-9 })
            #expect(curve.cumulative.count == 400)
            at50.append(curve.cumulative[49])
            at400.append(curve.cumulative[399])
            late.append(curve.total(300..<400))
        }
        #expect(at400.allSatisfy { $0 < 350 } && late.allSatisfy { $0 < 30 })
        // Means over 60 seeds elsewhere: 133 at 50 episodes, 183 at 400; standard errors of ten seeds
        // are about 6.4 and 7.5, those of the 60 a third of that.
        #expect(abs(Estimate(of: at50).mean - 133) < 30)
        #expect(abs(Estimate(of: at400).mean - 183) < 36)
    }

    @Test func `greed on posterior means never finds the far bank`() throws {
        let river = try PosteriorSamplingFixtures.riverSwim()
        let program = try SoftDynamicProgramming(river, objective: .hard)
        let best = try program.solve(horizon: 20).bound
        var posterior = TabularPosterior(states: 6, actions: 2)
        var generator = Generator(seed: 1)
        var regret = 0.0
        for _ in 0..<400 {
            let plan = try SoftDynamicProgramming(posterior.mean, objective: .hard)
                .solve(horizon: 20).policy
            let mixed = plan.map { $0.map { 0.9 * $0 + 0.05 } }
            regret += best - (try program.bound(of: mixed))
            var state = 0
            for step in 0..<20 {
                let action = generator.categorical(Array(mixed[step][2 * state..<2 * state + 2]))
                let next = EmpowermentFixtures.step(river, state, action, &generator)
                posterior.update(
                    state: state, action: action, reward: river.rewards[2 * state + action],
                    successor: step == 19 ? .unrecorded : .state(next))
                state = next
            }
        }
        #expect(regret > 1_200 && regret < 400 * 3.397264)
    }

    @Test func `nothing is learned of what follows the last step`() throws {
        var learner = PosteriorSampling(TabularPosterior(states: 2, actions: 2), horizon: 3)
        var generator = Generator(seed: 2)
        try learner.beginEpisode(using: &generator)
        for step in 0..<3 {
            learner.update(state: 0, action: 1, reward: 1, successor: .state(1), step: step)
        }
        #expect(learner.posterior.transitionCounts == [0, 0, 0, 2, 0, 0, 0, 0])
        #expect(learner.posterior.rewardCounts == [0, 3, 0, 0])
        let model = try TabularModel(
            dense: [[[0, 1], [1, 0]], [[0, 1], [1, 0]]], rewards: [[0, 0], [0, 0]], start: [1, 0])
        var runner = PosteriorSampling(TabularPosterior(states: 2, actions: 2), horizon: 5)
        _ = try runner.run(in: model, episodes: 7, using: &generator)
        #expect(runner.posterior.transitionCounts.reduce(0, +) == 28)
        #expect(runner.posterior.rewardCounts.reduce(0, +) == 35)
    }

    @Test func `a task of one state is a bandit`() throws {
        let prior = TabularPosterior.Prior(
            rewardMean: 0.2, rewardPrecision: 0.5, noisePrecision: 4)
        var learner = PosteriorSampling(
            TabularPosterior(states: 1, actions: 3, prior: prior), horizon: 1)
        var bandit = ThompsonBandit(
            arms: 3, prior: .gaussian(mean: 0.2, precision: 0.5, noisePrecision: 4))
        var (generator, twin) = (Generator(seed: 3), Generator(seed: 3))
        var rewards = Generator(seed: 4)
        for _ in 0..<200 {
            try learner.beginEpisode(using: &generator)
            let action = learner.act(state: 0, step: 0, using: &generator)
            #expect(bandit.act(using: &twin) == action)
            let reward = Double(action) * 0.1 + 0.5 * rewards.normal()
            learner.update(
                state: 0, action: action, reward: reward, successor: .state(0), step: 0)
            try bandit.update(arm: action, reward: reward)
        }
        #expect(generator == twin)
        for arm in 0..<3 {
            let mean = learner.posterior.rewardLaw(state: 0, action: arm).mean
            #expect(abs(mean - bandit.mean(of: arm)) < 1e-12)
        }
    }

    @Test func `tasks that end are learned, and models that do not fit are refused`() throws {
        let grid = try ModelFixtures.grid(3)
        var learner = PosteriorSampling(
            TabularPosterior(states: 9, actions: 4, hasEnd: true), horizon: 12)
        var generator = Generator(seed: 5)
        let curve = try learner.run(
            in: grid, episodes: 300, rewardDeviation: 0.1, using: &generator)
        #expect(curve.total(250..<300) < 0.5 * curve.total(0..<50))
        var endless = PosteriorSampling(TabularPosterior(states: 9, actions: 4), horizon: 12)
        #expect(throws: PosteriorSamplingError.unexpectedEnd(state: "8")) {
            try endless.run(in: grid, episodes: 1, using: &generator)
        }
        let error = try #require(throws: PosteriorSamplingError.self) {
            try endless.run(
                in: PosteriorSamplingFixtures.riverSwim(), episodes: 1, using: &generator)
        }
        #expect(
            error.description
                == "the model has 6 states and 2 actions, the posterior 9 and 4")
    }

    @Test func `a saved learner goes on as if nothing had happened`() throws {
        let river = try PosteriorSamplingFixtures.riverSwim()
        var learner = PosteriorSampling(
            TabularPosterior(states: 6, actions: 2), horizon: 20, planning: .soft(rewardScale: 5))
        var generator = Generator(seed: 6)
        _ = try learner.run(in: river, episodes: 20, using: &generator)
        let data = try JSONEncoder().encode(learner)
        var read = try JSONDecoder().decode(PosteriorSampling.self, from: data)
        #expect(read == learner)
        var twin = generator
        let first = try learner.run(in: river, episodes: 20, using: &generator)
        #expect(try read.run(in: river, episodes: 20, using: &twin) == first && read == learner)
        let text = try #require(String(data: data, encoding: .utf8))
        let wrong = text.replacingOccurrences(of: "\"horizon\":20", with: "\"horizon\":19")
        #expect(wrong != text)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(PosteriorSampling.self, from: Data(wrong.utf8))
        }
    }
}
