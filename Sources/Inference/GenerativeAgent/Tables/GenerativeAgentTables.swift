/// A generative agent as tables: its own model of state, observation and reward, and its habit
/// (Marino and Yue 2019).
public struct GenerativeAgentTables: Sendable, Equatable {
    /// p_a(z′ | z, a) and p_a(x, r | z′): the model, which need not agree with the environment.
    public var model: EmittingProcess
    /// The action prior p_a(a | z), `[Z, A]`.
    public private(set) var habit: [Double]

    /// An agent with a model and a habit.
    ///
    /// - Parameters:
    ///   - model: the agent's model; its states are the agent's.
    ///   - habit: p_a(a | z), `[Z, A]` row by row.
    /// - Throws: `GenerativeAgentError`.
    public init(model: EmittingProcess, habit: [Double]) throws(GenerativeAgentError) {
        self.model = model
        self.habit = habit
        try check()
    }

    /// The number of the agent's states.
    public var stateCount: Int { model.stateCount }
    /// A.
    public var actionCount: Int { model.actionCount }

    /// p_a(a | z).
    public func habit(_ state: Int, _ action: Int) -> Double {
        habit[state * actionCount + action]
    }

    /// The same agent with another habit, `[Z, A]`.
    ///
    /// - Throws: `GenerativeAgentError`.
    public func with(habit: [Double]) throws(GenerativeAgentError) -> GenerativeAgentTables {
        try GenerativeAgentTables(model: model, habit: habit)
    }

    private func check() throws(GenerativeAgentError) {
        if habit.count != stateCount * actionCount {
            throw .wrongSize(
                table: "habit", count: habit.count, expected: stateCount * actionCount)
        }
        for state in 0..<stateCount {
            let row = habit[state * actionCount..<(state + 1) * actionCount]
            let sum = row.reduce(0) { $0 + ($1 >= 0 ? $1 : .nan) }
            if !(abs(sum - 1) <= 1e-8) { throw .notALaw(table: "habit", row: state, sum: sum) }
        }
    }
}
