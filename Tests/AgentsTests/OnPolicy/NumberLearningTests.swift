import OptimistAgents
import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistModels
import OptimistTorch
import Testing

/// One step: a number is shown, and the best action is half of it.
private struct HalfTask: Task {
    let name = "half"
    let observationSpace = Space.box(-1, 1, shape: [1])
    let actionSpace = Space.box(-1, 1, shape: [1])
    let timeLimit: Int? = nil

    func start(using generator: inout Generator) -> Float {
        generator.uniform() < 0.5 ? -1 : 1
    }

    func advance(
        _ state: inout Float, action: UnsafePointer<Float>, using generator: inout Generator
    ) -> (reward: Double, terminated: Bool) {
        let distance = Double(action[0] - 0.5 * state)
        return (-distance * distance, true)
    }

    func observe(_ state: Float, into row: UnsafeMutablePointer<Float>) { row[0] = state }
}

/// Every agent of an actor-critic learns which numbers to give.
@Suite struct NumberLearningTests {
    private func learns<A: ActorCriticAgent>(
        _ type: A.Type, rounds: Int, _ change: (inout A.Settings) -> Void,
        material: (Replay, Int) -> Material = { .rollouts($0.rollout(since: $1)) }
    ) throws {
        let task = HalfTask()
        var settings = A.Settings()
        change(&settings)
        var generator = Generator(seed: 1)
        let world = World(
            name: "half", observationSpace: task.observationSpace,
            actionSpace: task.actionSpace)
        let agent = try A(settings, world: world, using: &generator)
        try task.live(
            agent, steps: 1, episodes: 64, rounds: rounds, seed: 2, material: material)
        let shown = Tensor([-1.0, 1.0], shape: [2, 1]).to(.float32)
        let means = agent.networks.policy.predict(agent.networks.encoder(shown)).best.doubles()
        #expect(abs(means[0] + 0.5) < 0.15 && abs(means[1] - 0.5) < 0.15, "\(means)")
    }

    private var networks: PolicySettings {
        var settings = PolicySettings()
        settings.units = [16]
        settings.initialDeviation = 0.5
        return settings
    }

    @Test func `REINFORCE and advantage actor-critic`() throws {
        try learns(REINFORCE.self, rounds: 150) {
            $0.networks = networks
            $0.descent.learningRate = 0.01
        } material: { replay, _ in
            .episodes(Array(replay.episodes))
        }
        try learns(A2C.self, rounds: 200) {
            $0.networks = networks
            $0.descent.learningRate = 0.01
        }
    }

    @Test func `trust regions and ratios`() throws {
        try learns(TRPO.self, rounds: 100) { $0.networks = networks }
        try learns(PPO.self, rounds: 60) {
            $0.networks = networks
            $0.descent.learningRate = 3e-3
        }
        for inner in InnerInference.allCases {
            try learns(IteratedInference.self, rounds: inner == .surrogate ? 80 : 300) {
                $0.networks = networks
                $0.inner = inner
                $0.descent.learningRate = 3e-3
            }
        }
    }

    @Test func `expectation and maximization`() throws {
        try learns(VMPO.self, rounds: 100) {
            $0.networks = networks
            $0.minibatch = 64
            $0.descent.learningRate = 3e-3
        }
        try learns(AWR.self, rounds: 100) {
            $0.networks = networks
            $0.valueSteps = 5
            $0.policySteps = 10
            $0.minibatch = 64
            $0.policyLearningRate = 3e-3
        } material: { replay, _ in
            .all(replay)
        }
    }
}
