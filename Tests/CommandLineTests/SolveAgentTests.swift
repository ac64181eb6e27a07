import Foundation
import OptimistCore
import Testing

/// `optimist solve FILE --agent FILE`.
@Suite struct SolveAgentTests {
    /// A run in a folder with the worked example's files and others; the folder is removed.
    private func run(_ line: String) throws -> CommandRun {
        let folder = try CommandRun.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for name in ["machine.json", "machine-agent.json"] {
            try FileManager.default.copyItem(
                atPath: PackageFolder.path + "/Examples/Models/" + name,
                toPath: folder + "/" + name)
        }
        for (name, text) in Self.files {
            try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/" + name))
        }
        return try CommandRun(["solve"] + line.split(separator: " ").map(String.init), in: folder)
    }

    private static let files = [
        "knows.json": "{\"model\": \"environment\"}",
        "doubts.json": "{\"model\": \"environment\", \"doubt\": 0.01}",
        "broken.json": "{\"model\": \"environment\",\n \"habit\": [[0.5, 0.6], [1, 0]]}",
        "three.json": """
        {"states": 3, "actions": 2, "start": [0.6, 0.3, 0.1],
         "transitions": [[[0.7, 0.2, 0.1], [0.1, 0.6, 0.3]], [[0.1, 0.8, 0.1], [0.5, 0, 0.5]],
                         [[0, 0.3, 0.7], [0.2, 0.2, 0.6]]],
         "rewards": [[0, -1], [-0.5, -0.2], [-2, 0]]}
        """,
        "tiger.POMDP": """
        discount: 0.95
        values: reward
        states: tiger-left tiger-right
        actions: listen open-left open-right
        observations: hear-left hear-right
        T: * uniform
        T: listen identity
        O: * uniform
        O: listen
        0.85 0.15
        0.15 0.85
        R: listen : * : * : * -1
        R: open-left : tiger-left : * : * -10
        R: open-left : tiger-right : * : * 1
        R: open-right : tiger-left : * : * 1
        R: open-right : tiger-right : * : * -10
        """,
    ]

    private func answer(_ line: String) throws -> [String: JSONValue] {
        let run = try run(line + " --format json")
        #expect(run.status == 0, "\(run.errors)")
        guard
            case .object(let object) = try JSONDecoder().decode(
                JSONValue.self, from: Data(run.output.utf8))
        else { return [:] }
        return object
    }

    private struct Posterior: Decodable {
        let name: String
        let bound: Bound<Double>
        let steps: [Bound<Double>]
        let expectedReturn: Double
        let boundReason: String?
    }

    private struct Plan: Decodable {
        let informationWeight: Double
        let values: [[Double]]
        let policy: [[Double]]
    }

    private struct Round: Decodable {
        let bound: Double
        let logEvidence: Double
        let expectedReturn: Double
        let habit: [[Double]]
    }

    private func decode<Value: Decodable>(
        _ answer: [String: JSONValue], _ key: String, as type: Value.Type = Value.self
    ) throws -> Value {
        try #require(answer[key]).decode(type)
    }

