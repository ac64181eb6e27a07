import Foundation
import OptimistInference
import Testing

@Suite struct ModelFileTests {
    private func read(_ text: String) throws -> ModelDescription {
        try ModelFile.read(Data(text.utf8))
    }

    @Test func `a written model reads back equal`() throws {
        for model in [
            try ModelFixtures.three(), try ModelFixtures.three(edge: true),
            try ModelFixtures.grid(5),
        ] {
            var text = ""
            ModelFile.write(model) { text += $0 }
            #expect(try read(text).model == model)
        }
    }

    @Test func `names, sparse rows and a start state`() throws {
        let text = """
            {"transitions": [["in", "go", "out", 0.25], ["in", "go", "in", 0.75]],
             "rewards": [["in", "go", -1.5]], "states": ["in", "out"], "actions": ["go"],
             "start": "in", "discount": 0.9}
            """
        let model = try read(text).model
        #expect(model.transitions.values == [0.75, 0.25])
        #expect(model.rewards == [-1.5] && model.start == [1, 0] && model.pairs.isTerminal(1))
        #expect(model.details.discount == 0.9)
    }

    @Test func `the tiger in Cassandra's format`() throws {
        let text = """
            # two doors
            discount: 0.95
            values: reward
            states: left right
            actions: listen open-left open-right
            observations: hear-left hear-right
            T: * uniform
            T: listen identity
            O: * uniform
            O: listen
            0.85 0.15
            0.15 0.85
            R: listen : * : * : * -1
            R: open-left : left : * : * -100
            R: open-left : right : * : * 10
            R: open-right : left : * : * 10
            R: open-right : right : * : * -100
            """
        let tiger = try read(text)
        #expect(tiger.model.rewards == [-1, -100, 10, -1, 10, -100])
        #expect(tiger.model.start == [0.5, 0.5])
        let observations = try #require(tiger.observations)
        #expect(observations.probabilities.dense.elements[0] == 0.85)
        #expect(tiger.model.transitions.values[0] == 1)
    }

    @Test(arguments: [
        "", "   \n ", "{", "{\"states\": 2", "hello: 3", "{\"states\": \"x\"}", "states: 2\nT: 0",
        "{\"states\":1,\"actions\":1,\"transitions\":[[0,0,0,\"x\"]]}",
        "{\"states\":1,\"actions\":1,\"transitions\":[[0,0,1,1]]}",
        "{\"states\":1,\"actions\":1,\"transitions\":[[0,0,0,0.5]]}",
        "{\"states\":1,\"actions\":1,\"transitions\":[[0,0,0,-1]]}",
        "{\"states\":[\"a\",\"a\"]}", "{\"start\":" + String(repeating: "[", count: 1000),
        "states: 2\nactions: 1\nT: 0\n0.5 x",
    ])
    func `broken files are refused`(text: String) {
        #expect(throws: ModelFileError.self) { try read(text) }
    }
}
