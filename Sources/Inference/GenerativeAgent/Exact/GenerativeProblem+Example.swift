import OptimistCore

extension GenerativeProblem {
    /// The worked example of the documentation: a machine that is cold or hot, seen through a lamp.
    ///
    /// A hot machine pays 1 in 7 of 10 cases, a cold one in 1 of 10. The lamp is bright when the
    /// machine is hot, or dark when it is cold, in 85 of 100 cases. Waiting leaves the machine as it
    /// is most of the time, switching turns it over. The agent's own model is less sure of
    /// everything, and its habit switches a cold machine in 6 of 10 cases and a hot one in 3.
    /// There are three steps, and log p(O = 1 | r) = rewardScale · (r − 1).
    ///
    /// - Parameter rewardScale: nats per unit of reward.
    public static func example(rewardScale: Double = 1) -> GenerativeProblem {
        do {
            let machine = try EmittingProcess(
                initial: [0.6, 0.4],
                transition: [[[0.9, 0.1], [0.2, 0.8]], [[0.1, 0.9], [0.8, 0.2]]],
                observation: [[0.85, 0.15], [0.15, 0.85]], reward: [[0.9, 0.1], [0.3, 0.7]])
            let model = try EmittingProcess(
                initial: [0.5, 0.5],
                transition: [[[0.8, 0.2], [0.3, 0.7]], [[0.2, 0.8], [0.7, 0.3]]],
                observation: [[0.75, 0.25], [0.25, 0.75]], reward: [[0.8, 0.2], [0.4, 0.6]])
            return try GenerativeProblem(
                environment: machine,
                agent: GenerativeAgentTables(model: model, habit: [0.4, 0.6, 0.7, 0.3]),
                rewards: [0, 1], horizon: 3, rewardScale: rewardScale, rewardOffset: 1)
        } catch {
            fail("GenerativeProblem.example", "\(error)")
        }
    }
}
