import Foundation
import OptimistCore
import Testing

/// A folder with model files, and the command run in it.
private final class ModelFolder {
    let path: String

    init() throws {
        path = try CommandRun.folder()
        for (name, text) in [
            ("three.json", Self.three), ("prior.json", "[[0.5,0.5],[0.25,0.75],[0.6,0.4]]"),
            ("lottery.json", Self.lottery), ("forest.MDP", Self.forest),
            ("tiger.POMDP", Self.tiger),
        ] { try write(name, text) }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path + "/" + name))
    }

    func run(_ line: String) throws -> CommandRun {
        try CommandRun(["solve"] + line.split(separator: " ").map(String.init), in: path)
    }

    /// The result in JSON of a run that has to succeed.
    func solve(_ line: String) throws -> Answer {
        let run = try run(line + " --format json")
        #expect(run.status == 0, "\(run.errors)")
        return Answer(
            json: try JSONDecoder().decode(JSONValue.self, from: Data(run.output.utf8)))
    }

    static let three = """
        {"states": 3, "actions": 2, "start": [0.6, 0.3, 0.1],
         "transitions": [[[0.7, 0.2, 0.1], [0.1, 0.6, 0.3]], [[0.1, 0.8, 0.1], [0.5, 0, 0.5]],
                         [[0, 0.3, 0.7], [0.2, 0.2, 0.6]]],
         "rewards": [[0, -1], [-0.5, -0.2], [-2, 0]]}
        """
    static let lottery = """
        {"states": ["begin", "safe", "win", "lose"], "actions": ["sure", "gamble"],
         "start": "begin", "horizon": 2,
         "transitions": [["begin", "sure", "safe", 1], ["begin", "gamble", "win", 0.5],
                         ["begin", "gamble", "lose", 0.5],
                         ["safe", "sure", "safe", 1], ["safe", "gamble", "safe", 1],
                         ["win", "sure", "win", 1], ["win", "gamble", "win", 1],
                         ["lose", "sure", "lose", 1], ["lose", "gamble", "lose", 1]],
         "rewards": [["safe", "sure", -1], ["safe", "gamble", -1],
                     ["lose", "sure", -10], ["lose", "gamble", -10]]}
        """
    static let forest = """
        discount: 0.96
        values: reward
        states: young middle old
        actions: wait cut
        start: young
        T: wait
        0.1 0.9 0
        0.1 0 0.9
        0.1 0 0.9
        T: cut : * : young 1
        R: wait : old : * : * 4
        R: cut : middle : * : * 1
        R: cut : old : * : * 2
        """
    static let tiger = """
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
        R: open-left : tiger-left : * : * -100
        R: open-left : tiger-right : * : * 10
        R: open-right : tiger-left : * : * 10
        R: open-right : tiger-right : * : * -100
        """
}

/// An answer in JSON.
private struct Answer {
    let json: JSONValue

    subscript(key: String) -> JSONValue? {
        if case .object(let object) = json { object[key] } else { nil }
    }

    func number(_ key: String) throws -> Double { try self[key]?.decode(Double.self) ?? .nan }
    func row(_ key: String) throws -> [Double] { try self[key]?.decode([Double].self) ?? [] }
    func table(_ key: String) throws -> [[Double]] { try self[key]?.decode([[Double]].self) ?? [] }
    func steps(_ key: String) throws -> [[[Double]]] {
        try self[key]?.decode([[[Double]]].self) ?? []
    }
}

private func agree(_ found: [Double], _ known: [Double], _ tolerance: Double = 1e-9) -> Bool {
    found.count == known.count && zip(found, known).allSatisfy { abs($0 - $1) < tolerance }
}

@Suite struct SolveCommandTests {
    @Test func `three steps of a model in JSON`() throws {
        let answer = try ModelFolder().solve("three.json --horizon 3 --prior prior.json")
        #expect(abs(try answer.number("logEvidence") + 1.2566570978) < 1e-9)
        #expect(abs(try answer.number("bound") + 1.3037975455) < 1e-9)
        #expect(abs(try answer.number("gap") - 0.0471404477) < 1e-9)
        let (values, policy) = (try answer.table("values"), try answer.steps("policy"))
        #expect(values.count == 3 && policy.count == 3)
        #expect(agree(values[0], [-1.2365974941, -1.2619414568, -1.8325661201]))
        #expect(agree(policy[0].map { $0[0] }, [0.7506926015, 0.2344229053, 0.1616035038]))
        #expect(agree(try answer.table("stateMarginals")[0], [0.6, 0.3, 0.1]))
    }

