import Foundation
import OptimistCore
import Testing

@Suite struct DemonstrateCommandTests {
    static let names = [
        "information-gain", "noisy-tv", "light-dark", "distractors", "habit", "optimism",
        "empowerment", "iterative-inference",
    ]

    /// A run in a folder of its own, which is removed; what it left there by name.
    private func run(_ line: String) throws -> (run: CommandRun, files: [String: String]) {
        let folder = try CommandRun.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let run = try CommandRun(
            ["demonstrate"] + line.split(separator: " ").map(String.init), in: folder)
        var files: [String: String] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
            files[name] = try String(contentsOfFile: folder + "/" + name, encoding: .utf8)
        }
        return (run, files)
    }

    /// The tables of a demonstration in JSON.
    private func tables(_ line: String) throws -> [String: [[String: JSONValue]]] {
        let run = try run(line + " --format json").run
        #expect(run.status == 0, "\(run.errors)")
        guard
            case .object(let object) = try JSONDecoder().decode(
                JSONValue.self, from: Data(run.output.utf8))
        else { return [:] }
        return object.compactMapValues { value in
            guard case .list(let rows) = value else { return nil }
            return rows.compactMap { if case .object(let row) = $0 { row } else { nil } }
        }
    }

    private func number(_ row: [String: JSONValue]?, _ key: String) -> Double {
        if case .number(let number) = row?[key] { number } else { .nan }
    }

    @Test func `without a name the demonstrations are listed`() throws {
        let (run, files) = try run("")
        #expect(run.status == 0 && files.isEmpty)
        for name in Self.names { #expect(run.output.contains(name)) }
        let json = try self.run("--format json").run.output
        guard case .list(let rows) = try JSONDecoder().decode(JSONValue.self, from: Data(json.utf8))
        else {
            Issue.record("no list: \(json)")
            return
        }
        let found = rows.map { row -> String? in
            guard case .object(let object) = row, case .text(let name) = object["name"] else {
                return nil
            }
            return name
        }
        #expect(found == Self.names)
    }

    @Test(arguments: names)
    func `each writes its tables and one picture`(name: String) throws {
        let (run, files) = try run(name == "distractors" ? "distractors --starts 2" : name)
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.hasSuffix("wrote \(name).svg\n"))
        #expect(Array(files.keys) == ["\(name).svg"])
        let picture = try #require(files["\(name).svg"])
        #expect(picture.hasPrefix("<svg") && picture.hasSuffix("</svg>\n"))
        #expect(picture.contains("<path") || picture.contains("<rect x"))
        #expect(!picture.contains("nan"))
    }

    @Test func `information is what the scores of the table say`() throws {
        let tables = try tables("information-gain --output a.svg")
        let scores = try #require(tables["scores"])
        #expect(scores.count == 4)
        let expected: [[Double]] = [
            [log(2), 0, 0, 0.5, 0.25, 0.25], [0, -log(2), 0, 0.4, 0.2, 0.4],
            [-log(2), -log(2), 0, 0.25, 0.25, 0.5], [log(2), log(2), 0, 0.4, 0.4, 0.2],
        ]
        let keys = [
            "informative", "noisy", "certain", "choiceInformative", "choiceNoisy", "choiceCertain",
        ]
        for (row, values) in zip(scores, expected) {
            for (key, value) in zip(keys, values) { #expect(abs(number(row, key) - value) < 1e-12) }
        }
        let cue = try #require(tables["cue"])
        for (row, value) in zip(cue, [0.494632, 0.693147, 0, 0.130812, 0.025834, 0, 0.45]) {
            #expect(abs(number(row, "value") - value) < 5e-7)
        }
        let light = try #require(tables["light"])
        for (index, value) in [(0, 0.00398), (2, 0.01099), (4, 0.09116), (5, 4.60522)] {
            #expect(abs(number(light[index], "information") - value) < 5.1e-6)
        }
    }

    @Test func `noise changes everything but the information`() throws {
        let tables = try tables("noisy-tv")
        let (television, beside) = (
            try #require(tables["television"]), try #require(tables["beside"])
        )
        for row in television {
            #expect(number(row, "mutualInformation") == 0)
            #expect(abs(number(row, "choiceMutualInformation") - 0.25) < 1e-12)
        }
        #expect(abs(number(television[1], "choicePredictiveEntropy") - 0.4) < 1e-12)
        #expect(number(television.last, "choicePredictiveEntropy") > 0.98)
        let coins = number(beside.last, "coins")
        let first = number(beside.first, "mutualInformation")
        #expect(abs(number(beside.last, "mutualInformation") - first) < 1e-12)
        for key in ["logLikelihood", "logMarginal"] {
            let fall = number(beside.first, key) - number(beside.last, key)
            #expect(abs(fall - coins * log(2)) < 1e-12)
        }
    }

    @Test func `habits and futures are those of the tables`() throws {
        let habit = try tables("habit")
        let chain = try #require(habit["chain"]).filter { number($0, "rewardScale") == 1 }
        for (row, value) in zip(chain, [2.4, 7.7196, 14.3802, 15.5966, 15.8427]) {
            #expect(abs(number(row, "value") - value) < 6e-5)
        }
        for (row, gain) in zip(try #require(habit["line"]), [0.3, 0.628841, 0.624339, 0.622484]) {
            #expect(abs(number(row, "gain") - gain) < 5e-7)
        }
        let agent = try #require(habit["agent"])
        for (row, bound) in zip(agent, [-1.769129, -1.746295, -1.726158, -1.681178, -1.643792]) {
            #expect(abs(number(row, "bound") - bound) < 5e-7)
        }
        #expect(abs(number(agent.last, "bound") - -1.623055) < 5e-7)
        let optimism = try tables("optimism")
        let choices = try #require(optimism["choices"])
        #expect(abs(number(choices[0], "safe") - 0.622459) < 5e-7)
        #expect(abs(number(choices[1], "safe") - 0.211890) < 5e-7)
        for row in try #require(optimism["futures"]) {
            guard
                let expected = [2: (0.3162, 0.5792), 20: (0.5852, 0.6145)][number(row, "futures")]
            else { continue }
            #expect(abs(number(row, "weighted") - expected.0) < 5.1e-5)
            #expect(abs(number(row, "averaged") - expected.1) < 5.1e-5)
        }
    }

    @Test func `iterations come closer to the evidence than an encoder, also where it is lost`()
        throws
    {
        let tables = try tables("iterative-inference")
        for (name, share) in [("known", 0.5), ("changed", 0.1)] {
            let rows = try #require(tables[name])
            #expect(rows.count == 11)
            let (first, last) = (rows[0], rows[10])
            let encoder = number(first, "encoder")
            #expect(number(first, "fromPrior") > 5)
            #expect(number(first, "fromEncoder") == encoder)
            #expect(number(last, "fromPrior") < share * encoder)
            #expect(number(last, "fromEncoder") < share * encoder)
        }
        // A single iteration helps where the encoder is good already.
        let known = try #require(tables["known"])
        #expect(number(known[1], "fromEncoder") < 0.5 * number(known[0], "encoder"))
    }

    @Test func `information leads to the light`() throws {
        let tables = try tables("light-dark --seed 3")
        let plans = try #require(tables["plans"])
        #expect(number(plans[0], "furthest") < 3 && number(plans[1], "furthest") > 4)
        #expect(number(plans[1], "information") > 5)
        #expect(try #require(tables["paths"]).count == 31)
    }

    @Test func `empowerment counts the places within reach`() throws {
        let places = try #require(try tables("empowerment --output a.svg")["places"])
        #expect(places.count == 5)
        // A corner and two neighbours; a cell and four; four moves of three steps and staying.
        #expect(abs(number(places.first, "steps1") - log(3)) < 1e-5)
        #expect(abs(number(places[2], "steps1") - log(5)) < 1e-5)
        #expect(abs(number(places.last, "steps1") - log(3)) < 1e-5)
        #expect(number(places[2], "steps3") > number(places.first, "steps3") + 0.5)
        #expect(number(places.last, "steps3") > number(places.first, "steps3"))
    }

    /// Of 20 starts at 8 copies and reward scale 2; known shares are 0.03 at weight 0 and 1 at 1.
    @Test func `distractors win without the marginal likelihood, by any seed`() throws {
        let first = try tables("distractors --starts 20 --seed 1")
        let rows = try #require(first["shares"])
        #expect(number(rows[0], "copies") == 8 && number(rows[0], "rewardScale") == 2)
        #expect(abs(number(rows[0], "threshold") - 12.1301) < 5.1e-5)
        #expect(number(rows[0], "share") < 0.2)
        #expect(number(rows[5], "marginalWeight") == 1 && number(rows[5], "share") > 0.95)
        #expect(try tables("distractors --starts 20 --seed 1") == first)
    }

    @Test(arguments: [
        ("optimsm", "there is no demonstration 'optimsm'; did you mean 'optimism'?"),
        ("dreams", "there is no demonstration 'dreams'; optimist demonstrate lists them"),
        (
            "habit --output a.pdf",
            "--output cannot be 'a.pdf': give a file that ends in .svg or .png"
        ),
        ("habit --starts 5", "--starts goes with distractors: habit has none"),
        (
            "optimism --seed 1",
            "--seed goes with light-dark, distractors, iterative-inference: optimism has nothing "
                + "random"
        ),
        ("distractors --starts 1", "1 is out of range for --starts: allowed is 2 to 100000"),
        (
            "--output a.svg",
            "which demonstration? Name one, such as optimist demonstrate optimism"
        ),
    ])
    func `refused in words`(line: String, sentence: String) throws {
        let (run, files) = try run(line)
        #expect(run.status == 64 && files.isEmpty)
        #expect(run.errors == "optimist: \(sentence)\n")
    }

    @Test func `a folder that is not there is named`() throws {
        let (run, files) = try run("optimism --output nowhere/a.svg")
        #expect(run.status == 73 || run.status == 66, "\(run.status)")
        #expect(run.errors.contains("nowhere/a.svg") && files.isEmpty, "\(run.errors)")
    }
}
