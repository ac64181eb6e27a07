import Foundation
import OptimistCore
import OptimistInference
import Testing

/// What an agent's file may say, and the sentence for what it may not.
@Suite struct GenerativeAgentFileTests {
    /// A model with names, two rewards and two observations.
    private static let model = """
        {"states": ["left", "right"], "actions": ["stay", "go"], "start": "left", "horizon": 2,
         "transitions": [["left", "stay", "left", 1], ["left", "go", "right", 1],
                         ["right", "stay", "right", 1], ["right", "go", "left", 1]],
         "rewards": [["right", "stay", 1]], "observationNames": ["dark", "light"],
         "observations": [["left", "dark", 0.9], ["left", "light", 0.1], ["right", "light", 1]]}
        """
    /// An agent for it, line by line.
    private static let agent = """
        {"states": ["a", "b"],
        "start": "a",
        "transitions": [["a", "stay", "a", 1], ["a", "go", "b", 1], ["b", "stay", "b", 1], ["b", "go", "a", 1]],
        "observations": [["a", "dark", 0.8], ["a", "light", 0.2], ["b", "light", 0.7], ["b", "dark", 0.3]],
        "rewards": {"values": [1, 0], "laws": [[0.1, 0.9], [0.5, 0.5]]},
        "habit": [[0.25, 0.75], [0.5, 0.5]]}
        """

    private func read(_ text: String) throws -> GenerativeAgentDescription {
        let environment = try GenerativeEnvironment(ModelFile.read(Data(Self.model.utf8)))
        return try GenerativeAgentFile.read(Data(text.utf8), for: environment)
    }

    @Test func `an agent with states of its own`() throws {
        let agent = try read(Self.agent)
        let model = agent.tables.model
        #expect(agent.stateNames == ["a", "b"] && !agent.knowsEnvironment)
        #expect(agent.tables.habit == [0.25, 0.75, 0.5, 0.5] && agent.rewardOffset == 0)
        #expect(model.initial == [1, 0] && model.transition(0, 1, to: 1) == 1)
        // Arrivals are dark and 0, dark and 1, light and 0, light and 1.
        for (arrival, probability) in [0.72, 0.08, 0.18, 0.02].enumerated() {
            #expect(abs(model.arrival(arrival, 1, 1, to: 0) - probability) < 1e-15)
        }
        // Nothing arrives before the first action.
        #expect(model.firstArrival == [1, 0, 0, 0, 1, 0, 0, 0])
    }