    @Test func `the exact posterior of three steps`() throws {
        let answer = try ModelFolder().solve(
            "three.json --horizon 3 --prior prior.json --objective evidence")
        let marginals = try answer.table("stateMarginals")
        #expect(agree(marginals[0], [0.629287392, 0.3115696969, 0.0591429111]))
        #expect(agree(marginals[2], [0.4587390799, 0.2939908192, 0.2472701008]))
        #expect(
            agree(
                try answer.steps("policy")[0].map { $0[0] },
                [0.7469989205, 0.2301993379, 0.1614664791]))
    }

    @Test func `the lottery: the posterior seeks risk, the bound does not`() throws {
        let folder = try ModelFolder()
        let best = try folder.solve("lottery.json")
        #expect(abs(try best.number("logEvidence") + 0.8348234919) < 1e-9)
        #expect(abs(try best.number("bound") + 1.6749972526) < 1e-9)
        #expect(abs(try best.number("gap") - 0.8401737608) < 1e-9)
        #expect(abs(try best.steps("policy")[0][0][1] - 0.0179862100) < 1e-9)
        for (scale, gamble) in [(0.1, 0.4304818), (1, 0.5761279714), (2, 0.7869860)] {
            let posterior = try folder.solve(
                "lottery.json --objective evidence --reward-scale \(scale)")
            #expect(abs(try posterior.steps("policy")[0][0][1] - gamble) < 1e-7)
        }
        let wild = try folder.solve("lottery.json --reward-scale 10")
        #expect(abs(try wild.number("logEvidence") + 1.3862035654) < 1e-9)
    }

    @Test func `without an end, at temperatures and by a reward scale`() throws {
        let folder = try ModelFolder()
        let answer = try folder.solve("three.json --discount 0.9 --prior prior.json")
        #expect(abs(try answer.number("logEvidence") + 1.8171386985) < 1e-9)
        #expect(abs(try answer.number("bound") + 4.7577870892) < 1e-9)
        #expect(agree(try answer.row("values"), [-4.6898353733, -4.7159805399, -5.2909170323]))
        #expect(try answer.table("policy").count == 3 && answer["horizon"] == .null)
        let cold = try folder.solve(
            "three.json --discount 0.9 --prior prior.json --temperature 0.001")
        #expect(agree(try cold.row("values"), [-0.311986, -0.481257, -0.312391], 1e-6))
        let scaled = try folder.solve(
            "three.json --discount 0.9 --prior prior.json --reward-scale 1000")
        #expect(try scaled.row("values") == cold.row("values"))
        let start = try folder.solve("three.json --discount 0.9 --prior prior.json --start 2")
        #expect(abs(try start.number("bound") + 5.2909170323) < 1e-9)
    }

    @Test func `an evidence that diverges is null with a reason`() throws {
        let answer = try ModelFolder().solve("three.json --discount 0.9 --prior none")
        #expect(answer["logEvidence"] == .null && answer["gap"] == .null)
        guard case .text(let reason)? = answer["logEvidenceReason"] else {
            Issue.record("no reason")
            return
        }
        #expect(reason.contains("diverges"))
        #expect(answer["gapReason"] != nil && answer["boundReason"] == nil)
    }

    @Test func `the forest in Cassandra's format, hard and soft`() throws {
        let folder = try ModelFolder()
        let hard = try folder.solve("forest.MDP --objective hard --method value-iteration")
        #expect(agree(try hard.row("values"), [74.6496, 78.1056, 82.1056], 1e-8))
        let soft = try folder.solve("forest.MDP --discount 0.96")
        #expect(agree(try soft.row("values"), [57.51321524, 60.91862513, 64.91432024], 1e-8))
        #expect(
            agree(
                try soft.table("policy").map { $0[0] }, [0.94989707, 0.99547929, 0.99977396], 1e-8))
        #expect(soft["states"] == .list([.text("young"), .text("middle"), .text("old")]))
        let text = try folder.run("forest.MDP --simulate 100 --seed 3")
        #expect(text.status == 0 && text.errors.isEmpty)
        for word in ["log evidence", "bound", "gap", "middle", "p(cut)", "standard error"] {
            #expect(text.output.contains(word))
        }
    }

    @Test func `the tiger: value, alpha vectors, belief, policy and simulated return`() throws {
        let folder = try ModelFolder()
        let answer = try folder.solve("tiger.POMDP --simulate 2000 --seed 1")
        #expect(abs(try answer.number("value") - 19.3713683749) < 1e-8)
        #expect(try answer.row("belief") == [0.5, 0.5] && answer.row("policy") == [1, 0, 0])
        guard case .list(let vectors)? = answer["alphaVectors"],
            case .object(let simulation)? = answer["simulation"]
        else {
            Issue.record("no vectors or no simulation")
            return
        }
        #expect(vectors.count >= 5)
        let (mean, error) = (
            try #require(simulation["meanReturn"]).decode(Double.self),
            try #require(simulation["standardError"]).decode(Double.self)
        )
        #expect(abs(mean - 19.3713683749) < 4 * error && error < 1)
        let again = try folder.solve("tiger.POMDP --simulate 2000 --seed 1")
        #expect(again.json == answer.json)
        let steps = try folder.solve("tiger.POMDP --horizon 3")
        #expect(abs(try steps.number("value") - 2.3098) < 1e-12)
        let soft = try folder.solve("tiger.POMDP --objective bound --temperature 5")
        #expect(abs(try soft.number("value") + 66.2063606082) < 1e-8)
    }

    @Test func `the file of a result is the result, and serves as a prior`() throws {
        let folder = try ModelFolder()
        let run = try folder.run(
            "three.json --discount 0.9 --prior prior.json --format json --output first.json")
        let written = try String(contentsOfFile: folder.path + "/first.json", encoding: .utf8)
        #expect(run.status == 0 && run.output == written)
        // The policy just found as the next prior only gains reward.
        let second = try folder.solve(
            "three.json --discount 0.9 --prior first.json --simulate 2")
        guard case .object(let simulation)? = second["simulation"] else {
            Issue.record("no simulation")
            return
        }
        let earned = try #require(simulation["expectedReturn"]).decode(Double.self)
        #expect(abs(earned + 1.197173) < 1e-6)
    }

    @Test(arguments: [
        Refusal("solve nowhere.json --horizon 2", 66, "nowhere.json: the file cannot be read"),
        Refusal("solve three.json", 64, "three.json: neither the model nor the request gives"),
        Refusal(
            "solve forest.MDP --discount 0.9", 64,
            "forest.MDP: the discount asked for is 0.9, and the model's own is 0.96"),
        Refusal(
            "solve three.json --horizon 2 --temperature 1 --reward-scale 1", 64,
            "give --temperature or --reward-scale, not both"),
        Refusal("solve three.json --horizon 0", 64, "0 is out of range for --horizon"),
        Refusal("solve three.json --discount 1.5", 64, "1.5 is out of range for --discount"),
        Refusal("solve three.json --discount 1", 64, "three.json: the discount is 1"),
        Refusal("solve three.json --horizon 2 --start 3", 64, "three.json: there is no state 3"),
        Refusal("solve three.json --horizon 2 --method pbvi", 64, "three.json: --method pbvi"),
        Refusal(
            "solve three.json --horizon 2 --method value-iteration", 64,
            "three.json: with a horizon there is one method"),
        Refusal("solve three.json --horizon 2 --env-set a=1", 64, "--env-set goes with"),
        Refusal("solve pendulum --horizon 2", 64, "pendulum has no table of transitions"),
        Refusal(
            "solve tiger.POMDP --objective evidence", 64,
            "tiger.POMDP: the evidence of a partially observed model"),
        Refusal(
            "solve three.json --horizon 1000000000000000", 65,
            "three.json: a solution of 1000000000000000 steps of 3 states and 6 pairs needs"),
    ])
    func `requests that cannot be met`(refusal: Refusal) throws {
        try refuse(refusal, in: ModelFolder())
    }

    @Test(arguments: [
        ("", "bad: the file is empty"), ("hello", "bad: line 1: discount, values, states"),
        (
            "{\"states\":2,\"actions\":1,\n\"transitions\":[[0,0,1,0.5],[1,0,0,1]],\"horizon\":1}",
            "bad: the successors of state 0, action 0 have probabilities that sum to 0.5"
        ),
        (
            "{\"states\":2,\"actions\":1,\n\"transitions\":[[0,0,1,-1]]}",
            "bad: line 2: a probability from 0 to 1 expected, found \"-1"
        ),
        (
            "{\"states\":[\"a\"],\"actions\":1,\n\"transitions\":[[\"a\",0,\"b\",1]]}",
            "bad: line 2: unknown state b"
        ),
        ("{\"states\":2,\n\n\"actions\":\"x\"}", "bad: line 3: a number expected"),
        (
            "discount: 0.9\nstates: a b\nactions: go\nT: go\n1 0\n0.5 x\n",
            "bad: line 6: a number expected, found \"x\""
        ),
    ])
    func `broken files name the place`(text: String, sentence: String) throws {
        let folder = try ModelFolder()
        try folder.write("bad", text)
        try refuse(Refusal("solve bad --horizon 2", 65, sentence), in: folder)
        try folder.write("prior.json", "[[0.5,0.5],[0.25,0.75],[0.6,0.5]]")
        try refuse(
            Refusal(
                "solve three.json --horizon 2 --prior prior.json", 65,
                "prior.json: the action probabilities in state 2 sum to 1.1"), in: folder)
    }

    private func refuse(_ refusal: Refusal, in folder: ModelFolder) throws {
        let run = try CommandRun(refusal.arguments, in: folder.path)
        #expect(run.status == refusal.status)
        #expect(run.errors.hasPrefix("optimist: \(refusal.sentence)"), "\(run.errors)")
        #expect(run.output.isEmpty)
    }

    @Test func `the built-in lake has the values of its rules`() throws {
        let answer = try ModelFolder().solve("frozen-lake --discount 0.99 --objective hard")
        #expect(agree(try answer.row("values"), FrozenLakeRules.values(discount: 0.99), 1e-8))
    }

    @Test func `the lake of Gymnasium has the values of its rules`() throws {
        let folder = try ModelFolder()
        let run = try folder.run(
            "gym:FrozenLake-v1 --discount 0.99 --objective hard --format json")
        // 69: there is no Gymnasium here.
        if run.status == 69 { return }
        #expect(run.status == 0)
        let answer = Answer(
            json: try JSONDecoder().decode(JSONValue.self, from: Data(run.output.utf8)))
        let values = try answer.row("values")
        #expect(agree(values, FrozenLakeRules.values(discount: 0.99), 1e-8))
        #expect(answer["states"] == .number(16))
        #expect(try answer.number("logEvidence") > answer.number("bound"))
        let sure = try folder.solve(
            "gym:FrozenLake-v1 --discount 0.9 --objective hard --env-set is_slippery=false")
        #expect(abs(try sure.row("values")[0] - pow(0.9, 5)) < 1e-12)
    }
}

/// The lake by its rules: a move goes where it should or to either side, each with 1/3.
private enum FrozenLakeRules {
    static func values(discount: Double) -> [Double] {
        let map = Array("SFFFFHFHFFFHHFFG")
        let moves = [(0, -1), (1, 0), (0, 1), (-1, 0)]
        var values = Array(repeating: 0.0, count: 16)
        for _ in 0..<5000 {
            values = (0..<16).map { state in
                if map[state] == "H" || map[state] == "G" { return 0 }
                return (0..<4).map { action in
                    [3, 0, 1].reduce(0.0) { sum, turn in
                        let move = moves[(action + turn) % 4]
                        let row = min(max(state / 4 + move.0, 0), 3)
                        let next = row * 4 + min(max(state % 4 + move.1, 0), 3)
                        let reward = map[next] == "G" ? 1.0 : 0
                        return sum + (reward + discount * values[next]) / 3
                    }
                }.max()!
            }
        }
        return values
    }
}
