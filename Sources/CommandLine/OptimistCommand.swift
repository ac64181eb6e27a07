import ArgumentParser
import OptimistExperiments

/// The command `optimist`.
public struct OptimistCommand: ParsableCommand {
    /// Its name, its parts and examples.
    public static let configuration = CommandConfiguration(
        commandName: "optimist",
        abstract: "Reinforcement learning and control as probabilistic inference.",
        discussion: """
            Examples:
              optimist train pets --env cartpole-swingup --steps 3000 --seed 0
              optimist evaluate runs/pets-cartpole-swingup-0 --episodes 10
              optimist plot runs/pets-* --output curve.svg
              optimist solve gym:FrozenLake-v1 --discount 0.99
              optimist demonstrate information-gain
              optimist filter nile.csv --model local-level --forecast 10
            """,
        version: OptimistVersion.text,
        subcommands: [
            TrainCommand.self, EvaluateCommand.self, RunsCommand.self, CompareCommand.self,
            PlotCommand.self, SolveCommand.self, DemonstrateCommand.self, FilterCommand.self,
            AlgorithmsCommand.self, EnvironmentsCommand.self, DoctorCommand.self,
        ])

    /// A command that has not been parsed.
    public init() {}
}
