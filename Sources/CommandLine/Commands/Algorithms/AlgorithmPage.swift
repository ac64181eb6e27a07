import Foundation
import OptimistAgents
import OptimistCore
import OptimistEnvironments
import OptimistExperiments
import OptimistReports

/// What `algorithms show` prints of one algorithm.
protocol ShownPage {
    /// For people.
    var text: String { get throws }
    /// For programs.
    var json: JSONValue { get throws }
    /// The factor graph as a picture in SVG.
    var graph: String { get }
}

/// What `algorithms show` prints.
struct AlgorithmPage: ShownPage {
    private let algorithm: Algorithm
    private let fields: [SettingField]
    private let specification: BoundSpecification

    /// The page of an algorithm, with the factors that it has in its demonstration.
    init<A: Agent>(_ type: A.Type) throws {
        algorithm = A.algorithm
        fields = A.Settings.fields
        specification = try type.shownSpecification()
    }

    var text: String {
        get throws {
            """
            \(algorithm.name): \(algorithm.title)
            \(algorithm.summary)
            Papers:
            \(algorithm.papers.map { "  " + $0 }.joined(separator: "\n"))

            \(FactorGraph(specification).text())\(try besideGenerativeAgent(specification))

            Shown on: \(shown)

            Presets (--preset; the one for the environment unless named):
            \(algorithm.presets.map(presetText).joined(separator: "\n"))

            Settings (--set key=value):
            \(SettingTable(title: "setting", fields: fields).text)

            Settings of the run (--set run.key=value), with this algorithm's defaults:
            \(SettingTable(title: "setting", fields: try runFields).text)
            """
        }
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
                "runSettings": .list(try runFields.map(setting)),
            ])
        }
    }

    /// The environment and steps that it is trained on unless others are named.
    private var shown: String {
        let demonstration = algorithm.demonstration
        let arguments = demonstration.arguments.sorted { $0.key < $1.key }
            .map { " --env-set \($0.key)=\($0.value)" }
        return "--env \(demonstration.environment)\(arguments.joined()) "
            + "--steps \(demonstration.steps)"
    }

    /// The run's settings, with what the algorithm asks for as defaults.
    private var runFields: [SettingField] {
        get throws {
            let asked = try JSONValue(
                encoding: RunSettings().setting(
                    algorithm.runSettings.map { ($0.key, $0.value) }))
            return RunSettings.fields.map { field in
                guard algorithm.runSettings.contains(where: { $0.key == field.key }),
                    case .object(let values) = asked
                else { return field }
                return SettingField(
                    key: field.key, sentence: field.sentence, kind: field.kind,
                    constraint: field.constraint,
                    defaultValue: values[field.key] ?? field.defaultValue)
            }
        }
    }

    /// A preset's name and what it sets, as one types it.
    private func presetText(_ preset: Preset) -> String {
        let settings = preset.settings.map { "\($0.key)=\($0.value)" }
        return "  \(preset.name): \(preset.summary)"
            + wrapped(settings, width: 96).map { "\n      " + $0 }.joined()
    }

    /// Words in lines of at most so many characters.
    private func wrapped(_ words: [String], width: Int) -> [String] {
        words.reduce(into: []) { lines, word in
            if let last = lines.last, last.count + 1 + word.count <= width {
                lines[lines.count - 1] = last + " " + word
            } else {
                lines.append(word)
            }
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

extension Agent {
    /// The specification that an agent has in its demonstration.
    static func shownSpecification() throws -> BoundSpecification {
        let shown = algorithm.demonstration
        let environment = try EnvironmentRegistry.standard.makeVector(
            name: shown.environment,
            arguments: shown.arguments.sorted { $0.key < $1.key }.map { ($0.key, $0.value) },
            count: 1)
        defer { environment.close() }
        let preset = try preset(nil, environment: shown.environment)
        let settings = try Settings().setting(preset?.agentSettings ?? [])
        var generator = Generator(seed: 0)
        return try Self(
            settings, world: World(AgentUnits(environment)), using: &generator
        ).specification
    }
}

/// What is left of the generative agent, and what is otherwise: a paragraph, empty for itself.
func besideGenerativeAgent(_ specification: BoundSpecification) throws -> String {
    let whole = try GenerativeAgent.shownSpecification()
    let lines = specification.differences(from: whole)
    if lines.isEmpty { return "" }
    return "\nBeside the generative agent:\n" + lines.map { "  \($0)" }.joined(separator: "\n")
}
