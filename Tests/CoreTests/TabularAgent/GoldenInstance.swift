extension TabularProblem {
    /// The golden instance TG-1: everything binary, three steps, log p(O | r) = α (r − 1).
    static func golden(rewardScale: Double = 1) -> TabularProblem {
        TabularProblem(
            environment: TabularEnvironment(
                initial: [0.6, 0.4],
                transition: [[[0.9, 0.1], [0.2, 0.8]], [[0.1, 0.9], [0.8, 0.2]]],
                observation: [[0.85, 0.15], [0.15, 0.85]],
                reward: [[0.9, 0.1], [0.3, 0.7]], rewards: [0, 1]),
            agent: TabularAgent(
                initial: [0.5, 0.5],
                transition: [[[0.8, 0.2], [0.3, 0.7]], [[0.2, 0.8], [0.7, 0.3]]],
                observation: [[0.75, 0.25], [0.25, 0.75]],
                reward: [[0.8, 0.2], [0.4, 0.6]],
                habit: [[0.4, 0.6], [0.7, 0.3]]),
            horizon: 3, rewardScale: rewardScale, rewardOffset: 1)
    }

    /// TG-1 with a deterministic environment and the same agent.
    static func deterministic(initial: [Double] = [1, 0]) -> TabularProblem {
        var problem = golden()
        problem.environment = TabularEnvironment(
            initial: initial,
            transition: [[[1, 0], [0, 1]], [[0, 1], [1, 0]]],
            observation: [[1, 0], [0, 1]], reward: [[1, 0], [0, 1]], rewards: [0, 1])
        return problem
    }

    /// The agent's filter, and actions from its habit.
    var habitual: TabularPosterior {
        posterior { .init(state: $0.filter, action: agent.habit) }
    }

    /// States from the transition prior, as if nothing were seen, and actions from habit.
    var blind: TabularPosterior {
        posterior { .init(state: $0.prior, action: agent.habit) }
    }

    /// States from prior · likelihood^0.5 and uniform actions.
    var tempered: TabularPosterior {
        posterior { arrival in
            let weights = zip(arrival.prior, arrival.likelihood).map { $0 * $1.squareRoot() }
            let total = weights.reduce(0, +)
            let uniform = Array(repeating: 1 / Double(actions), count: actions)
            return .init(
                state: weights.map { $0 / total },
                action: Array(repeating: uniform, count: states))
        }
    }
}
