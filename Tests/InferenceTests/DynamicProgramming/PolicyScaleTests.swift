import OptimistCore
import OptimistInference
import Testing

/// Policies of models beyond the reach of elimination, and forward passes on several threads.
@Suite struct PolicyScaleTests {
    private typealias Program = SoftDynamicProgramming
    private let fine = SoftDynamicProgramming.Stopping(tolerance: 1e-9)

    /// A table that is asked for one row at a time, so that only sweeps are possible.
    private struct Asked: ImplicitModel {
        let table: TabularModel
        var states: Int { table.states }
        var actions: Int { table.actions }
        var start: [Double] { table.start }
        func isAvailable(_ action: Int, in state: Int) -> Bool {
            table.pairs.pair(state: state, action: action) != nil
        }
        func successors(
            of state: Int, action: Int, _ visit: (Int, Double, Double) -> Void
        ) {
            guard let pair = table.pairs.pair(state: state, action: action) else { return }
            table.transitions.forEachInRow(pair) { visit($0, $1, table.rewards[pair]) }
        }
    }

    @Test(arguments: [0.9, 0.98])
    func `a linear system and sweeps evaluate a policy alike`(discount: Double) throws {
        let model = try ModelFixtures.grid(46)
        let stored = try Program(model, rewardScale: 3)
        let asked = try Program(ImplicitTransitions(Asked(table: model)), rewardScale: 3)
        let policy = try stored.solve(discount: 0.8).policy
        let (left, right) = try (
            stored.evaluate(policy, discount: discount, stopping: fine),
            asked.evaluate(policy, discount: discount, stopping: fine)
        )
        #expect(distance(left, right) < 2e-9)
        let (visits, swept) = try (
            stored.occupancy(of: policy, discount: discount, stopping: fine),
            asked.occupancy(of: policy, discount: discount, stopping: fine)
        )
        #expect(distance(visits, swept) < 2e-9)
        #expect(abs(visits.reduce(0, +) - 1 / (1 - discount)) < 2e-9)
        #expect(visits.allSatisfy { $0 >= 0 })
    }

    @Test func `elimination and iteration agree on a policy`() throws {
        // Alone, a policy of 1,600 states is evaluated by elimination; policy iteration iterates.
        let program = try Program(ModelFixtures.grid(40))
        let found = try program.solve(discount: 0.99, method: .policyIteration, stopping: fine)
        let values = try program.evaluate(found.policy, discount: 0.99)
        #expect(distance(found.values, values) < 2e-9)
        let swept = try program.solve(discount: 0.99, stopping: fine)
        #expect(distance(found.values, swept.values) < 2e-9)
        #expect(found.sweeps < 60)
    }

    // Terminal states stay at 0 while the middle of bounds moves the others: a far-sighted program
    // with an end once kept policy iteration from stopping.
    @Test(arguments: [SoftDynamicProgramming.Objective.soft, .hard])
    func `policy iteration ends where a task does`(objective: SoftDynamicProgramming.Objective)
        throws
    {
        let program = try Program(cliff(900), objective: objective)
        let found = try program.solve(
            discount: 0.999, method: .policyIteration,
            stopping: .init(tolerance: 1e-7, maximumSweeps: 200_000))
        let other = try program.solve(discount: 0.999, stopping: .init(tolerance: 1e-7))
        #expect(distance(found.values, other.values) < 2.1e-7)
        // Hard improvement learns of the end one state a round.
        #expect(found.sweeps < (objective == .hard ? 901 : 100))
    }

    /// States in a row, the last one terminal; a step ahead succeeds in 8 of 10 cases and costs 1,
    /// staying is free.
    private func cliff(_ states: Int) throws -> TabularModel {
        var entries: [Transition] = []
        for state in 0..<states - 1 {
            for (next, probability) in [(state + 1, 0.8), (max(state - 1, 0), 0.2)] {
                entries.append(
                    .init(
                        state: state, action: 0, next: next, probability: probability,
                        reward: next == states - 1 ? 50 : -0.01))
            }
            entries.append(
                .init(state: state, action: 1, next: state, probability: 1, reward: 0))
        }
        var start = Array(repeating: 0.0, count: states)
        start[0] = 1
        return try TabularModel(states: states, actions: 2, entries: entries, start: start)
    }

    @Test func `without a discount a large model is solved by its linear system`() throws {
        let program = try Program(ModelFixtures.grid(50), objective: .hard)
        let policy = try program.solve(discount: 0.95).policy
        let values = try program.evaluate(policy, discount: 1, stopping: .init(tolerance: 1e-10))
        let long = try program.evaluate(Array(repeating: policy, count: 4000))
        #expect(distance(values, long[0]) < 1e-7)
    }

    @Test(arguments: [2, 3, 7])
    func `threads change no bit of a forward pass`(threads: Int) throws {
        let model = try ModelFixtures.random(states: 9000, actions: 3, successors: 4, seed: 2)
        let one = try Program(model)
        let many = try Program(model, threads: threads)
        let solution = try one.solve(horizon: 12)
        #expect(try many.solve(horizon: 12).stateMarginals == solution.stateMarginals)
        let policy = solution.policy[0]
        #expect(
            try many.occupancy(of: policy, discount: 0.9)
                == one.occupancy(of: policy, discount: 0.9))
        #expect(
            try many.evaluate(policy, discount: 0.9) == one.evaluate(policy, discount: 0.9))
    }

    @Test func `gathering and handing out carry the same law`() throws {
        let model = try ModelFixtures.grid(30)
        let stored = try Program(model).solve(horizon: 40)
        let asked = try Program(ImplicitTransitions(Asked(table: model))).solve(horizon: 40)
        for (left, right) in zip(stored.stateMarginals, asked.stateMarginals) {
            #expect(distance(left, right) < 1e-14)
            #expect(abs(left.reduce(0, +) - 1) < 1e-12)
        }
    }
}
