import ArgumentParser
import Foundation
import OptimistCore
import OptimistExperiments
import OptimistReports

/// `optimist runs`.
struct RunsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs", abstract: "List, show and delete runs.",
        discussion: """
            Examples:
              optimist runs
              optimist runs show pets-pendulum-0 --format json
              optimist runs delete pets-pendulum-0
            """,
        subcommands: [List.self, Show.self, Delete.self], defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the runs in a folder.")
        @Option(help: "The folder that runs lie in.")
        var runs = "runs"
        @OptionGroup var output: OutputOptions

        func run() throws {
            // A run that cannot be read is named, and hides no other.
            let summaries: [RunSummary] = try RunLocation.all(in: runs).compactMap { folder in
                do {
                    return try RunSummary(folder)
                } catch {
                    StandardError.print("optimist: \(folder.name) is left out: \(error)")
                    return nil
                }
            }
            try output.print(
                text: RunSummary.table(summaries), json: .list(try summaries.map { try $0.json }))
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what a run is and how far it came.")
        @Argument(
            help: ArgumentHelp(
                "A run: a path, or a name under the folder of runs.", valueName: "run"))
        var selected: String
        @Option(help: "The folder that runs lie in.")
        var runs = "runs"
        @OptionGroup var output: OutputOptions

        func run() throws {
            let summary = try RunSummary(RunLocation.folder(selected, in: runs))
            try output.print(text: summary.text, json: summary.json)
        }
    }

    struct Delete: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Delete a run and its files.")
        @Argument(
            help: ArgumentHelp(
                "A run: a path, or a name under the folder of runs.", valueName: "run"))
        var selected: String
        @Option(help: "The folder that runs lie in.")
        var runs = "runs"
        @OptionGroup var output: OutputOptions

        func run() throws {
            let folder = try RunLocation.folder(selected, in: runs)
            try folder.delete()
            try output.print(
                text: "deleted \(folder.path)", json: .object(["deleted": .text(folder.path)]))
        }
    }
}

/// What `runs` tells of a run.
struct RunSummary {
    let folder: RunFolder
    let description: RunDescription
    let rows: [RunStore.Row]

    init(_ folder: RunFolder) throws {
        self.folder = folder
        description = try folder.readDescription()
        rows = try RunStore.readRows(of: folder)
    }

    private var steps: Int { folder.checkpointSteps().last ?? 0 }

    private func last(_ kind: Record.Kind) -> RunStore.Row? { rows.last { $0.kind == kind } }

    private var evaluation: Double? {
        last(.evaluation)?.metrics.first { $0.name == "return" }?.value
    }

    static func table(_ summaries: [RunSummary]) -> String {
        if summaries.isEmpty { return "no runs yet: optimist train pets makes one" }
        var table = TextTable([
            .words("run"), .words("algorithm"), .words("environment"), .numbers("seed"),
            .numbers("steps"), .numbers("evaluation"),
        ])
        for summary in summaries {
            table.append([
                summary.folder.name, summary.description.algorithm,
                summary.description.environment, "\(summary.description.seed)",
                "\(summary.steps)/\(summary.description.steps)",
                summary.evaluation.map(RecordLine.short) ?? "-",
            ])
        }
        return table.text()
    }

    var text: String {
        var lines = [
            "run: \(folder.path)", "algorithm: \(description.algorithm)",
            "environment: \(description.environment) \(arguments)",
            "seed: \(description.seed), threads: \(description.threads), device: "
                + "\(description.device), version: \(description.version)",
            "steps: \(steps) of \(description.steps)",
            "checkpoints: \(folder.checkpointSteps().map(String.init).joined(separator: ", "))",
        ]
        for kind in [Record.Kind.episode, .learning, .evaluation] {
            guard let row = last(kind) else { continue }
            let numbers = row.metrics.map { "\($0.name) \(RecordLine.short($0.value))" }
            lines.append(
                "last \(kind.rawValue) (step \(row.step)): \(numbers.joined(separator: ", "))")
        }
        for row in rows where row.kind == .notice {
            if let line = RecordLine(row).text { lines.append("notice: \(line)") }
        }
        return lines.joined(separator: "\n")
    }

    private var arguments: String {
        description.environmentArguments.sorted { $0.key < $1.key }
            .map { "\($0.key)=\($0.value)" }.joined(separator: " ")
    }

    var json: JSONValue {
        get throws {
            let described = try JSONValue(encoding: description)
            let finite = evaluation.flatMap { $0.isFinite ? $0 : nil }
            return .object([
                "name": .text(folder.name), "run": .text(folder.path),
                "steps": .number(Double(steps)), "description": described,
                "evaluation": finite.map { .number($0) } ?? .null,
                "checkpoints": .list(folder.checkpointSteps().map { .number(Double($0)) }),
                "bound": try last(.learning)?.bound.map { try JSONValue(encoding: $0) } ?? .null,
                "records": .number(Double(rows.count)),
            ])
        }
    }
}
