import ArgumentParser
import OptimistCore
import OptimistExperiments
import OptimistReports

/// `optimist compare`.
struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare", abstract: "Compare runs by the statistics of Agarwal et al. 2021.",
        discussion: """
            Runs are grouped by algorithm, environment with its arguments, and settings without
            the seed; groups of one environment are compared with one another. The score of a run
            is the mean return of its last evaluation.

            Examples:
              optimist compare runs/*
              optimist compare runs/pets-* --resamples 50000 --format json
            """)

    @Argument(
        help: ArgumentHelp(
            "Runs: paths, or names under the folder of runs.", valueName: "run"))
    var selected: [String]
    @Option(help: "Resamples of the bootstrap.")
    var resamples = 2_000
    @Option(help: "The seed of the bootstrap.")
    var seed = 0
    @Option(help: "The folder that runs lie in.")
    var runs = "runs"
    @OptionGroup var output: OutputOptions

    func run() throws {
        guard (100...1_000_000).contains(resamples) else {
            throw UsageError.outOfRange(
                option: "--resamples", value: "\(resamples)", allowed: "100 to 1000000")
        }
        let groups = try RunGroup.groups(of: selected.map { try RunLocation.folder($0, in: runs) })
        let comparisons = try RunGroup.byEnvironment(groups).map { environment, groups in
            let comparison = try Comparison(
                of: RunGroup.tables(groups), bootstrap: StratifiedBootstrap(resamples: resamples),
                generator: Generator(seed: UInt64(bitPattern: Int64(seed))))
            return (environment: environment, comparison: comparison)
        }
        try output.print(
            text: comparisons.map { "\($0.environment)\n\($0.comparison.text())" }
                .joined(separator: "\n"),
            json: .list(comparisons.map { json(of: $0.comparison, named: $0.environment) }))
    }

    private func json(of comparison: Comparison, named name: String) -> JSONValue {
        guard case .object(var object) = comparison.json else { return comparison.json }
        object["name"] = .text(name)
        return .object(object)
    }
}