    @Test func `the worked example in JSON`() throws {
        let answer = try answer("machine.json --agent machine-agent.json --rounds 5")
        #expect(
            Set(answer.keys) == [
                "actions", "agentStates", "bound", "discount", "firstStep", "gap", "horizon",
                "logEvidence", "observations", "plans", "posteriors", "rewardOffset",
                "rewardScale", "rewards", "rounds", "temperature",
            ])
        #expect(abs(try decode(answer, "logEvidence", as: Double.self) - -1.396429) < 5e-7)
        #expect(abs(try decode(answer, "bound", as: Double.self) - -1.769129) < 5e-7)
        let posteriors: [Posterior] = try decode(answer, "posteriors")
        #expect(posteriors.map(\.name) == ["best", "evidence", "habitual", "blind"])
        let totals = [-1.769129, -1.769219, -1.800491, -2.653586]
        for (posterior, total) in zip(posteriors, totals) {
            #expect(abs(try #require(posterior.bound.total) - total) < 5e-7)
            let steps = posterior.steps.reduce(0) { $0 + ($1.total ?? .nan) }
            #expect(posterior.steps.count == 3 && abs(steps - total) < 5e-7)
        }
        #expect(abs(posteriors[0].expectedReturn - 1.260778) < 5e-7)
        let plans: [Plan] = try decode(answer, "plans")
        #expect(plans.map(\.informationWeight) == [0, 1])
        #expect(abs(plans[0].policy[0][1] - 0.653728) < 5e-7)
        #expect(abs(plans[1].values[1][0] - -0.758218) < 5e-7)
        let rounds: [Round] = try decode(answer, "rounds")
        #expect(rounds.count == 6 && abs(rounds[5].bound - -1.681178) < 5e-7)
        #expect(abs(rounds[0].expectedReturn - 1.260778) < 5e-7)
    }

    @Test func `the worked example for people`() throws {
        let run = try run("machine.json --agent machine-agent.json --rounds 2")
        #expect(run.status == 0 && run.errors.isEmpty)
        for words in [
            "log evidence  -1.396429347 nats", "bound         -1.769128824 nats",
            "best, q*                  -1.739222          0.620984           0.622512",
            "bright       1     0.247000  hot    0.900000   0.913458  0.787203    0.212797",
            "cold   switch  0.600000  -1.078000  0.653728               -0.766044  0.660258",
            "    2  -1.726158     -1.352441  1.299885",
        ] { #expect(run.output.contains(words), "\(words)") }
    }

    @Test func `the page shows the files of the example and what is printed`() throws {
        func text(_ name: String) throws -> String {
            try String(contentsOfFile: PackageFolder.path + "/" + name, encoding: .utf8)
        }
        let page = try text("Documentation/Inference/GenerativeAgent.md")
        let printed = try run("machine.json --agent machine-agent.json").output
        #expect(page.contains("```text\n" + printed.trimmingCharacters(in: .newlines) + "\n```"))
        for name in ["machine.json", "machine-agent.json"] {
            let lines = try text("Examples/Models/" + name).split(separator: "\n")
                .filter { !$0.contains("$schema") && !$0.contains("\"description\"") }
            #expect(page.contains("```json\n" + lines.joined(separator: "\n") + "\n```"))
        }
    }

    @Test func `an agent that knows the process solves it as one does without an agent`() throws {
        for options in ["--horizon 4", "--horizon 4 --discount 0.8 --temperature 0.5"] {
            let (plain, agent) = (
                try answer("three.json " + options),
                try answer("three.json --agent knows.json " + options)
            )
            for key in ["bound", "logEvidence", "gap"] {
                let (left, right): (Double, Double) = (
                    try decode(plain, key), try decode(agent, key)
                )
                #expect(abs(left - right) < 1e-10)
            }
            let posteriors: [Posterior] = try decode(agent, "posteriors")
            #expect(posteriors[0].steps.count == 5)
            // Who sees nothing believes in states that cannot be.
            #expect(posteriors[3].bound.informationGain == nil && posteriors[3].boundReason != nil)
        }
    }

    @Test func `the tiger needs a doubt`() throws {
        let sure = try run("tiger.POMDP --agent knows.json --horizon 2")
        #expect(sure.status == 65)
        #expect(sure.errors.contains("optimist: knows.json: at step 2 the environment can show "))
        let answer = try answer("tiger.POMDP --agent doubts.json --horizon 2 --reward-scale 0.5")
        #expect(try decode(answer, "gap", as: Double.self) > 0)
        #expect(answer["rewards"] == .list([.number(-10), .number(-1), .number(1)]))
        guard case .list(let first) = answer["firstStep"], case .object(let arrival) = first[0]
        else {
            Issue.record("no first step")
            return
        }
        #expect(first.count == 1 && arrival["observation"] == .null && arrival["reward"] == .null)
    }

    @Test(arguments: [
        (
            "machine.json", 64,
            "machine.json: states that bring rewards themselves (\"stateRewards\") are for "
                + "generative agents: give --agent"
        ),
        (
            "three.json --horizon 3 --agent nowhere.json", 66,
            "nowhere.json: the file cannot be read: there is no such file\n"
        ),
        (
            "three.json --agent knows.json", 64,
            "three.json: neither the model nor the request gives a horizon or a discount: "
        ),
        (
            "three.json --agent knows.json --discount 0.9", 64,
            "three.json: a generative agent is solved for a number of steps: give --horizon"
        ),
        (
            "machine.json --agent broken.json", 65,
            "broken.json: line 2: row 0 of \"habit\" sums to 1.1"
        ),
        (
            "three.json --horizon 3 --agent machine-agent.json", 65,
            "machine-agent.json: line "
        ),
        (
            "machine.json --agent machine-agent.json --belief-limit 9", 65,
            "machine.json: more than 9 beliefs can be reached by step 2: give a shorter --horizon "
                + "or a greater --belief-limit"
        ),
        (
            "machine.json --agent machine-agent.json --objective hard", 64,
            "--agent solves everything exactly, with the habit of its file: leave --objective out"
        ),
        ("three.json --rounds 3", 64, "--rounds and --belief-limit go with --agent"),
        (
            "machine.json --agent machine-agent.json --rounds 0", 64,
            "0 is out of range for --rounds: allowed is 1 to 100000"
        ),
    ])
    func `refused in words`(line: String, status: Int, sentence: String) throws {
        let run = try run(line)
        #expect(run.status == Int32(status), "\(run.errors)")
        #expect(run.errors.hasPrefix("optimist: " + sentence), "\(run.errors)")
        #expect(run.output.isEmpty)
    }
}
