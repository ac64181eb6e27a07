import ArgumentParser
import Foundation
import OptimistCore
import OptimistReports

/// `optimist demonstrate`.
struct DemonstrateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demonstrate",
        abstract: "Show what inference over states and actions does, in a table and a picture.",
        discussion: """
            Everything is exact, but for the share of random starts that distractors shows with \
            its standard error, the plans of light-dark, and the networks that iterative-inference \
            trains. Without a name the demonstrations are listed. The picture is \
            NAME.svg unless said otherwise; a .png is made by the program rsvg-convert.

            Examples:
              optimist demonstrate
              optimist demonstrate information-gain
              optimist demonstrate distractors --starts 400 --seed 1
              optimist demonstrate habit --output habit.png --format json
            """)

    @Argument(help: "The demonstration's name; all are listed where it is left out.")
    var name: String?
    @Option(help: ArgumentHelp("The picture's file, .svg or .png.", valueName: "file"))
    var output: String?
    @Option(help: "distractors: random starts of each training, 2 or more; 100 unless given.")
    var starts: Int?
    @Option(
        help: "The seed of what is random in light-dark, distractors and iterative-inference.")
    var seed: Int?
    @OptionGroup var options: OutputOptions

    func run() throws {
        guard let name else { return try list() }
        guard let demonstration = Demonstration.all.first(where: { $0.name == name }) else {
            throw UsageError.unknownDemonstration(
                name, nearest: name.nearest(among: Demonstration.all.map(\.name)))
        }
        let path = output ?? "\(name).svg"
        try check(demonstration, path)
        let result = try demonstration.run(
            .init(
                starts: starts ?? 100, seed: UInt64(bitPattern: Int64(seed ?? 0)),
                stages: StagePrinter(isQuiet: options.quiet)))
        let data =
            path.hasSuffix(".svg")
            ? Data(result.picture.utf8) : Data(try PictureConverter().png(of: result.picture))
        try OutputFile.write(data, to: path)
        try options.print(
            text: result.tables.map(\.text).joined(separator: "\n") + "wrote \(path)",
            json: json(demonstration, result, path))
    }

    private func json(
        _ demonstration: Demonstration, _ result: Demonstration.Result, _ path: String
    ) -> JSONValue {
        var object: [String: JSONValue] = [
            "name": .text(demonstration.name), "output": .text(path),
        ]
        for table in result.tables { object[table.key] = table.json }
        return .object(object)
    }

    private func list() throws {
        if output != nil || starts != nil || seed != nil {
            throw UsageError.needed(
                "which demonstration? Name one, such as optimist demonstrate optimism")
        }
        var table = TextTable([.words("name"), .words("what it shows")])
        for demonstration in Demonstration.all {
            table.append([demonstration.name, demonstration.summary])
        }
        try options.print(
            text: table.text(),
            json: .list(
                Demonstration.all.map {
                    .object(["name": .text($0.name), "summary": .text($0.summary)])
                }))
    }

    private func check(_ demonstration: Demonstration, _ path: String) throws {
        if seed != nil, !demonstration.takesSeed {
            let random = Demonstration.all.filter(\.takesSeed).map(\.name)
            throw UsageError.contradiction(
                "--seed goes with \(random.joined(separator: ", ")): \(demonstration.name) has "
                    + "nothing random")
        }
        guard path.hasSuffix(".svg") || path.hasSuffix(".png") else {
            throw UsageError.notAllowed(
                option: "--output", value: path, allowed: "a file that ends in .svg or .png")
        }
        if let starts {
            if demonstration.name != Demonstration.distractors.name {
                throw UsageError.contradiction(
                    "--starts goes with distractors: \(demonstration.name) has none")
            }
            if !(2...100_000).contains(starts) {
                throw UsageError.outOfRange(
                    option: "--starts", value: "\(starts)", allowed: "2 to 100000")
            }
        }
    }
}
