import OptimistAgents
import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistInference
import OptimistModels
import OptimistProbability
import OptimistTorch
import Testing

/// The agent's own updates on three states that exact inference solves.
@Suite struct MPOLearnerTests {
    private let states = Space.discrete(3)
    private let actions = Space.discrete(2)

    /// Episodes of one step, just as likely as the model says, none of which ends the task.
    private func replay() -> Replay {
        let replay = Replay(
            layout: EpisodeLayout(observations: states, actions: actions),
            generator: Generator(seed: 5))
        for (state, action, reward, next) in ThreeStates.transitions {
            let episode = replay.begin(seed: 0, first: .floats([Float(state)]))
            replay.append(
                to: episode, action: [Float(action)],
                step: Step(
                    observation: .floats([Float(next)]), reward: reward, ending: .truncated))
        }
        return replay
    }

    /// V of a stationary policy, discount 0.9.
    private func values(_ policy: [Double]) -> [Double] {
        var values = [0.0, 0, 0]
        for _ in 0..<400 {
            var next = [0.0, 0, 0]
            for (state, action, reward, following) in ThreeStates.transitions {
                next[state] +=
                    policy[2 * state + action] * (reward + 0.9 * values[following]) / 10
            }
            values = next
        }
        return values
    }

    @Test func `rounds of both steps end near the best policy`() throws {
        var settings = MPOSettings()
        settings.networks.units = []
        settings.learningRate = 0.01
        settings.dualLearningRate = 0.02
        settings.discount = 0.9
        settings.window = 1
        settings.batch = 120
        settings.meanLimit = 0.02
        settings.correction = .none
        var generator = Generator(seed: 6)
        let learner = MPOLearner(
            settings, kind: .discrete(2), features: 3, using: &generator)
        let encoder = ObservationEncoder(states, isStandardizing: false)
        let replay = replay()
        var first: MPOUpdate?
        var last: MPOUpdate!
        for update in 1...4_000 {
            last = try learner.update(
                replay.sampleWindows(120, length: 1), encoder, using: &generator)
            first = first ?? last
            if update.isMultiple(of: 40) { learner.renewTargets() }
        }
        guard case .categorical(let law) = learner.policy.predict(ThreeStates.states) else {
            Issue.record("a law over numbers")
            return
        }
        let best = try SoftDynamicProgramming(ThreeStates.model(), objective: .hard)
            .solve(discount: 0.9).values
        let uniform = values(.init(repeating: 0.5, count: 6))
        let found = values(law.probabilities.doubles())
        for state in 0..<3 {
            // Transitions are sampled: actions that differ by less than 0.1 may be confused.
            #expect(best[state] - found[state] < 0.15)
            #expect(best[state] - uniform[state] > 1)
            #expect(found[state] <= best[state] + 1e-6)
        }
        #expect(last.criticLoss < first!.criticLoss)
    }
}
