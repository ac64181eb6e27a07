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
            let entries = try RunLocation.all(in: runs).map(RunEntry.init)
            // A run that cannot be read is named, and hides no other.
            for entry in entries {
                if let problem = entry.problem { StandardError.print("optimist: \(problem)") }
            }
            try output.print(
                text: RunEntry.table(entries), json: .list(try entries.map { try $0.json }))
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
