import Foundation
import OptimistCore
import OptimistInference
import Testing

/// Partially observed models from files, by every method.
@Suite struct BeliefSolverTests {
    private let tiger = """
        discount: 0.95
        values: reward
        states: tiger-left tiger-right
        actions: listen open-left open-right
        observations: hear-left hear-right
        T: * uniform
        T: listen identity
        O: * uniform
        O: listen
        0.85 0.15
        0.15 0.85
        R: listen : * : * : * -1
        R: open-left : tiger-left : * : * -100
        R: open-left : tiger-right : * : * 10
        R: open-right : tiger-left : * : * 10
        R: open-right : tiger-right : * : * -100
        """

    private func description() throws -> ModelDescription {
        try ModelFile.read(Data(tiger.utf8))
    }

    private func solver(_ objective: ExactSolver.Objective = .hard) -> ExactSolver {
        var solver = ExactSolver()
        solver.objective = objective
        return solver
    }

    @Test func `the tiger without an end, exactly`() throws {
        let solution = try solver().solve(description(), using: Generator(seed: 0))
        #expect(solution.method == .pointBased && solution.kind == .exact)
        #expect(abs(solution.value - 19.3713683749) < 1e-9)
        #expect(solution.policy == [1, 0, 0])
        #expect(abs(try #require(solution.upperBound) - 87.1794871795) < 1e-8)
        guard case .vectors(let steps) = solution.form else {
            Issue.record("no alpha vectors")
            return
        }
        #expect(steps.count == 1 && steps[0].count >= 5)
        let best = steps[0].map { $0.value([0.5, 0.5]) }.max()
        #expect(best == solution.value)
    }

    @Test func `the tiger for three steps: values and the number of vectors`() throws {
        var solver = solver()
        solver.horizon = 3
        let exact = try solver.solve(description(), using: Generator(seed: 0))
        #expect(exact.method == .exact && abs(exact.value - 2.3098) < 1e-12)
        guard case .vectors(let steps) = exact.form else {
            Issue.record("no alpha vectors")
            return
        }
        #expect(steps.map(\.count) == [9, 5, 3])
        let points = try solver.solve(
            description(), method: .pointBased, using: Generator(seed: 0))
        #expect(points.kind == .exact && abs(points.value - 2.3098) < 1e-12)
        let simulation = PolicySimulation(of: points, episodes: 4000, using: Generator(seed: 2))
        #expect(simulation.truncation == 0)
        #expect(abs(simulation.mean - 2.3098) < 4 * simulation.standardError)
    }

    @Test func `upper bounds claim too much`() throws {
        for (method, claim) in [(BeliefMethod.fullyObserved, 189), (.fastInformed, 87.1794871795)] {
            let solution = try solver().solve(
                description(), method: method, using: Generator(seed: 0))
            #expect(solution.kind == .upperBound && abs(solution.value - claim) < 1e-8)
            let simulation = PolicySimulation(
                of: solution, episodes: 2000, using: Generator(seed: 1))
            #expect(simulation.expected == solution.value)
            #expect(abs(simulation.mean - 19.3713683749) < 4 * simulation.standardError)
        }
    }

