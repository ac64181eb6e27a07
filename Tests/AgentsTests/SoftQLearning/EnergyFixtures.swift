import OptimistAgents
import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistInference
import OptimistTorch

/// Three states with two actions, as a table, as tensors and as a replay.
enum EnergyFixtures {
    /// p(s′ | s, a), `[states][actions][states]`.
    static let laws: [[[Double]]] = [
        [[0.8, 0.2, 0], [0.1, 0.6, 0.3]], [[0.5, 0.4, 0.1], [0, 0.3, 0.7]],
        [[0.2, 0.2, 0.6], [0.6, 0, 0.4]],
    ]
    /// r(s, a).
    static let rewards: [[Double]] = [[-1, -2], [-0.5, -1.5], [0, -0.3]]
    /// Every move certain: the next state of each pair.
    static let certain = [[0, 1], [0, 2], [2, 0]]

    /// The table.
    static func model() throws -> TabularModel {
        try TabularModel(dense: laws, rewards: rewards, start: [1, 0, 0])
    }

    /// One backup of Q `[states, actions]` by the agent's functions, the expectation enumerated.
    static func backUp(_ values: Tensor, _ backup: SoftBackup) -> Tensor {
        let table = Tensor(laws.flatMap { $0.flatMap { $0 } }, shape: [6, 3])
        let following = table.matmul(backup.value(values).unsqueezed(axis: 1)).squeezed(axis: 1)
        return backup.targets(
            rewards: Tensor(rewards.flatMap { $0 }), continuation: Tensor.ones(like: following),
            values: following
        ).reshaped([3, 2])
    }

    /// A backup with a uniform prior in double precision.
    static func backup(scale: Double = 1, discount: Double = 0.9) -> SoftBackup {
        SoftBackup(
            logPrior: Tensor([0.5, 0.5]).log(), rewardScale: scale, discount: discount)
    }

    /// The world of the three states, seen as a number.
    static let world = World(
        name: "three-states", observationSpace: .discrete(3), actionSpace: .discrete(2))

    /// A replay of transitions in which every pair's successors are as frequent as they are likely,
    /// in tenths.
    static func replay(seed: UInt64) -> Replay {
        let replay = Replay(
            layout: EpisodeLayout(
                observations: world.observationSpace, actions: world.actionSpace),
            generator: Generator(seed: seed))
        for state in 0..<3 {
            for action in 0..<2 {
                for next in 0..<3 {
                    for _ in 0..<Int((laws[state][action][next] * 10).rounded()) {
                        let episode = replay.begin(seed: 0, first: .floats([Float(state)]))
                        replay.append(
                            to: episode, action: [Float(action)],
                            step: Step(
                                observation: .floats([Float(next)]),
                                reward: rewards[state][action], ending: .truncated))
                    }
                }
            }
        }
        return replay
    }
}
