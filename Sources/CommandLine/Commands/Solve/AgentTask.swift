import Foundation
import OptimistInference

/// A generative agent in a model, and what is asked of it.
struct AgentTask {
    let command: SolveCommand
    /// The path of the agent's file.
    let path: String
    let description: ModelDescription
    let stages: StagePrinter

    init(
        _ command: SolveCommand, _ path: String, _ description: ModelDescription,
        _ stages: StagePrinter
    ) throws {
        (self.command, self.path, self.stages) = (command, path, stages)
        self.description = try command.started(description)
    }

    /// Solves.
    func report() throws -> AgentReport {
        if description.rewardsDependOnObservation, !command.options.quiet {
            StandardError.print(
                "\(command.file): rewards that depend on the observation are averaged over it")
        }
        let span = try SolvingSpan(
            horizon: command.horizon, discount: command.discount, model: description.model.details)
        guard let horizon = span.horizon else {
            throw SolvingError.notOffered(
                "a generative agent is solved for a number of steps: give --horizon")
        }
        stages.begin("arrivals")
        let environment = try GenerativeEnvironment(description)
        let agent: GenerativeAgentDescription
        do {
            agent = try GenerativeAgentFile.read(URL(fileURLWithPath: path), for: environment)
        } catch {
            throw ModelInputError.file(path: path, error)
        }
        stages.begin("beliefs")
        let problem = try named(environment) { () throws(GenerativeAgentError) in
            try GenerativeProblem(
                environment: environment.process, agent: agent.tables,
                rewards: environment.rewards,
                horizon: environment.arrivals(ofHorizon: horizon), rewardScale: command.scale,
                rewardOffset: agent.rewardOffset, discount: span.discount,
                countsFirstReward: environment.first.isPaid,
                beliefLimit: command.beliefLimit ?? 200_000)
        }
        // The tables of two posteriors, and of what is made of one of them.
        try FreeMemory.require(
            [problem.posteriorSize, 24],
            for: "the laws of \(agent.tables.stateCount) states of the agent after all that may "
                + "arrive")
        stages.begin("evidence, bound and posteriors")
        let solution = try named(environment) { () throws(GenerativeAgentError) in
            try GenerativeSolution(of: problem, rounds: command.rounds ?? 0)
        }
        return AgentReport(
            environment: environment, agent: agent, horizon: horizon, solution: solution)
    }

    /// Says what is wrong in the names of the model, and in which file.
    private func named<Value>(
        _ environment: GenerativeEnvironment, _ body: () throws(GenerativeAgentError) -> Value
    ) throws -> Value {
        do {
            return try body()
        } catch .tooManyBeliefs(let limit, let step) {
            throw ModelInputError.agent(
                path: command.file,
                "more than \(limit) beliefs can be reached by step \(step): give a shorter "
                    + "--horizon or a greater --belief-limit")
        } catch {
            throw ModelInputError.agent(path: path, environment.sentence(for: error))
        }
    }
}
