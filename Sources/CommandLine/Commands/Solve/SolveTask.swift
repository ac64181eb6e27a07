import Foundation
import OptimistCore
import OptimistInference

/// What a command reports of a solved model.
protocol SolveReport {
    /// For programs.
    var document: ResultDocument { get }
    /// For people.
    var text: String { get }
}

extension TabularReport: SolveReport {}

extension SolveCommand {
    /// The model, from the state that was asked for.
    func started(_ description: ModelDescription) throws(SolvingError) -> ModelDescription {
        guard let start else { return description }
        var description = description
        let listed = description.model.states - description.addedStates.count
        description.model = description.model.starting(
            in: try description.model.state(named: start, of: listed))
        return description
    }

    /// Nats per unit of reward.
    var scale: Double { rewardScale ?? temperature.map { 1 / $0 } ?? 1 }
}

/// A model and what is asked of it.
struct SolveTask {
    let command: SolveCommand
    let stages: StagePrinter
    let description: ModelDescription
    private(set) var solver = ExactSolver()

    init(
        _ command: SolveCommand, _ description: ModelDescription, _ stages: StagePrinter
    ) throws {
        (self.command, self.stages) = (command, stages)
        self.description = try command.started(description)
        solver.horizon = command.horizon
        solver.discount = command.discount
        solver.rewardScale = command.scale
        solver.objective = command.objective ?? .bound
        solver.tolerance = command.tolerance
        solver.threads = command.threads
        solver.onStage = { stages.begin($0) }
        solver.onSweep = { stages.sweep($0, $1) }
        solver.prior = try prior()
    }

    private func prior() throws -> ActionPrior {
        switch command.prior {
        case "uniform": return .uniform
        case "none": return .none
        default:
            do {
                return try ActionPriorFile.read(
                    URL(fileURLWithPath: command.prior), for: description)
            } catch {
                throw ModelInputError.file(path: command.prior, error)
            }
        }
    }

    /// Solves, and simulates if asked to.
    func report() throws -> any SolveReport {
        if description.observations == nil { return try tabularReport() }
        return try beliefReport()
    }

    private var generator: Generator { Generator(seed: UInt64(bitPattern: Int64(command.seed))) }

    private func tabularReport() throws -> TabularReport {
        var solver = solver
        if let method = command.method {
            guard let tabular = method.tabular else {
                throw SolvingError.notOffered(
                    "--method \(method.rawValue) is for partially observed models, and every "
                        + "state of this one is observed")
            }
            if (command.horizon ?? description.model.details.horizon) != nil {
                throw SolvingError.notOffered(
                    "with a horizon there is one method, backward induction: leave --method out")
            }
            solver.method = tabular
        }
        let solution = try solver.solve(description.model, addedStates: description.addedStates)
        let simulation = try command.simulate.map { episodes throws in
            stages.begin("simulating \(episodes) episodes")
            return try PolicySimulation(
                of: solution, episodes: episodes, using: generator.split("simulation"))
        }
        return TabularReport(solution: solution, solver: solver, simulation: simulation)
    }

    private func beliefReport() throws -> BeliefReport {
        var (solver, method) = (solver, BeliefMethod?.none)
        let isWarm = command.temperature != nil || command.rewardScale != nil
        solver.objective = command.objective ?? (isWarm ? .bound : .hard)
        if solver.objective == .evidence {
            throw SolvingError.notOffered(
                "the evidence of a partially observed model is not offered: give --objective bound "
                    + "or hard")
        }
        if let chosen = command.method {
            method = BeliefMethod(rawValue: chosen.rawValue)
            if method == nil {
                throw SolvingError.notOffered(
                    "--method \(chosen.rawValue) is for models whose states are observed: give "
                        + BeliefMethod.allCases.map(\.rawValue).joined(separator: ", "))
            }
            let isSoft = method == .soft
            if isSoft && command.objective == .hard
                || !isSoft && (command.objective == .bound || isWarm)
            {
                throw SolvingError.notOffered(
                    "--method soft goes with the bound and a temperature, the other methods with "
                        + "--objective hard")
            }
            if isSoft { solver.objective = .bound }
        }
        let solution = try solver.solve(
            description, method: method, points: command.points,
            using: generator.split("points"))
        let simulation = command.simulate.map { episodes in
            stages.begin("simulating \(episodes) episodes")
            return PolicySimulation(
                of: solution, episodes: episodes, using: generator.split("simulation"))
        }
        return BeliefReport(
            solution: solution, solver: solver,
            observationNames: description.observations?.names, simulation: simulation)
    }
}