    @Test func `a habit that is not given is uniform, and states may be terminal`() throws {
        var text = Self.agent.replacing(
            "\"habit\": [[0.25, 0.75], [0.5, 0.5]]", with: "\"rewardOffset\": 2")
        text = text.replacing(", [\"b\", \"stay\", \"b\", 1], [\"b\", \"go\", \"a\", 1]", with: "")
        let agent = try read(text)
        #expect(agent.tables.habit == [0.5, 0.5, 0.5, 0.5] && agent.rewardOffset == 2)
        #expect(agent.tables.model.transition(1, 0, to: 1) == 1)
        let same = try read("{\"model\": \"environment\", \"habit\": \"uniform\"}")
        #expect(same.knowsEnvironment && same.stateNames == ["left", "right"])
        #expect(
            same.tables.model
                == (try GenerativeEnvironment(
                    ModelFile.read(Data(Self.model.utf8)))).process)
    }

    @Test(arguments: [
        ("", "", "the file is empty: a model in JSON or in Cassandra's format is expected"),
        (
            "\"states\": [\"a\", \"b\"],", "",
            "\"states\", the number or names of the agent's own states, or \"model\": "
                + "\"environment\", is missing"
        ),
        ("\"start\"", "\"begin\"", "line 2: one of model, "),
        ("\"start\": \"a\"", "\"start\": [0.5, 0.4]", "the start distribution sums to 0.9"),
        (
            "\"a\", \"go\", \"b\", 1", "\"a\", \"go\", \"b\", 0.5",
            "the successors of state a, action go"
        ),
        ("\"a\", \"go\", \"b\", 1", "\"a\", \"run\", \"b\", 1", "line 3: unknown action run"),
        (
            ", [\"b\", \"go\", \"a\", 1]", "",
            "the agent's model does not say what follows on action go in its state b: give its "
                + "\"transitions\""
        ),
        ("\"dark\", 0.8", "\"dim\", 0.8", "line 4: unknown observation dim"),
        (
            "\"dark\", 0.8", "\"dark\", 0.5",
            "the observations in state a have probabilities that sum"
        ),
        ("\"dark\", 0.8", "\"dark\", -1", "line 4: a probability from 0 to 1 expected, found \"-1"),
        (
            "\"values\": [1, 0]", "\"values\": [2, 0]",
            "the agent expects the reward 2, which the environment never pays: it pays 0, 1"
        ),
        ("[0.1, 0.9]", "[0.1, 0.8]", "line 5: row 0 of \"rewards\" sums to 0.9"),
        (
            "[0.1, 0.9], [0.5, 0.5]]}", "[0.1, 0.9]]}",
            "line 5: 2 rows of \"rewards\", one a state, expected, found 1"
        ),
        ("[0.25, 0.75]", "[0.25, 0.5]", "line 6: row 0 of \"habit\" sums to 0.75"),
        (
            "[0.25, 0.75]", "[1]",
            "line 6: 2 probabilities of actions in row 0 of \"habit\" expected, found 1"
        ),
        ("[[0.25, 0.75], [0.5, 0.5]]", "\"even\"", "line 6: \"uniform\" or a list of lists"),
        (
            "\"states\": [\"a\", \"b\"]", "\"model\": \"environment\"",
            "line 2: an agent whose \"model\" is the environment has no \"start\" of its own"
        ),
        (
            "\"start\"", "\"doubt\": 0.1, \"start\"",
            "line 2: \"doubt\" goes with \"model\": \"environment\""
        ),
        (
            "\"states\": [\"a\", \"b\"]", "\"model\": \"mine\"",
            "line 1: \"environment\", or no \"model\" and the agent's own tables, expected"
        ),
        ("0.5]]}", "0.5]]", "line 6: \",\" or \"}\" expected, found the end of the file"),
    ])
    func `what is wrong is named`(found: String, replacement: String, sentence: String) {
        let text =
            found.isEmpty ? "" : Self.agent.replacing(found, with: replacement, maxReplacements: 1)
        #expect(text != Self.agent)
        let error = #expect(throws: ModelFileError.self) { try read(text) }
        #expect(error?.description.hasPrefix(sentence) == true, "\(error?.description ?? "")")
    }

    @Test func `an agent that doubts what it knows holds everything for possible`() throws {
        let environment = try GenerativeEnvironment(ModelFile.read(Data(Self.model.utf8)))
        let sure = try read("{\"model\": \"environment\"}").tables.model
        let model = try read("{\"model\": \"environment\", \"doubt\": 0.2}").tables.model
        #expect(abs(model.transition(0, 0, to: 0) - 0.9) < 1e-15)
        #expect(abs(model.transition(0, 0, to: 1) - 0.1) < 1e-15)
        for (arrival, probability) in [0.77, 0.05, 0.13, 0.05].enumerated() {
            #expect(abs(model.arrival(arrival, 0, 0, to: 0) - probability) < 1e-15)
            // What the environment never does tells nothing.
            #expect(abs(model.arrival(arrival, 0, 0, to: 1) - 0.25) < 1e-15)
        }
        #expect(model.firstArrival == sure.firstArrival)
    }

    @Test func `doubt saves an agent that is caught in a wrong state`() throws {
        // The first state is not shown, and a reward may give it away.
        let text = Self.model.replacing("\"start\": \"left\", ", with: "")
        let environment = try GenerativeEnvironment(ModelFile.read(Data(text.utf8)))
        let models = try ["", ", \"doubt\": 0.2"].map {
            try GenerativeAgentFile.read(
                Data("{\"model\": \"environment\"\($0)}".utf8), for: environment
            ).tables.model
        }
        #expect(throws: GenerativeAgentError.self) { try solve(models[0], in: environment) }
        #expect(try solve(models[1], in: environment).gap > 0)
    }

    private func solve(
        _ model: EmittingProcess, in environment: GenerativeEnvironment
    ) throws -> GenerativeSolution {
        try GenerativeSolution(
            of: GenerativeProblem(
                environment: environment.process,
                agent: GenerativeAgentTables(model: model, habit: [0.5, 0.5, 0.5, 0.5]),
                rewards: environment.rewards, horizon: 4, countsFirstReward: false))
    }

    @Test func `tables that must be there are asked for`() {
        for key in ["transitions", "observations", "rewards"] {
            let text = Self.agent.split(separator: "\n").filter { !$0.hasPrefix("\"\(key)\"") }
                .joined(separator: "\n")
            let error = #expect(throws: ModelFileError.self) { try read(text) }
            #expect(error?.description.hasPrefix("\"\(key)\"") == true)
            #expect(error?.description.hasSuffix("is missing") == true)
        }
    }

    @Test func `what the agent thinks impossible is named as the model names it`() throws {
        let text = Self.agent.replacing("[0.5, 0.5]]},", with: "[0, 1]]},")
            .replacing("[0.1, 0.9]", with: "[0, 1]")
        let environment = try GenerativeEnvironment(ModelFile.read(Data(Self.model.utf8)))
        let agent = try GenerativeAgentFile.read(Data(text.utf8), for: environment)
        let problem = try GenerativeProblem(
            environment: environment.process, agent: agent.tables, rewards: environment.rewards,
            horizon: 3, countsFirstReward: false)
        let error = #expect(throws: GenerativeAgentError.self) {
            try GenerativeSolution(of: problem)
        }
        #expect(
            error.map(environment.sentence)
                == "at step 3 the environment can show light with the reward 1, to which the "
                + "agent's model gives probability 0 after a state that it may have inferred: "
                + "give it a positive one")
    }
}
