import ArgumentParser
import OptimistCore
import OptimistEnvironments
import OptimistReports

/// `optimist environments`.
struct EnvironmentsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "environments", abstract: "List the environments, show or check one.",
        discussion: """
            Any environment of Gymnasium is named gym:Id, or gym:module:Id for one of your own.

            Examples:
              optimist environments
              optimist environments show pendulum
              optimist environments check gym:mymodule:MyTask-v0
            """,
        subcommands: [List.self, Show.self, Check.self], defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the environments.")
        @OptionGroup var output: OutputOptions

        func run() throws {
            var table = TextTable([.words("name"), .words("what it is")])
            var entries: [JSONValue] = []
            let all =
                BuiltInEnvironment.allCases.map { ($0.rawValue, $0.sentence) }
                + EnvironmentRegistry.standard.factories.map { ($0.prefix + "Id", $0.sentence) }
            for (name, sentence) in all {
                table.append([name, sentence])
                entries.append(.object(["name": .text(name), "summary": .text(sentence)]))
            }
            try output.print(text: table.text(), json: .list(entries))
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show an environment's spaces and arguments.")
        @Argument(help: "The environment's name.")
        var name: String
        @OptionGroup var output: OutputOptions

        func run() throws {
            let environment = try EnvironmentRegistry.standard.makeVector(name: name, count: 1)
            defer { environment.close() }
            let fields =
                (BuiltInEnvironment(rawValue: name).map(EnvironmentRegistry.arguments) ?? [])
                + EnvironmentRegistry.wrapperArguments
            try output.print(
                text: text(environment, fields), json: json(environment, fields))
        }

        private func text(
            _ environment: any VectorEnvironment, _ fields: [SettingField]
        ) -> String {
            """
            \(name)
            observations: \(describe(environment.observationSpace))
            actions: \(describe(environment.actionSpace))
            reward function: \(environment.knownReward == nil ? "not offered" : "known")
            termination function: \
            \(environment.knownTermination == nil ? "not offered" : "known")

            Arguments (--env-set key=value):
            \(SettingTable(title: "argument", fields: fields).text)
            """
        }

        private func json(
            _ environment: any VectorEnvironment, _ fields: [SettingField]
        ) throws -> JSONValue {
            .object([
                "name": .text(name),
                "observationSpace": try SpaceJSON(environment.observationSpace).json,
                "actionSpace": try SpaceJSON(environment.actionSpace).json,
                "knownReward": .truth(environment.knownReward != nil),
                "knownTermination": .truth(environment.knownTermination != nil),
                "arguments": .list(
                    fields.map {
                        .object([
                            "name": .text($0.key), "meaning": .text($0.sentence),
                            "allowed": .text(SettingTable.allowed($0)),
                            "default": $0.defaultValue,
                        ])
                    }),
            ])
        }

        private func describe(_ space: Space) -> String {
            switch space.kind {
            case .box(let low, let high):
                space.width <= 8
                    ? "box \(space.shape), from \(low) to \(high)" : "box \(space.shape)"
            case .discrete(let count): "one of \(count)"
            case .multiDiscrete(let counts): "one each of \(counts)"
            case .multiBinary(let count): "\(count) bits"
            case .bytes: "bytes \(space.shape)"
            }
        }
    }

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Test an environment for the usual mistakes.")
        @Argument(help: "The environment's name.")
        var name: String
        @Option(help: "Steps within which an episode of random actions has to end.")
        var steps = 2_000
        @Option(
            name: .customLong("env-set"), parsing: .singleValue,
            help: ArgumentHelp(
                "An argument of the environment or of a wrapper.", valueName: "key=value"))
        var arguments: [String] = []
        @OptionGroup var output: OutputOptions

        func run() throws {
            guard (1...10_000_000).contains(steps) else {
                throw UsageError.outOfRange(
                    option: "--steps", value: "\(steps)", allowed: "1 to 10000000")
            }
            let pairs = try arguments.map { try Assignment($0, option: "--env-set").pair }
            var environment = try EnvironmentRegistry.standard.make(name: name, arguments: pairs)
            defer { environment.close() }
            let findings = EnvironmentCheck(steps: steps).check(environment)
            try output.print(
                text: findings.isEmpty
                    ? "\(name): no mistakes found"
                    : findings.map(\.sentence).joined(separator: "\n"),
                json: .list(
                    findings.map {
                        .object([
                            "name": .text($0.kind.rawValue), "sentence": .text($0.sentence),
                        ])
                    }))
            if !findings.isEmpty { throw ExitCode(ExitStatus.data.rawValue) }
        }
    }
}

/// A space in JSON; bounds that are not finite are null.
private struct SpaceJSON {
    let space: Space

    init(_ space: Space) { self.space = space }

    var json: JSONValue {
        get throws {
            var object: [String: JSONValue] = [
                "shape": .list(space.shape.map { .number(Double($0)) })
            ]
            switch space.kind {
            case .box(let low, let high):
                object["kind"] = .text("box")
                object["low"] = .list(low.map { .number(Double($0)) })
                object["high"] = .list(high.map { .number(Double($0)) })
            case .discrete(let count):
                object["kind"] = .text("discrete")
                object["count"] = .number(Double(count))
            case .multiDiscrete(let counts):
                object["kind"] = .text("multiDiscrete")
                object["counts"] = .list(counts.map { .number(Double($0)) })
            case .multiBinary(let count):
                object["kind"] = .text("multiBinary")
                object["count"] = .number(Double(count))
            case .bytes: object["kind"] = .text("bytes")
            }
            return .object(object)
        }
    }
}
