import Foundation
import OptimistCore
import OptimistInference
import Testing

@Suite struct IntrinsicControlTests {
    /// Follows options from a start and learns; returns the rewards.
    @discardableResult
    private func train(
        _ learner: inout VariationalIntrinsicControl, in model: TabularModel, from start: Int,
        episodes: Int, using generator: inout Generator
    ) -> [Double] {
        (0..<episodes).map { _ in
            let option = learner.chooseOption(from: start, using: &generator)
            var episode = OptionEpisode(option: option, start: start)
            var state = start
            for _ in 0..<learner.settings.horizon where !model.pairs.isTerminal(state) {
                guard let action = learner.act(option: option, state: state, using: &generator)
                else {
                    episode.stopped = true
                    break
                }
                state = EmpowermentFixtures.step(model, state, action, &generator)
                episode.append(action: action, next: state)
            }
            return learner.learn(from: episode)
        }
    }

    @Test func `the exact reverse model gives the exact information of given options`() throws {
        let model = try EmpowermentFixtures.square(3, slip: 0.2)
        var generator = Generator(seed: 1)
        let options = (0..<4).map { _ in
            StoppingPolicy(
                actions: (0..<9).flatMap { _ -> [Double] in
                    let weights = (0..<5).map { _ in generator.uniform() }
                    let sum = weights.reduce(0, +) / 0.8
                    return weights.map { $0 / sum }
                }, stopping: Array(repeating: 0.2, count: 9))
        }
        let channel = try DiscreteChannel(options: options, in: model, from: 4, horizon: 3)
        let source = [0.1, 0.2, 0.3, 0.4]
        let posterior = channel.posterior(source)
        let information = channel.mutualInformation(source)
        let bound = channel.variationalInformation(source, decoder: posterior)
        #expect(abs(bound - information) < 1e-12)
        let entropy = source.reduce(0) { $0 - $1 * log($1) }
        #expect(information > 0 && information < entropy)
        // A simulated option ends where the law says, within 4.5 standard errors.
        var counts = Array(repeating: 0.0, count: 9)
        for _ in 0..<20_000 {
            var state = 4
            for _ in 0..<3 {
                if generator.bernoulli(0.2) { break }
                let law = Array(options[2].actions[state * 5..<state * 5 + 5])
                state = EmpowermentFixtures.step(
                    model, state, generator.categorical(law), &generator)
            }
            counts[state] += 1
        }
        for state in 0..<9 {
            let expected = channel.laws.dense[2, state]
            let error = (expected * (1 - expected) / 20_000).squareRoot()
            #expect(abs(counts[state] / 20_000 - expected) <= 4.5 * error)
        }
    }

    @Test func `options that go to each cell control all nine`() throws {
        let model = try EmpowermentFixtures.square(3)
        // From the middle: first the row, then the column, then stay.
        let options = (0..<9).map { goal in
            StoppingPolicy(
                actions: (0..<9).flatMap { state -> [Double] in
                    let (down, right) = (goal / 3 - state / 3, goal % 3 - state % 3)
                    let choice =
                        down < 0 ? 0 : down > 0 ? 1 : right < 0 ? 2 : right > 0 ? 3 : 4
                    return (0..<5).map { $0 == choice ? 1 : 0 }
                }, stopping: Array(repeating: 0, count: 9))
        }
        let channel = try DiscreteChannel(options: options, in: model, from: 4, horizon: 2)
        #expect(abs(channel.mutualInformation(channel.uniformSource) - 2.197225) < 5e-7)
    }

