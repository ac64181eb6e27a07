import Foundation
import OptimistCore
import OptimistInference
import Testing

/// The files of the worked example, which the documentation shows.
enum MachineFiles {
    private static let folder = String(#filePath).components(separatedBy: "/Tests/")[0]

    static func text(_ name: String) throws -> String {
        try String(contentsOfFile: folder + "/Examples/Models/" + name, encoding: .utf8)
    }

    static func environment() throws -> GenerativeEnvironment {
        try GenerativeEnvironment(ModelFile.read(Data(text("machine.json").utf8)))
    }

    static func agent() throws -> GenerativeAgentDescription {
        try GenerativeAgentFile.read(
            Data(text("machine-agent.json").utf8), for: environment())
    }
}

@Suite struct GenerativeFileTests {
    private let solution: GenerativeSolution

    init() throws {
        let (environment, agent) = (try MachineFiles.environment(), try MachineFiles.agent())
        solution = try GenerativeSolution(
            of: GenerativeProblem(
                environment: environment.process, agent: agent.tables,
                rewards: environment.rewards, horizon: environment.arrivals(ofHorizon: 3),
                rewardOffset: agent.rewardOffset, countsFirstReward: environment.first.isPaid),
            rounds: 10)
    }

    @Test func `the files of the worked example are the worked example`() throws {
        let (environment, agent) = (try MachineFiles.environment(), try MachineFiles.agent())
        let example = GenerativeProblem.example()
        #expect(environment.process == example.environment)
        #expect(environment.rewards == example.rewards)
        #expect(environment.first.isShown && environment.first.isPaid)
        #expect(agent.tables == example.agent && agent.rewardOffset == example.rewardOffset)
        #expect(solution.problem.horizon == example.horizon)
        #expect(agent.label(state: 1) == "hot" && environment.label(observation: 1) == "bright")
        // Of four arrivals and as many beliefs: laws of two states, and of two actions in each.
        #expect(try GenerativeProblem.GoldenTables().problem(horizon: 1).posteriorSize == 24)
        // The fixture that tests change is the example as well.
        let fixture = try GenerativeProblem.GoldenTables().problem()
        #expect(fixture.environment == example.environment && fixture.agent == example.agent)
    }

    @Test func `they reproduce the known table`() throws {
        let rows: [(GenerativeSolution.Posterior, [Double])] = [
            (.best, [-1.739222, 0.620984, 0.622512, 0.028379, -1.769129]),
            (.evidence, [-1.736827, 0.622391, 0.624028, 0.030755, -1.769219]),
            (.habitual, [-1.800491, 0.585262, 0.585262, 0, -1.800491]),
            (.blind, [-1.872388, -0.781198, 0, 0, -2.653586]),
        ]
        for (posterior, row) in rows {
            let bound = solution[posterior].total
            let terms = bound.terms.map(\.value) + [try #require(bound.total)]
            for (term, expected) in zip(terms, row) { #expect(abs(term - expected) < 5e-7) }
        }
        #expect(abs(solution.logEvidence - -1.396429) < 5e-7)
        #expect(abs(solution.bound - -1.769129) < 5e-7)
        #expect(abs(solution.gap - 0.372699) < 1e-6)
    }

    @Test func `they reproduce the first inferences, plans and rounds`() {
        let filters = solution.problem.firstArrivals.map(\.arrival.filter[0])
        let states = (0..<4).map { solution.firstStates(.best, arrival: $0)[0] }
        for (index, (filter, state)) in [
            (0.857143, 0.876001), (0.5, 0.504664), (0.4, 0.395516), (0.1, 0.086542),
        ].enumerated() {
            #expect(abs(filters[index] - filter) < 5e-7)
            #expect(abs(states[index] - state) < 5e-7)
        }
        for (arrival, laws) in [(0, [0.700537, 0.405847]), (3, [0.490470, 0.212797])] {
            let found = solution.firstActions(.best, arrival: arrival)
            for state in 0..<2 { #expect(abs(found[state][1] - laws[state]) < 5e-7) }
        }
        #expect(solution.plans.map(\.informationWeight) == [0, 1])
        #expect(abs(solution.plans[0].values[0][1] - -1.078) < 1e-12)
        #expect(abs(solution.plans[0].laws[0][1] - 0.653728) < 5e-7)
        #expect(abs(solution.plans[1].laws[1][1] - 0.262534) < 5e-7)
        for (round, bound) in [(0, -1.769129), (1, -1.746295), (5, -1.681178), (10, -1.643792)] {
            #expect(abs(solution.rounds[round].bound - bound) < 5e-7)
        }
    }

    @Test func `states that bring one reward each are a list`() throws {
        let short = """
            {"states": 2, "actions": 1, "transitions": [[[0.5, 0.5]], [[0, 1]]],
             "stateRewards": [3, -1]}
            """
        let rewards = try #require(try ModelFile.read(Data(short.utf8)).stateRewards)
        #expect(rewards.values == [-1, 3] && rewards.laws == [[0, 1], [1, 0]])
        let long = short.replacing(
            "[3, -1]", with: "{\"laws\": [[1, 0], [0.25, 0.75]], \"values\": [3, -1]}")
        let description = try ModelFile.read(Data(long.utf8))
        #expect(description.stateRewards?.values == [-1, 3])
        #expect(description.stateRewards?.laws == [[0, 1], [0.75, 0.25]])
        // As rewards for entering a state: their means.
        #expect(
            description.model.edgeRewards == [3, 0, 0] || description.model.edgeRewards == [3, 0])
    }

    @Test(arguments: [
        ("[3]", "line 2: 2 rewards, one a state, expected, found 1"),
        ("{\"values\": [3]}", "line 2: \"values\" or \"laws\" of \"stateRewards\" is missing"),
        ("{\"values\": [3, 3], \"laws\": []}", "line 2: the reward 3 is given twice"),
        ("{\"values\": [], \"laws\": []}", "line 2: at least one reward expected, found none"),
        ("{\"value\": [3]}", "line 2: one of values, laws expected, found \"value\""),
        (
            "{\"values\": [3], \"laws\": [[1]]}",
            "line 2: 2 rows of \"stateRewards\", one a state, expected, found 1"
        ),
        (
            "{\"values\": [3], \"laws\": [[1], [0.5, 0.5]]}",
            "line 2: 1 probabilities of rewards in row 1 of \"stateRewards\" expected, found 2"
        ),
        (
            "{\"values\": [3, 4], \"laws\": [[1, 0], [0.5, 0.4]]}",
            "line 2: row 1 of \"stateRewards\" sums to 0.9: probabilities must sum to 1"
        ),
        (
            "[3, 4], \"rewards\": [[0], [1]]",
            "line 2: \"rewards\" are paid for transitions and \"stateRewards\" by states: give one "
                + "of them"
        ),
    ])
    func `rewards of states that are none are refused`(rewards: String, sentence: String) {
        let text = """
            {"states": 2, "actions": 1, "transitions": [[[0.5, 0.5]], [[0, 1]]],
             "stateRewards": \(rewards)}
            """
        let error = #expect(throws: ModelFileError.self) {
            try ModelFile.read(Data(text.utf8))
        }
        #expect(error?.description == sentence)
    }
}
