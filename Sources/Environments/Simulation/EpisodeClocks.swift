import OptimistCore

/// Step counters and phases of the copies of a vector environment.
struct EpisodeClocks {
    private var steps: ContiguousArray<Int>
    private var phases: ContiguousArray<EpisodePhase>
    private let limit: Int
    private let name: String

    init(count: Int, limit: Int?, name: String) {
        steps = .init(repeating: 0, count: count)
        phases = .init(repeating: .fresh, count: count)
        self.limit = limit ?? .max
        self.name = name
    }

    mutating func start(_ copy: Int) {
        steps[copy] = 0
        phases[copy] = .running
    }

    /// Refuses the step if any active copy is outside an episode or has a bad action.
    func checkAll(
        _ actions: UnsafePointer<Float>, active: UnsafePointer<Bool>, using check: ActionCheck
    ) throws {
        for copy in steps.indices where active[copy] {
            try phases[copy].checkRunning(name, copy: copy, steps: steps[copy])
            try check.check(actions + copy * check.width, step: steps[copy] + 1, copy: copy)
        }
    }

    /// Counts a step of every active copy and writes how it ended.
    mutating func tick(
        _ terminated: UnsafePointer<Bool>, active: UnsafePointer<Bool>, endings: inout [Ending]
    ) {
        for copy in steps.indices where active[copy] {
            steps[copy] += 1
            let ending = Ending(
                terminated: terminated[copy], truncated: steps[copy] >= limit)
            endings[copy] = ending
            if ending != .none { phases[copy] = .over }
        }
    }
}