    /// Seeds 1 to 3 attained these shares of log 25: 0.934, 0.881, 0.881 with equally probable
    /// options, 0.941, 0.970, 0.982 where p(o | s_0) is learned (mean less two deviations: 0.84, 0.92).
    @Test(arguments: [1, 2, 3] as [UInt64], [0, 0.02])
    func `options learn to reach a square of 25 cells`(seed: UInt64, rate: Double) throws {
        let model = try EmpowermentFixtures.square(5)
        var learner = VariationalIntrinsicControl(
            states: 25, actions: 5, settings: .init(options: 50, horizon: 4, optionRate: rate))
        var generator = Generator(seed: seed)
        let rewards = train(
            &learner, in: model, from: 12, episodes: 30_000, using: &generator)
        let channel = try learner.channel(in: model, from: 12)
        let information = channel.mutualInformation(learner.optionLaw(from: 12))
        let bound = channel.variationalInformation(
            learner.optionLaw(from: 12), decoder: learner.reverseModel.decoder(from: 12))
        #expect(information > (rate == 0 ? 0.85 : 0.92) * log(25))
        #expect(bound <= information + 1e-12 && information <= log(25) + 1e-12)
        #expect(rewards.suffix(1000).reduce(0, +) / 1000 <= log(50))
    }

    @Test func `the other ways to learn options work too`() throws {
        let still = try EmpowermentFixtures.square(3, stays: false)
        let staying = try EmpowermentFixtures.square(3)
        let cases: [(VariationalIntrinsicControl.Settings, TabularModel)] = [
            (
                .init(
                    options: 18, horizon: 3, stops: true,
                    reverseModel: .counts(prior: 0.01, forgetting: 0.02)), still
            ),
            (.init(options: 18, horizon: 2, policy: .reinforce(rate: 0.2)), staying),
            (.init(options: 18, horizon: 2, optionRate: 0.02), staying),
        ]
        for (settings, model) in cases {
            var learner = VariationalIntrinsicControl(
                states: 9, actions: model.actions, settings: settings)
            var generator = Generator(seed: 4)
            train(&learner, in: model, from: 4, episodes: 20_000, using: &generator)
            let channel = try learner.channel(in: model, from: 4)
            let information = channel.mutualInformation(learner.optionLaw(from: 4))
            #expect(information > 0.85 * log(9) && information <= log(9) + 1e-12)
        }
    }

    @Test func `where only one state can be reached there is nothing to gain`() throws {
        let model = try TabularModel(
            dense: [[[0, 1], [0, 1]], [[0, 1], [0, 1]]], rewards: [[0, 0], [0, 0]], start: [1, 0])
        var learner = VariationalIntrinsicControl(
            states: 2, actions: 2, settings: .init(options: 4, horizon: 2))
        var generator = Generator(seed: 5)
        let rewards = train(&learner, in: model, from: 0, episodes: 2_000, using: &generator)
        let channel = try learner.channel(in: model, from: 0, explores: true)
        #expect(channel.mutualInformation(learner.optionLaw(from: 0)) < 1e-12)
        #expect(rewards.reduce(0, +) / 2_000 < 0.05)
    }

    @Test func `a saved learner goes on as if nothing had happened`() throws {
        let model = try EmpowermentFixtures.square(3, slip: 0.1)
        var learner = VariationalIntrinsicControl(
            states: 9, actions: 5,
            settings: .init(options: 6, horizon: 2, stops: true, optionRate: 0.1))
        var generator = Generator(seed: 6)
        train(&learner, in: model, from: 4, episodes: 200, using: &generator)
        let data = try JSONEncoder().encode(learner)
        var read = try JSONDecoder().decode(VariationalIntrinsicControl.self, from: data)
        #expect(read == learner)
        var twin = generator
        let first = train(&learner, in: model, from: 4, episodes: 50, using: &generator)
        #expect(train(&read, in: model, from: 4, episodes: 50, using: &twin) == first)
        #expect(read == learner && twin == generator)
        let text = try #require(String(data: data, encoding: .utf8))
        let wrong = text.replacingOccurrences(of: "\"states\":9", with: "\"states\":8")
        #expect(wrong != text)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(VariationalIntrinsicControl.self, from: Data(wrong.utf8))
        }
    }
}
