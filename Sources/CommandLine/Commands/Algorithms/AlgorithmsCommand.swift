import ArgumentParser
import Foundation
import OptimistAgents
import OptimistCore
import OptimistReports

/// `optimist algorithms`.
struct AlgorithmsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "algorithms", abstract: "List the algorithms, or show one.",
        discussion: """
            Examples:
              optimist algorithms
              optimist algorithms show pets
              optimist algorithms show pets --graph pets.svg
              optimist algorithms show kalman-filter
            """,
        subcommands: [List.self, Show.self], defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the algorithms.")
        @OptionGroup var output: OutputOptions

        func run() throws {
            var agents = TextTable([.words("agent"), .words("what it is")])
            for type in Catalogue.algorithms {
                agents.append([type.algorithm.name, type.algorithm.summary])
            }
            var methods = TextTable([.words("method"), .words("what it is")])
            for method in Catalogue.methods { methods.append([method.name, method.summary]) }
            try output.print(
                text: """
                    Agents, to train:
                    \(agents.text())

                    Solvers, filters and planners:
                    \(methods.text())
                    """,
                json: .list(entries))
        }

        private var entries: [JSONValue] {
            Catalogue.algorithms.map { type in
                let algorithm = type.algorithm
                return entry("agent", algorithm.name, algorithm.title, algorithm.summary)
            } + Catalogue.methods.map { entry("method", $0.name, $0.title, $0.summary) }
        }

        private func entry(
            _ kind: String, _ name: String, _ title: String, _ summary: String
        ) -> JSONValue {
            .object([
                "kind": .text(kind), "name": .text(name), "title": .text(title),
                "summary": .text(summary),
            ])
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show an algorithm: factors, papers, presets and settings.")
        @Argument(help: "The algorithm's name.")
        var name: String
        @Option(help: ArgumentHelp("Draw the factor graph in a file, .svg.", valueName: "file"))
        var graph: String?
        @OptionGroup var output: OutputOptions

        func run() throws {
            if let graph, !graph.hasSuffix(".svg") {
                throw UsageError.notAllowed(
                    option: "--graph", value: graph, allowed: "a file that ends in .svg")
            }
            try Catalogue.nameShown(name)
            if let method = Catalogue.method(name) {
                try print(MethodPage(method))
            } else {
                try show(Catalogue.algorithm(name))
            }
        }

        private func show<A: Agent>(_ type: A.Type) throws { try print(AlgorithmPage(type)) }

        private func print(_ page: some ShownPage) throws {
            if let graph { try OutputFile.write(Data(page.graph.utf8), to: graph) }
            try output.print(text: page.text, json: page.json)
        }
    }
}
