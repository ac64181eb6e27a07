import Foundation
import OptimistInference
import Testing

/// The corners of Cassandra's grammar, and of observations in JSON.
@Suite struct CassandraGrammarTests {
    private func read(_ text: String) throws -> ModelDescription {
        try ModelFile.read(Data(text.utf8))
    }

    private let head = """
        discount: 0.9
        values: reward
        states: a b c
        actions: go stay
        observations: low high

        """
    private let laws = """

        T: go uniform
        T: stay identity
        O: * uniform

        """

    @Test func `reset leads to the start, wherever that is given`() throws {
        let text =
            head + """
                T: go : a reset
                T: go : b : c 1.0
                T: go : c : a 0.5
                T: go : c : b 0.5
                T: stay identity
                O: * uniform
                start: 0.25 0.25 0.5
                """
        let model = try read(text).model
        #expect(model.transitions.dense.row(0) == [0.25, 0.25, 0.5])
        #expect(model.transitions.dense.row(2) == [0, 0, 1])
        #expect(model.transitions.dense.row(4) == [0.5, 0.5, 0])
        #expect(model.start == [0.25, 0.25, 0.5])
    }

    private static let starts: [(String, [Double])] = [
        ("start include: a c", [0.5, 0, 0.5]), ("start exclude: a", [0, 0.5, 0.5]),
        ("start include: 1", [0, 1, 0]), ("start: b", [0, 1, 0]), ("start: 2", [0, 0, 1]),
        ("start: uniform", [1.0 / 3, 1.0 / 3, 1.0 / 3]), ("start: 0.5 0.5 0.0", [0.5, 0.5, 0]),
        ("", [1.0 / 3, 1.0 / 3, 1.0 / 3]),
    ]

    @Test(arguments: starts)
    func `ways to say where it starts`(line: String, law: [Double]) throws {
        #expect(try read(head + line + laws).model.start == law)
    }

    @Test func `costs are rewards turned round`() throws {
        let text =
            head.replacingOccurrences(of: "values: reward", with: "values: cost") + laws
            + "R: go : * : * : * 2\nR: stay : b : * : * -3\n"
        #expect(try read(text).model.rewards == [-2, 0, -2, 3, -2, 0])
    }

    @Test func `rewards of observations are averaged over them, later entries first`() throws {
        let text =
            head + """
                T: go uniform
                T: stay identity
                O: go uniform
                O: stay
                0.9 0.1
                0.2 0.8
                0.5 0.5
                R: * : * : * : * 1
                R: stay : a : a : low 10
                R: stay : b : b 4 -4
                R: go : c
                1 3
                1 3
                5 7
                """
        let description = try read(text)
        let model = description.model
        #expect(description.rewardsDependOnObservation)
        #expect(abs(model.rewards[1] - (0.9 * 10 + 0.1)) < 1e-15)
        #expect(abs(model.rewards[3] - (0.2 * 4 - 0.8 * 4)) < 1e-15)
        #expect(model.rewards[5] == 1 && model.rewards[0] == 1)
        // Go from c: 2, 2 or 6 by where it ends.
        #expect(abs(model.rewards[4] - 10.0 / 3) < 1e-14)
        let edges = try #require(model.edgeRewards)
        #expect(Array(edges[edges.count - 4..<edges.count - 1]) == [2, 2, 6])
    }

    @Test func `asterisks, numbers for names, rows and comments`() throws {
        let text = """
            # a comment
            discount: 1.0   # at the end of a line
            values: reward
            states: 2
            actions: 2
            observations: 2
            start: 0
            T: * : * : * 0.5
            T: 1 : 0
            0.0 1.0
            O: 0 : * : 0 1
            O: 1 : 0 uniform
            O: 1 : 1
            0.25 0.75
            R: * : 0 : 1 : * -1.5e0
            """
        let description = try read(text)
        #expect(
            description.model.transitions.dense.elements == [0.5, 0.5, 0, 1, 0.5, 0.5, 0.5, 0.5])
        let observations = try #require(description.observations)
        #expect(observations.probabilities.dense.elements == [1, 0, 1, 0, 0.5, 0.5, 0.25, 0.75])
        #expect(description.model.details.discount == 1)
        #expect(abs(description.model.rewards[0] + 0.75) < 1e-15)
        #expect(description.model.rewards[1] == -1.5)
    }

    @Test func `a Markov decision process has no observations`() throws {
        let text = """
            discount: 0.5
            values: reward
            states: x y
            actions: one
            T: one
            0 1
            1 0
            R: one : x : y : * 2
            R: one : y 5 6
            """
        let description = try read(text)
        #expect(description.observations == nil && description.model.rewards == [2, 5])
    }

    @Test(arguments: [
        ("T: jump uniform", "line 6: unknown action jump"),
        ("T: go : d uniform", "line 6: unknown state d"),
        ("T: go : a : b 1.5", "line 6: a probability from 0 to 1 expected, found \"1.5\""),
        ("T: go uniform\nT: stay uniform", "\"O:\", the observations, is missing"),
        ("start: d", "line 6: unknown state d"),
        (
            "T: go : a\n0.5 0.4 0.0\nT: go : b uniform\nT: go : c uniform\nT: stay identity\nO: * uniform",
            "the successors of state a, action go"
        ),
        ("T: * identity\nO: * : a\n0.5 0.4\n", "the observations in state a after action go"),
    ])
    func `broken files are refused with the place`(text: String, sentence: String) throws {
        let error = #expect(throws: ModelFileError.self) { try read(head + text) }
        #expect(try #require(error).description.contains(sentence))
    }

    @Test func `observations in JSON as a table, by state, and by state and action`() throws {
        let head = """
            {"states": ["a", "b"], "actions": ["go", "stay"], "discount": 0.9,
             "transitions": [[[0, 1], [1, 0]], [[1, 0], [0, 1]]], "observations":
            """
        let dense = try read(head + "[[0.75, 0.25], [0, 1]]}")
        let sparse = try read(
            head + "[[\"a\", \"dark\", 0.75], [\"a\", \"light\", 0.25], [\"b\", \"light\", 1]]}")
        #expect(dense.observations?.probabilities == sparse.observations?.probabilities)
        #expect(sparse.observations?.names == ["dark", "light"])
        let full = try read(
            head + """
                [["a", "go", 0, 0.75], ["a", "go", 1, 0.25], ["b", "go", 1, 1],
                 ["a", "stay", 0, 0.75], ["a", "stay", 1, 0.25], ["b", "stay", 1, 1]]}
                """)
        #expect(full.observations?.dependsOnAction == true)
        let models = try [dense, sparse, full].map { try PartiallyObservedModel($0, discount: 0.9) }
        #expect(models[0] == models[1] && models[1] == models[2])
        #expect(models[0].observationProbability(1, state: 0, action: 1) == 0.25)
    }
}
