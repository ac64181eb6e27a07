import OptimistTorch

/// The plan that is followed in each environment, and how far.
public struct PlanOfModelCarry: CarryState {
    /// π_t(a | s), `[env][horizon][states × actions]`; empty before the first step.
    var plans: [[[Double]]]
    /// Steps of it that were taken, `[env]`.
    var steps: [Int]

    init(environments: Int) {
        plans = Array(repeating: [], count: environments)
        steps = Array(repeating: 0, count: environments)
    }

    /// Writes every row.
    public func save(to archive: Archive) throws {
        archive.store(plans, as: "plans")
        archive.store(steps, as: "steps")
    }

    /// Reads what `save` wrote.
    public mutating func load(from archive: Archive) throws {
        let count = steps.count
        plans = try archive.value("plans")
        steps = try archive.value("steps")
        if plans.count != count || steps.count != count {
            throw archive.invalid("plans", "it has \(plans.count) rows, not \(count)")
        }
    }
}