    @Test func `the soft tiger, with its prior and without`() throws {
        for (temperature, value) in [(1.0, -0.5259354106), (5, -66.2063606082)] {
            var solver = solver(.bound)
            solver.rewardScale = 1 / temperature
            let solution = try solver.solve(description(), using: Generator(seed: 0))
            #expect(solution.method == .soft && abs(solution.value - value) < 1e-8)
            solver.prior = .none
            let bare = try solver.solve(description(), using: Generator(seed: 0))
            // The log of three actions for each step, discounted.
            let shift = temperature * log(3) / 0.05
            #expect(abs(bare.value - value - shift) < 1e-8)
            #expect(largestDifference(bare.policy, solution.policy) < 1e-12)
            #expect(
                abs(bare.actionValues[0] - solution.actionValues[0] - 0.95 * shift) < 1e-8)
        }
        var cold = solver(.bound)
        cold.rewardScale = 100
        let solution = try cold.solve(description(), using: Generator(seed: 0))
        #expect(abs(try #require(solution.expectedReturn) - 19.3713683749) < 1e-3)
    }

    @Test func `a soft plan of a horizon is the belief tree`() throws {
        var solver = solver(.bound)
        solver.horizon = 4
        let solution = try solver.solve(description(), using: Generator(seed: 0))
        let model = try PartiallyObservedModel(description(), discount: 0.95)
        let tree = BeliefTree(model, horizon: 4, temperature: 1)
        #expect(abs(solution.value - tree.value([0.5, 0.5])) < 1e-10)
        #expect(largestDifference(solution.policy, tree.actionLaw([0.5, 0.5])) < 1e-12)
        let simulation = PolicySimulation(of: solution, episodes: 4000, using: Generator(seed: 4))
        #expect(abs(simulation.mean - simulation.expected) < 4 * simulation.standardError)
    }

    @Test func `more points than can be closed give a bound between`() throws {
        let model = try PartiallyObservedFixture.random(5, 3, 3, seed: 4, discount: 0.8)
        let description = ModelDescription(
            model: model.dynamics, observations: PartiallyObservedFixture.table(model))
        var solver = solver()
        solver.discount = 0.8
        let few = try solver.solve(description, points: 5, using: Generator(seed: 0))
        let many = try solver.solve(description, points: 60, using: Generator(seed: 0))
        #expect(few.kind == .lowerBound && many.kind == .lowerBound)
        #expect(few.value <= many.value + 1e-6)
        #expect(many.value <= (try #require(many.upperBound)))
        let simulation = PolicySimulation(of: many, episodes: 2000, using: Generator(seed: 5))
        #expect(simulation.mean > many.value - 4 * simulation.standardError)
    }

    /// A corridor of cells that one walks with slips and sees the ends of, dimly; a goal inside sends
    /// back to anywhere.
    private func corridor(_ cells: Int) throws -> ModelDescription {
        var text = """
            discount: 0.9
            values: cost
            states: \(cells)
            actions: west east
            observations: open west-end east-end
            start exclude: 4
            T: west : 4 uniform
            T: east : 4 uniform
            O: * : * 0.8 0.1 0.1
            O: * : 0 0.2 0.7 0.1
            O: * : \(cells - 1) 0.2 0.1 0.7
            R: * : * : * : * 1
            R: * : * : 4 : * -5

            """
        for cell in 0..<cells where cell != 4 {
            for (action, next) in [("west", max(cell - 1, 0)), ("east", min(cell + 1, cells - 1))] {
                text +=
                    next == cell
                    ? "T: \(action) : \(cell) : \(cell) 1\n"
                    : "T: \(action) : \(cell) : \(next) 0.9\nT: \(action) : \(cell) : \(cell) 0.1\n"
            }
        }
        return try ModelFile.read(Data(text.utf8))
    }

    @Test func `a corridor lies between its bounds, and the policy earns its value`() throws {
        let description = try corridor(12)
        #expect(description.model.start[4] == 0 && description.model.rewards[0] == -1)
        let generator = Generator(seed: 0)
        let points = try solver().solve(description, points: 40, using: generator)
        let informed = try solver().solve(description, method: .fastInformed, using: generator)
        let observed = try solver().solve(description, method: .fullyObserved, using: generator)
        #expect(points.kind == .lowerBound && points.upperBound == informed.value)
        #expect(points.value < informed.value && informed.value <= observed.value)
        let simulation = PolicySimulation(of: points, episodes: 3000, using: Generator(seed: 6))
        #expect(simulation.mean > points.value - 4 * simulation.standardError)
        #expect(simulation.mean < informed.value + 4 * simulation.standardError)
    }

    @Test func `what does not fit partially observed models is refused`() throws {
        let generator = Generator(seed: 0)
        let plain = ModelDescription(model: try ModelFixtures.three())
        var solver = solver()
        solver.discount = 0.9
        #expect(throws: SolvingError.self) { try solver.solve(plain, using: generator) }
        #expect(throws: SolvingError.self) { try solver.solve(description(), using: generator) }
        solver.discount = nil
        #expect(throws: SolvingError.self) {
            try solver.solve(description(), method: .exact, using: generator)
        }
        var soft = self.solver(.bound)
        soft.prior = .table([1, 0, 0, 0, 1, 0])
        let error = #expect(throws: SolvingError.self) {
            try soft.solve(description(), using: generator)
        }
        #expect(try #require(error).description.contains("differs between states"))
    }
}

extension PartiallyObservedFixture {
    /// The observation laws of a model as a file gives them.
    static func table(_ model: PartiallyObservedModel) -> ObservationTable {
        var text = ""
        for action in 0..<model.actionCount {
            for state in 0..<model.stateCount {
                for seen in 0..<model.observationCount {
                    let value = model.observationProbability(seen, state: state, action: action)
                    text += (text.isEmpty ? "" : ",") + "[\(state),\(action),\(seen),\(value)]"
                }
            }
        }
        var file = ""
        ModelFile.write(model.dynamics) { file += $0 }
        let whole =
            "{\"observations\": [\(text)], \"observationNames\": \(model.observationCount), "
            + file.dropFirst()
        do {
            return try ModelFile.read(Data(whole.utf8)).observations!
        } catch {
            preconditionFailure("\(error)")
        }
    }
}
