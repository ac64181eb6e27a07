import OptimistCore
import OptimistEnvironments
import OptimistInference

/// Says what a plan loses in a world whose tables are known, for records alone.
struct RegretJudge {
    private let program: SoftDynamicProgramming
    private let best: Double
    private let arms: [Double]

    /// A judge of plans over a number of steps.
    ///
    /// - Throws: `DynamicProgrammingError`.
    init(_ table: TaskTable, horizon: Int) throws {
        program = try SoftDynamicProgramming(TabularModel(table), objective: .hard)
        best = try program.solve(horizon: horizon).bound
        arms =
            table.states == 1 ? (0..<table.actions).map { table.expectedReward(0, $0) } : []
    }

    /// V* − V of a plan from the law of starts, in reward units.
    ///
    /// - Parameter plan: π_t(a | s), `[horizon][states × actions]`.
    func regret(of plan: [[Double]]) throws -> Double { best - (try program.bound(of: plan)) }

    /// What an arm of a bandit pays less than the best one on average.
    func regret(ofArm arm: Int) -> Double { arms.max()! - arms[arm] }
}
