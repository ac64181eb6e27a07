import Foundation
import OptimistInference
import Testing

@Suite struct ActionPriorFileTests {
    private func read(_ text: String, _ model: TabularModel) throws -> ActionPrior {
        try ActionPriorFile.read(Data(text.utf8), for: ModelDescription(model: model))
    }

    @Test(arguments: [
        "[[0.5, 0.5], [0.25, 0.75], [0.6, 0.4]]",
        "{\"prior\": [[0.5, 0.5], [0.25, 0.75], [0.6, 0.4]]}",
        "{\"bound\": -1, \"policy\": [[0.5, 0.5], [0.25, 0.75], [0.6, 0.4]], \"values\": [1]}",
        "[[0, 0, 0.5], [0, 1, 0.5], [1, 1, 0.75], [1, 0, 0.25], [2, 0, 0.6], [2, 1, 0.4]]",
    ])
    func `tables and entries, alone or in a solution`(text: String) throws {
        #expect(try read(text, ModelFixtures.three()) == ModelFixtures.threePrior)
    }

    @Test func `names, and actions that are not available`() throws {
        let model = try TabularModel(
            dense: [[[0, 1], []], [[1, 0], [0, 1]]], rewards: [[0, 0], [0, 0]], start: [1, 0],
            details: .init(stateNames: ["in", "out"], actionNames: ["go", "stay"]))
        let known = ActionPrior.table([1, 0.5, 0.5])
        #expect(try read("[[1, null], [0.5, 0.5]]", model) == known)
        #expect(
            try read("[[\"in\",\"go\",1],[\"out\",\"go\",0.5],[\"out\",\"stay\",0.5]]", model)
                == known)
        let error = #expect(throws: ModelFileError.self) {
            try read("[[0.5, 0.5], [0.5, 0.5]]", model)
        }
        #expect(try #require(error).description.contains("action stay in state in"))
    }

    @Test(arguments: [
        "", "{}", "[]", "[[1]]", "[[0.5,0.5],[0.5,0.5]]", "[[0.5,0.5],[0.5],[1,0]]", "[1, 2]",
        "[[0,0,1],[0,0,1],[1,0,1],[2,0,1]]", "[[9,0,1],[1,0,1],[2,0,1],[2,1,0]]",
        "{\"policy\": [[[1]]]}",
    ])
    func `what is no prior of the model is refused`(text: String) {
        #expect(throws: ModelFileError.self) { try read(text, ModelFixtures.three()) }
    }
}
