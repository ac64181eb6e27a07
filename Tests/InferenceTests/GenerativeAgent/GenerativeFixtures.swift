import OptimistInference

extension GenerativeProblem {
    /// The tables of the worked example, of which tests change some.
    struct GoldenTables {
        var start = [0.6, 0.4]
        var transition = [[[0.9, 0.1], [0.2, 0.8]], [[0.1, 0.9], [0.8, 0.2]]]
        var observation = [[0.85, 0.15], [0.15, 0.85]]
        var reward = [[0.9, 0.1], [0.3, 0.7]]
        var agentStart = [0.5, 0.5]
        var agentTransition = [[[0.8, 0.2], [0.3, 0.7]], [[0.2, 0.8], [0.7, 0.3]]]
        var agentObservation = [[0.75, 0.25], [0.25, 0.75]]
        var agentReward = [[0.8, 0.2], [0.4, 0.6]]
        var habit = [0.4, 0.6, 0.7, 0.3]
        var rewards = [0.0, 1]

        /// A deterministic environment, the agent unchanged.
        static func deterministic(start: [Double] = [1, 0]) -> GoldenTables {
            var tables = GoldenTables()
            tables.start = start
            tables.transition = [[[1, 0], [0, 1]], [[0, 1], [1, 0]]]
            tables.observation = [[1, 0], [0, 1]]
            tables.reward = [[1, 0], [0, 1]]
            return tables
        }

        func agent() throws -> GenerativeAgentTables {
            try GenerativeAgentTables(
                model: EmittingProcess(
                    initial: agentStart, transition: agentTransition,
                    observation: agentObservation, reward: agentReward), habit: habit)
        }

        func problem(
            scale: Double = 1, horizon: Int = 3, discount: Double = 1
        ) throws -> GenerativeProblem {
            try GenerativeProblem(
                environment: EmittingProcess(
                    initial: start, transition: transition, observation: observation,
                    reward: reward),
                agent: agent(), rewards: rewards, horizon: horizon, rewardScale: scale,
                rewardOffset: 1, discount: discount)
        }
    }

    /// The worked example.
    static func golden(scale: Double = 1) throws -> GenerativeProblem {
        .example(rewardScale: scale)
    }

    /// States from prior · likelihood^0.5 and uniform actions.
    var tempered: GenerativePosterior {
        let uniform = Array(
            repeating: 1 / Double(agent.actionCount), count: agent.actionCount)
        return posterior(
            states: { arrival in
                let weights = zip(arrival.prior, arrival.likelihood).map { $0 * $1.squareRoot() }
                return weights.map { $0 / weights.reduce(0, +) }
            }, actions: { _, _ in uniform })
    }
}
