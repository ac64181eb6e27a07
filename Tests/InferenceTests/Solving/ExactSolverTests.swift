import Foundation
import OptimistCore
import OptimistInference
import Testing

/// The solver behind the command, on models whose decimals are known.
@Suite struct ExactSolverTests {
    private func solver(
        _ objective: ExactSolver.Objective = .bound, horizon: Int? = nil, discount: Double? = nil
    ) -> ExactSolver {
        var solver = ExactSolver()
        solver.horizon = horizon
        solver.discount = discount
        solver.objective = objective
        solver.prior = ModelFixtures.threePrior
        return solver
    }

    private func agree(_ found: Double?, _ known: Double) throws {
        #expect(abs(try #require(found) - known) < 1e-9)
    }

    @Test func `three steps: evidence, bound, gap and both policies`() throws {
        let model = try ModelFixtures.three()
        let best = try solver(horizon: 3).solve(model)
        try agree(best.logEvidence.value, -1.2566570978)
        try agree(best.bound.value, -1.3037975455)
        try agree(best.gap.value, 0.0471404477)
        let values = try #require(best.values.value)
        #expect(
            largestDifference(values[0], [-1.2365974941, -1.2619414568, -1.8325661201]) < 1e-9)
        let policy = best.policyTable(try #require(best.policy.value)[0])
        #expect(
            largestDifference(policy.map { $0[0] }, [0.7506926015, 0.2344229053, 0.1616035038])
                < 1e-9)
        let posterior = try solver(.evidence, horizon: 3).solve(model)
        #expect(posterior.logEvidence == best.logEvidence)
        #expect(abs(try #require(posterior.gap.value) - (try #require(best.gap.value))) < 1e-14)
        let marginals = try #require(posterior.stateMarginals.value)
        let known = [
            [0.629287392, 0.3115696969, 0.0591429111], [0.5305815901, 0.2847230027, 0.1846954072],
            [0.4587390799, 0.2939908192, 0.2472701008],
        ]
        for (law, expected) in zip(marginals, known) {
            #expect(largestDifference(law, expected) < 1e-9)
        }
        let law = posterior.policyTable(try #require(posterior.policy.value)[0])
        #expect(
            largestDifference(law.map { $0[0] }, [0.7469989205, 0.2301993379, 0.1614664791])
                < 1e-9)
    }

    @Test func `without an end: random lengths, the discounted bound and hard values`() throws {
        let model = try ModelFixtures.three()
        let best = try solver(discount: 0.9).solve(model)
        try agree(best.logEvidence.value, -1.8171386985)
        try agree(best.bound.value, -4.7577870892)
        #expect(
            largestDifference(
                try #require(best.values.value)[0],
                [-4.6898353733, -4.7159805399, -5.2909170323]) < 1e-9)
        let posterior = try solver(.evidence, discount: 0.9).solve(model)
        #expect(
            largestDifference(
                try #require(posterior.values.value)[0],
                [-1.7933933893, -1.7482919617, -2.2602945710]) < 1e-9)
        let hard = try solver(.hard, discount: 0.9).solve(model)
        #expect(
            largestDifference(
                try #require(hard.values.value)[0],
                [-0.3050847458, -0.4745762712, -0.3050847458]) < 1e-9)
        #expect(
            hard.policyTable(try #require(hard.policy.value)[0]) == [[1, 0], [0, 1], [0, 1]])
        try agree(hard.bound.value, -4.7577870892)
        #expect(hard.stateMarginals.value?[0].reduce(0, +) ?? 0 > 1 - 1e-9)
    }

    @Test func `values are in reward units, bounds in nats`() throws {
        var solver = solver(discount: 0.9)
        for (scale, known) in [
            (10.0, [-0.99415, -1.14110, -1.03472]), (1000, [-0.311986, -0.481257, -0.312391]),
        ] {
            solver.rewardScale = scale
            let solution = try solver.solve(ModelFixtures.three())
            let values = try #require(solution.values.value)[0]
            #expect(largestDifference(values, known) < 1e-5)
            let mean = 0.6 * values[0] + 0.3 * values[1] + 0.1 * values[2]
            #expect(abs(try #require(solution.bound.value) - scale * mean) < 1e-9 * scale)
        }
    }

    @Test func `the forest by every method, hard and soft`() throws {
        var solver = ExactSolver()
        solver.discount = 0.96
        let methods: [SoftDynamicProgramming.Method] = [
            .valueIteration, .policyIteration, .modifiedPolicyIteration(evaluationSweeps: 20),
        ]
        for method in methods {
            solver.method = method
            solver.objective = .hard
            let hard = try solver.solve(ModelFixtures.forest())
            #expect(
                largestDifference(
                    try #require(hard.values.value)[0], [74.6496, 78.1056, 82.1056]) < 1e-8)
            solver.objective = .bound
            let soft = try solver.solve(ModelFixtures.forest())
            #expect(
                largestDifference(
                    try #require(soft.values.value)[0], [57.51321524, 60.91862513, 64.91432024])
                    < 1e-8)
        }
    }

    @Test func `an evidence that diverges is missing with its reason, and the rest is there`()
        throws
    {
        var solver = ExactSolver()
        solver.discount = 0.9
        solver.prior = .none
        let solution = try solver.solve(ModelFixtures.three())
        #expect(solution.logEvidence.value == nil)
        #expect(try #require(solution.logEvidence.reason).contains("diverges at discount 0.9"))
        #expect(solution.gap.reason != nil && solution.bound.value != nil)
        solver.objective = .evidence
        #expect(try solver.solve(ModelFixtures.three()).values.reason != nil)
    }

    @Test func `what model and request say has to agree`() throws {
        let details = TabularModelDetails(discount: 0.9, horizon: 4)
        #expect(
            try SolvingSpan(horizon: 4, discount: 0.9, model: details)
                == .steps(4, discount: 0.9))
        #expect(
            try SolvingSpan(horizon: nil, discount: nil, model: .init(discount: 0.5))
                == .endless(discount: 0.5))
        #expect(
            try SolvingSpan(horizon: 3, discount: nil, model: .init()) == .steps(3, discount: 1))
        #expect(
            throws: SolvingError.disagreement(what: "horizon", asked: "5", model: "4")
        ) { try SolvingSpan(horizon: 5, discount: nil, model: details) }
        #expect(
            throws: SolvingError.disagreement(what: "discount", asked: "0.8", model: "0.9")
        ) { try SolvingSpan(horizon: nil, discount: 0.8, model: details) }
        #expect(throws: SolvingError.noHorizon) {
            try SolvingSpan(horizon: nil, discount: nil, model: .init())
        }
    }

    @Test func `what cannot be solved is refused before it is begun`() throws {
        let model = try ModelFixtures.three()
        #expect(throws: SolvingError.neverEnds) { try solver(discount: 1).solve(model) }
        let error = #expect(throws: SolvingError.self) {
            try solver(horizon: 1 << 50).solve(model)
        }
        guard case .memory(_, let needed, let available) = try #require(error) else {
            Issue.record("not refused for its size: \(String(describing: error))")
            return
        }
        #expect(needed == (1 << 50) * (2 * 3 + 6) * 8 && available < needed)
        var wrong = solver(horizon: 2)
        wrong.prior = .table([0.5, 0.5, 0.5, 0.5, 0.5, 0.6])
        #expect(throws: SolvingError.self) { try wrong.solve(model) }
    }

    @Test func `undiscounted with an end that is reached`() throws {
        var solver = ExactSolver()
        solver.discount = 1
        solver.objective = .hard
        let solution = try solver.solve(ModelFixtures.grid(4))
        let values = try #require(solution.values.value)[0]
        // Six moves at least, five of which cost 0.04; slips make it more.
        #expect(values[0] < 1 - 5 * 0.04 && values[0] > 0 && values[15] == 0)
        #expect(solution.logEvidence.reason != nil && solution.stateMarginals.reason != nil)
    }

    @Test func `simulated returns are within four standard errors of the exact one`() throws {
        for (objective, horizon) in [
            (ExactSolver.Objective.bound, Int?.none), (.hard, nil), (.evidence, 5),
        ] {
            let solution = try solver(objective, horizon: horizon, discount: 0.9)
                .solve(ModelFixtures.three(edge: true))
            let simulation = try PolicySimulation(
                of: solution, episodes: 4000, using: Generator(seed: 3))
            #expect(simulation.standardError > 0)
            #expect(
                abs(simulation.mean - simulation.expected)
                    < 4 * simulation.standardError + simulation.truncation)
        }
    }

    @Test func `a start in one state, by name or number`() throws {
        let model = try TabularModel(
            dense: [[[0, 1]], [[1, 0]]], rewards: [[1], [3]], start: [1, 0],
            details: .init(stateNames: ["low", "7"]))
        #expect(try model.state(named: "7") == 1 && model.state(named: "1") == 1)
        #expect(throws: SolvingError.unknownState("lov", count: 2)) {
            try model.state(named: "lov")
        }
        var solver = ExactSolver()
        solver.horizon = 1
        let solution = try solver.solve(model.starting(in: 1))
        #expect(solution.bound.value == 3 && solution.logEvidence.value == 3)
    }
}
