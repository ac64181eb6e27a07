import Foundation
import OptimistCore
import OptimistEnvironments
import Testing

/// One-step and table comparison with Gymnasium 1.4 itself.
@Suite(.enabled(if: PythonOracle.isThere, "needs a Python with gymnasium 1.4"))
struct GymnasiumAgreementTests {
    private struct Question: Encodable {
        var task: String
        var states: [[Double]]
        var actions: [Float]
    }

    private struct Answer: Decodable {
        var observations: [[Float]]
        var rewards: [Double]
        var terminated: [Bool]
    }

    /// Steps a task once from each of 10,000 states, and asks Gymnasium for the same.
    private func compare<T: ConfiguredTask>(
        _ task: T, _ state: (inout Generator) -> (T.State, [Double])
    ) throws {
        var generator = Generator(seed: 2026)
        var states: [T.State] = []
        var question = Question(task: task.name, states: [], actions: [])
        for _ in 0..<10_000 {
            let (own, parts) = state(&generator)
            states.append(own)
            question.states.append(parts)
            question.actions += task.actionSpace.sample(using: &generator)
        }
        let answer = try PythonOracle.ask("step_oracle.py", question, Answer.self)
        var largest = 0.0
        var endings = 0
        for index in states.indices {
            var (next, noise) = (states[index], Generator(seed: 0))
            let (reward, terminated) = task.advance(
                &next, action: [question.actions[index]], using: &noise)
            var row = [Float](repeating: 0, count: task.observationSpace.width)
            task.observe(next, into: &row)
            for (own, other) in zip(row, answer.observations[index]) {
                largest = max(largest, Double(abs(own - other) / max(1, abs(other))))
            }
            let size = max(1, abs(answer.rewards[index]))
            largest = max(largest, abs(reward - answer.rewards[index]) / size)
            #expect(terminated == answer.terminated[index], "state \(question.states[index])")
            endings += terminated ? 1 : 0
        }
        #expect(largest < 1e-6)
        #expect(answer.rewards.count == 10_000 && endings < 10_000)
    }

    @Test func `the pendulum moves as Pendulum-v1`() throws {
        try compare(Pendulum()) { generator in
            let state = Pendulum.State(
                angle: generator.uniform(-20, 20), velocity: generator.uniform(-8, 8))
            return (state, [state.angle, state.velocity])
        }
    }

    @Test func `the cart-pole moves as CartPole-v1`() throws {
        try compare(CartPole()) { generator in
            let parts = [
                generator.uniform(-2.4, 2.4), generator.uniform(-3, 3),
                generator.uniform(-0.2, 0.2), generator.uniform(-3, 3),
            ]
            let state = CartPoleState(
                position: parts[0], velocity: parts[1], angle: parts[2], angularVelocity: parts[3])
            return (state, parts)
        }
    }

    @Test func `the mountain car moves as MountainCar-v0`() throws {
        try compare(MountainCar()) { generator in
            let state = Valley.State(
                position: generator.uniform(-1.2, 0.6), velocity: generator.uniform(-0.07, 0.07))
            return (state, [state.position, state.velocity])
        }
    }

    @Test func `the continuous mountain car moves as MountainCarContinuous-v0`() throws {
        try compare(ContinuousMountainCar()) { generator in
            let state = Valley.State(
                position: generator.uniform(-1.2, 0.6), velocity: generator.uniform(-0.07, 0.07))
            return (state, [state.position, state.velocity])
        }
    }

    @Test func `the acrobot moves as Acrobot-v1`() throws {
        try compare(Acrobot()) { generator in
            let parts = [
                generator.uniform(-.pi, .pi), generator.uniform(-.pi, .pi),
                generator.uniform(-12, 12), generator.uniform(-28, 28),
            ]
            return (Acrobot.State([parts[0], parts[1], parts[2], parts[3]]), parts)
        }
    }

    @Test func `the registry makes and wraps environments of Gymnasium`() throws {
        let registry = EnvironmentRegistry.standard
        var environment = try registry.make(
            name: "gym:CartPole-v1",
            arguments: [("frames", "2"), ("time-limit", "3"), ("sutton_barto_reward", "true")])
        defer { environment.close() }
        #expect(environment.observationSpace.width == 8)
        #expect(try environment.reset(seed: 1).count == 8)
        let steps = try (0..<3).map { try environment.step([Float($0 % 2)]) }
        #expect(steps.map(\.reward) == [0, 0, 0])
        #expect(steps.map(\.ending) == [.none, .none, .truncated])
        let vector = try registry.makeVector(name: "gym:CartPole-v1", count: 2)
        defer { vector.close() }
        #expect(vector is GymnasiumEnvironments && vector.count == 2)
    }

    private struct TableQuestion: Encodable {
        var id: String
        var arguments: [String: JSONValue]
    }

    private struct Outcome: Decodable {
        var probability: Double
        var successor: Int
        var reward: Double
        var terminated: Bool

        init(from decoder: any Decoder) throws {
            var list = try decoder.unkeyedContainer()
            probability = try list.decode(Double.self)
            successor = try list.decode(Int.self)
            reward = try list.decode(Double.self)
            terminated = try list.decode(Bool.self)
        }
    }

    private struct TableAnswer: Decodable {
        var start: [Double]
        var pairs: [[Outcome]]
    }

    @Test(arguments: [
        ("frozen-lake", "FrozenLake-v1", ["map_name": "4x4", "is_slippery": "true"]),
        ("frozen-lake", "FrozenLake-v1", ["map_name": "4x4", "is_slippery": "false"]),
        ("frozen-lake", "FrozenLake-v1", ["map_name": "8x8", "is_slippery": "true"]),
        ("cliff", "CliffWalking-v1", ["is_slippery": "false"]),
        ("cliff", "CliffWalking-v1", ["is_slippery": "true"]),
    ])
    func `the tables are Gymnasium's`(
        name: String, identifier: String, arguments: [String: String]
    ) throws {
        let ours = arguments.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        let task = try EnvironmentRegistry.standard.makeTask(name: name, arguments: ours)
        let model = try #require((task as? any TabularTask)?.model)
        let asked: [String: JSONValue] = [
            "is_slippery": .truth(arguments["is_slippery"] == "true")
        ].merging(arguments["map_name"].map { ["map_name": .text($0)] } ?? [:]) { $1 }
        let theirs = try PythonOracle.ask(
            "table_oracle.py", TableQuestion(id: identifier, arguments: asked), TableAnswer.self)
        #expect(model.start == theirs.start)
        #expect(model.states * model.actions == theirs.pairs.count)
        for (pair, outcomes) in theirs.pairs.enumerated() {
            let (state, action) = (pair / model.actions, pair % model.actions)
            for other in outcomes {
                let same = outcomes.filter {
                    $0.successor == other.successor && $0.reward == other.reward
                        && $0.terminated == other.terminated
                }
                let own = model.transitions(state, action).filter {
                    $0.successor == other.successor && $0.reward == other.reward
                        && $0.terminates == other.terminated
                }
                let difference =
                    own.reduce(0) { $0 + $1.probability }
                    - same.reduce(0) { $0 + $1.probability }
                #expect(abs(difference) < 1e-12, "state \(state), action \(action)")
            }
        }
    }
}
