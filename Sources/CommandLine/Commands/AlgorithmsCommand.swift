import ArgumentParser
import Foundation
import OptimistAgents
import OptimistCore
import OptimistEnvironments
import OptimistExperiments
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
            """,
        subcommands: [List.self, Show.self], defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the algorithms.")
        @OptionGroup var output: OutputOptions

        func run() throws {
            var table = TextTable([.words("name"), .words("what it is")])
            for type in Catalogue.algorithms {
                table.append([type.algorithm.name, type.algorithm.summary])
            }
            try output.print(
                text: table.text(),
                json: .list(
                    Catalogue.algorithms.map {
                        .object([
                            "name": .text($0.algorithm.name), "title": .text($0.algorithm.title),
                            "summary": .text($0.algorithm.summary),
                        ])
                    }))
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

        func run() throws { try show(Catalogue.algorithm(name)) }

        private func show<A: Agent>(_ type: A.Type) throws {
            if let graph, !graph.hasSuffix(".svg") {
                throw UsageError.notAllowed(
                    option: "--graph", value: graph, allowed: "a file that ends in .svg")
            }
            let page = try AlgorithmPage(type)
            if let graph { try OutputFile.write(Data(page.graph.utf8), to: graph) }
            try output.print(text: page.text, json: page.json)
        }
    }
}

/// What `algorithms show` prints.
struct AlgorithmPage {
    private let algorithm: Algorithm
    private let fields: [SettingField]
    private let specification: BoundSpecification

    /// The page of an algorithm, with the factors that it has in its demonstration.
    init<A: Agent>(_ type: A.Type) throws {
        algorithm = A.algorithm
        fields = A.Settings.fields
        let shown = A.algorithm.demonstration
        let environment = try EnvironmentRegistry.standard.makeVector(
            name: shown.environment,
            arguments: shown.arguments.sorted { $0.key < $1.key }.map { ($0.key, $0.value) },
            count: 1)
        defer { environment.close() }
        let preset = try type.preset(nil, environment: shown.environment)
        let settings = try A.Settings().setting(
            (preset?.settings ?? []).map { ($0.key, $0.value) })
        var generator = Generator(seed: 0)
        specification = try A(
            settings, world: World(AgentUnits(environment)), using: &generator
        ).specification
    }

    var text: String {
        let presets = algorithm.presets.map { "  \($0.name): \($0.summary)" }
        return """
            \(algorithm.name): \(algorithm.title)
            \(algorithm.summary)
            Papers:
            \(algorithm.papers.map { "  " + $0 }.joined(separator: "\n"))

            \(FactorGraph(specification).text())

            Presets (--preset; the one for the environment unless named):
            \(presets.joined(separator: "\n"))

            Settings (--set key=value):
            \(SettingTable(title: "setting", fields: fields).text)

            Settings of the run, whatever the algorithm (--set run.key=value):
            \(SettingTable(title: "setting", fields: RunSettings.fields).text)
            """
    }

    /// The factor graph as a picture in SVG.
    var graph: String { FactorGraph(specification).svg(title: algorithm.title) }

    var json: JSONValue {
        get throws {
            .object([
                "name": .text(algorithm.name), "title": .text(algorithm.title),
                "summary": .text(algorithm.summary),
                "papers": .list(algorithm.papers.map { .text($0) }),
                "specification": try JSONValue(encoding: specification),
                "presets": .list(algorithm.presets.map(preset)),
                "settings": .list(fields.map(setting)),
                "runSettings": .list(RunSettings.fields.map(setting)),
            ])
        }
    }

    private func preset(_ preset: Preset) -> JSONValue {
        .object([
            "name": .text(preset.name), "summary": .text(preset.summary),
            "environments": .list(preset.environments.map { .text($0) }),
            "settings": .object(
                Dictionary(
                    preset.settings.map { ($0.key, JSONValue.text($0.value)) },
                    uniquingKeysWith: { $1 })),
        ])
    }

    private func setting(_ field: SettingField) -> JSONValue {
        .object([
            "name": .text(field.key), "meaning": .text(field.sentence),
            "kind": .text(field.kind.description), "allowed": .text(SettingTable.allowed(field)),
            "default": field.defaultValue,
        ])
    }
}
