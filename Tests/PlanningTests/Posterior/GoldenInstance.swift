import OptimistInference

/// The golden instance of the exact agent: everything binary, three steps, log p(O | r) = r − 1.
enum GoldenInstance {
    static func agent() throws -> GenerativeAgentTables {
        try GenerativeAgentTables(
            model: EmittingProcess(
                initial: [0.5, 0.5],
                transition: [[[0.8, 0.2], [0.3, 0.7]], [[0.2, 0.8], [0.7, 0.3]]],
                observation: [[0.75, 0.25], [0.25, 0.75]], reward: [[0.8, 0.2], [0.4, 0.6]]),
            habit: [0.4, 0.6, 0.7, 0.3])
    }

    static func environment() throws -> EmittingProcess {
        try EmittingProcess(
            initial: [0.6, 0.4],
            transition: [[[0.9, 0.1], [0.2, 0.8]], [[0.1, 0.9], [0.8, 0.2]]],
            observation: [[0.85, 0.15], [0.15, 0.85]], reward: [[0.9, 0.1], [0.3, 0.7]])
    }
}
