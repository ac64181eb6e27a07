import Foundation
import OptimistCore
import OptimistInference
import Testing

/// All ways to one solution meet, whatever the storage and the number of threads.
@Suite struct SolverAgreementTests {
    private typealias Program = SoftDynamicProgramming
    private static let methods: [SoftDynamicProgramming.Method] = [
        .valueIteration, .policyIteration, .modifiedPolicyIteration(evaluationSweeps: 15),
    ]
    private let fine = SoftDynamicProgramming.Stopping(tolerance: 1e-11)

    @Test(arguments: [SoftDynamicProgramming.Objective.soft, .hard])
    func `methods and a long horizon agree`(objective: SoftDynamicProgramming.Objective) throws {
        let model = try ModelFixtures.random(states: 40, actions: 5, successors: 6, seed: 3)
        let program = try Program(model, rewardScale: 2, objective: objective)
        let long = try program.solve(horizon: 400, discount: 0.9)
        for method in SolverAgreementTests.methods {
            let solution = try program.solve(discount: 0.9, method: method, stopping: fine)
            #expect(distance(solution.values, long.values[0]) < 1e-9)
            #expect(distance(solution.policy, long.policy[0]) < 1e-9)
            #expect(abs(solution.bound - long.bound) < 1e-9)
        }
    }

    @Test(arguments: [SoftDynamicProgramming.Objective.soft, .hard])
    func `sparse, dense and implicit models agree`(
        objective: SoftDynamicProgramming.Objective
    ) throws {
        let model = try ModelFixtures.random(states: 60, actions: 4, successors: 5, seed: 8)
        let sparse = try Program(model, objective: objective)
        let expected = try sparse.solve(discount: 0.9, stopping: fine)
        let models: [any TransitionModel] = [
            DenseTransitions(model), try ImplicitTransitions(Asked(table: model)),
        ]
        for other in models {
            let program = try Program(other, objective: objective)
            for method in SolverAgreementTests.methods {
                let found = try program.solve(discount: 0.9, method: method, stopping: fine)
                #expect(distance(found.values, expected.values) < 1e-9)
                #expect(distance(found.policy, expected.policy) < 1e-9)
            }
            let (left, right) = try (
                program.occupancy(of: expected.policy, discount: 0.9),
                sparse.occupancy(of: expected.policy, discount: 0.9)
            )
            #expect(distance(left, right) < 1e-9)
        }
    }

    @Test func `methods agree on a grid that slips`() throws {
        let program = try Program(ModelFixtures.grid(20), rewardScale: 10)
        let solutions = try SolverAgreementTests.methods.map {
            try program.solve(discount: 0.95, method: $0, stopping: .init(tolerance: 1e-9))
        }
        #expect(distance(solutions[0].values, solutions[1].values) < 1e-8)
        #expect(distance(solutions[0].values, solutions[2].values) < 1e-8)
        #expect(solutions[2].sweeps < solutions[0].sweeps * 2)
        for solution in solutions {
            let error = try #require(solution.certifiedError)
            #expect(error <= 1e-9)
        }
    }

    @Test func `without a discount the end makes values finite`() throws {
        let program = try Program(ModelFixtures.grid(6), rewardScale: 5)
        let found = try program.solve(discount: 1, stopping: .init(tolerance: 1e-12))
        let long = try program.solve(horizon: 3000)
        #expect(distance(found.values, long.values[0]) < 1e-9)
        let exact = try program.solve(
            discount: 1, method: .policyIteration, stopping: .init(tolerance: 1e-11))
        #expect(distance(found.values, exact.values) < 1e-9)
        #expect(found.certifiedError == nil)
    }

    @Test func `a policy that never ends has no value without a discount`() throws {
        let program = try Program(ModelFixtures.three())
        #expect(throws: DynamicProgrammingError.improperPolicy) {
            try program.evaluate([1, 0, 1, 0, 1, 0], discount: 1)
        }
    }

    @Test(arguments: [2, 3, 7])
    func `threads change no bit`(threads: Int) throws {
        let model = try ModelFixtures.random(states: 6000, actions: 3, successors: 4, seed: 2)
        for objective in [Program.Objective.soft, .hard] {
            let one = try Program(model, objective: objective).solve(discount: 0.9)
            let many = try Program(model, objective: objective, threads: threads)
                .solve(discount: 0.9)
            #expect(one == many)
        }
    }

    @Test func `elimination evaluates a policy as the solution does`() throws {
        let program = try Program(ModelFixtures.grid(20))
        let solution = try program.solve(discount: 0.9, stopping: fine)
        let values = try program.evaluate(solution.policy, discount: 0.9, stopping: fine)
        #expect(distance(values, solution.values) < 1e-9)
        let visits = try program.occupancy(of: solution.policy, discount: 0.9, stopping: fine)
        #expect(abs(visits.reduce(0, +) - 10) < 1e-9)
    }

    /// A table that is asked for one row at a time.
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
}
