import Foundation
import OptimistInference
import Testing

/// Files that ask for more than can be had are refused by their numbers.
@Suite struct ModelSizeTests {
    private func error(_ text: String) throws -> ModelFileError {
        let error = #expect(throws: ModelFileError.self) {
            try ModelFile.read(Data(text.utf8))
        }
        return try #require(error)
    }

    @Test func `more states than are read, in both formats`() throws {
        let json = try error("{\"actions\": 1,\n\"states\": 4000000000, \"transitions\": []}")
        #expect(
            json
                == .tooLarge(
                    what: "line 2: the number of states", size: 4_000_000_000, limit: 50_000_000))
        let text = try error("discount: 0.9\nstates: 4000000000\nactions: 2\n")
        #expect(json.description == text.description)
    }

    @Test func `more pairs than are read`() throws {
        let error = try error("states: 40000000\nactions: 40000000\nT: 0 : 0 : 0 1")
        #expect(error.description.contains("the number of pairs of state and action"))
    }

    @Test func `many transitions in any order are counted and read`() throws {
        let entries = (0..<1000).reversed().map { "[\"s\($0)\", 0, \"s\(($0 + 1) % 1000)\", 1]" }
        let names = (0..<1000).map { "\"s\($0)\"" }.joined(separator: ",")
        let model = try ModelFile.read(
            Data(
                """
                {"transitions": [\(entries.joined(separator: ","))], "states": [\(names)],
                 "actions": 1}
                """.utf8)
        ).model
        #expect(model.transitions.indices == (1...1000).map { Int32($0 % 1000) })
    }

    @Test func `memory that is free is a number of bytes that is refused beyond`() {
        let free = FreeMemory.bytes
        #expect(free > 1 << 20)
        #expect(throws: Never.self) { try FreeMemory.require([1 << 10, 2], for: "little") }
        #expect(throws: SolvingError.self) {
            try FreeMemory.require([.max, .max], for: "all there is")
        }
    }
}
