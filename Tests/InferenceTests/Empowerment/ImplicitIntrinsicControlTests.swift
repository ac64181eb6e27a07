import Foundation
import OptimistCore
import OptimistInference
import Testing

@Suite struct ImplicitIntrinsicControlTests {
    private func uniform(_ model: TabularModel, steps: Int) -> [[Double]] {
        let law = model.pairs.actionOf.map { _ in 1 / Double(model.actions) }
        return Array(repeating: law, count: steps)
    }

    private func train(
        _ learner: inout ImplicitIntrinsicControl, in model: TabularModel, from start: Int,
        episodes: Int, using generator: inout Generator
    ) -> [Double] {
        (0..<episodes).map { _ in
            var (states, actions) = ([start], [Int]())
            for step in 0..<learner.settings.horizon {
                let state = states[step]
                if model.pairs.isTerminal(state) { break }
                actions.append(learner.act(step: step, state: state, using: &generator))
                states.append(EmpowermentFixtures.step(model, state, actions[step], &generator))
            }
            return learner.learn(states: states, actions: actions)
        }
    }

    @Test func `actions and noise together make up where one ends`() throws {
        for (model, start) in [
            (try ModelFixtures.three(), 0), (try EmpowermentFixtures.square(3, slip: 0.3), 4),
            (try EmpowermentFixtures.noisyRoom(), 0),
        ] {
            let policy = uniform(model, steps: 3)
            let information = TrajectoryInformation(of: policy, in: model, from: start)
            var law = (0..<model.states).map { $0 == start ? 1.0 : 0 }
            for step in policy {
                var next = (0..<model.states).map { model.pairs.isTerminal($0) ? law[$0] : 0 }
                for pair in 0..<model.pairs.count {
                    let state = model.pairs.state(of: pair)
                    model.forEachSuccessor(of: pair) { next[$0] += law[state] * step[pair] * $1 }
                }
                law = next
            }
            let entropy = law.reduce(0) { $0 - ($1 > 0 ? $1 * log($1) : 0) }
            #expect(abs(information.endEntropy - entropy) < 1e-12)
            #expect(information.ofActions > 0 && information.ofNoise > 0)
        }
    }

    @Test func `where transitions are certain, actions account for everything`() throws {
        let model = try EmpowermentFixtures.square(3)
        let information = TrajectoryInformation(of: uniform(model, steps: 2), in: model, from: 4)
        let empowerment = try OpenLoopEmpowerment(model, horizon: 2)
        let channel = try empowerment.channel(from: 4)
        #expect(abs(information.ofNoise) < 1e-15)
        let exact = channel.mutualInformation(channel.uniformSource)
        #expect(abs(information.ofActions - exact) < 1e-12)
    }

    @Test func `the implicit reward claims more than any set of options has`() throws {
        let model = try EmpowermentFixtures.noisyRoom()
        // The noisy room alone: log 2 by the implicit reward, two thirds of it in truth.
        var policy = uniform(model, steps: 2)
        (policy[0][0], policy[0][1]) = (1, 0)
        let noisy = TrajectoryInformation(of: policy, in: model, from: 0)
        #expect(abs(noisy.ofActions - log(2)) < 1e-12)
        #expect(abs(noisy.ofNoise - log(1.5)) < 1e-12)
        let strategies = EmpowermentFixtures.strategies(of: model)
        let room = strategies.filter { $0.actions[0] == 1 }
        let truth = try DiscreteChannel(options: room, in: model, from: 0, horizon: 2)
            .capacity(tolerance: 1e-8)
        #expect(abs(truth.lower - 2.0 / 3 * log(2)) < 1e-7)
        // Both rooms: what a set of options can have, and what the implicit reward claims at its best.
        let sure = log(2) - EmpowermentFixtures.entropy(EmpowermentFixtures.failure)
        let capacity = try DiscreteChannel(
            options: strategies, in: model, from: 0, horizon: 2
        ).capacity(tolerance: 1e-8)
        #expect(abs(capacity.lower - log(exp(2.0 / 3 * log(2)) + exp(sure))) < 1e-7)
        let share = 2 / (2 + exp(sure))
        (policy[0][0], policy[0][1]) = (share, 1 - share)
        let claim = TrajectoryInformation(of: policy, in: model, from: 0).ofActions
        #expect(abs(claim - log(2 + exp(sure))) < 1e-12 && claim > capacity.upper + 0.1)
    }

    @Test func `the learner follows its biased reward into the noisy room`() throws {
        let model = try EmpowermentFixtures.noisyRoom()
        let sure = log(2) - EmpowermentFixtures.entropy(EmpowermentFixtures.failure)
        var learner = ImplicitIntrinsicControl(
            states: 10, actions: 2, settings: .init(horizon: 2))
        var generator = Generator(seed: 1)
        _ = train(&learner, in: model, from: 0, episodes: 100_000, using: &generator)
        let policy = learner.policy(pairs: model.pairs)
        let information = TrajectoryInformation(of: policy, in: model, from: 0)
        let share = learner.actionLaw(step: 0, state: 0)[0]
        // The best share for the options is 0.492, for the reward 0.549.
        #expect(abs(share - 2 / (2 + exp(sure))) < 0.03)
        #expect(abs(information.ofActions - log(2 + exp(sure))) < 0.01)
    }

    @Test func `in a certain world it finds every cell`() throws {
        let model = try EmpowermentFixtures.square(3)
        var learner = ImplicitIntrinsicControl(
            states: 9, actions: 5, settings: .init(horizon: 2))
        var generator = Generator(seed: 2)
        let rewards = train(&learner, in: model, from: 4, episodes: 30_000, using: &generator)
        let information = TrajectoryInformation(
            of: learner.policy(pairs: model.pairs), in: model, from: 4)
        #expect(information.ofActions > 0.95 * log(9))
        #expect(rewards.suffix(5_000).reduce(0, +) / 5_000 <= information.ofActions + 0.02)
    }

    @Test func `a saved learner goes on as if nothing had happened`() throws {
        let model = try EmpowermentFixtures.noisyRoom()
        var learner = ImplicitIntrinsicControl(
            states: 10, actions: 2, settings: .init(horizon: 2))
        var generator = Generator(seed: 3)
        _ = train(&learner, in: model, from: 0, episodes: 100, using: &generator)
        let data = try JSONEncoder().encode(learner)
        var read = try JSONDecoder().decode(ImplicitIntrinsicControl.self, from: data)
        var twin = generator
        let first = train(&learner, in: model, from: 0, episodes: 50, using: &generator)
        #expect(train(&read, in: model, from: 0, episodes: 50, using: &twin) == first)
        #expect(read == learner)
        let text = try #require(String(data: data, encoding: .utf8))
        let wrong = text.replacingOccurrences(of: "\"horizon\":2", with: "\"horizon\":3")
        #expect(wrong != text)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(ImplicitIntrinsicControl.self, from: Data(wrong.utf8))
        }
    }
}
