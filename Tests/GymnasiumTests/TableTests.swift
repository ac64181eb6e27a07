import Foundation
import OptimistEnvironments
import Testing

@Suite(.enabled(if: Python.isThere, Python.need)) struct TableTests {
    @Test func `the table keeps the outcomes as they are listed`() throws {
        let folder = try TestFolder()
        let world = try folder.make("Table")
        defer { world.close() }
        let (model, knowsStart) = try world.taskTable()
        #expect(!knowsStart && model.start == [1.0 / 3, 1.0 / 3, 1.0 / 3])
        #expect(model.states == 3 && model.actions == 1)
        let first = model.transitions(0, 0)
        #expect(Set(first.map(\.reward)) == [1, 4, 8])
        #expect(first.contains { $0.terminates && $0.reward == 8 && $0.probability == 0.25 })
        #expect(model.transitions(1, 0).map(\.reward) == [1, 3])
    }

    @Test(arguments: [("FrozenLake-v1", 16, 0), ("CliffWalking-v1", 48, 36)])
    func `the tables of Gymnasium can be read`(name: String, states: Int, start: Int) throws {
        let folder = try TestFolder()
        let world = try GymnasiumEnvironment(GymnasiumName("gym:" + name), options: folder.options)
        defer { world.close() }
        let (table, knowsStart) = try world.taskTable()
        #expect(knowsStart && table.states == states && table.actions == 4)
        #expect(table.start[start] == 1)
        let endless = table.absorbing()
        #expect(endless.states == states + 1 && endless.start.count == states + 1)
        for state in 0...states {
            for action in 0..<4 {
                let sum = endless.transitions(state, action).reduce(0) { $0 + $1.probability }
                #expect(abs(sum - 1) < 1e-12)
            }
        }
    }

    @Test func `the slippery lake has the transitions that its rules say`() throws {
        let folder = try TestFolder()
        let world = try GymnasiumEnvironment(
            GymnasiumName("gym:FrozenLake-v1"), options: folder.options)
        defer { world.close() }
        // From state 14, beside the goal, "right" slips down (stays), up (10) or reaches the goal.
        let rows = try world.taskTable().table.transitions(14, 2)
            .sorted { $0.successor < $1.successor }
        #expect(rows.map(\.successor) == [10, 14, 15])
        #expect(rows.allSatisfy { abs($0.probability - 1 / 3) < 1e-12 })
        #expect(rows.map(\.reward) == [0, 0, 1] && rows.map(\.terminates) == [false, false, true])
    }

    @Test(arguments: [
        ("sum", "probabilities of state 0, action 0 sum to 0.5"),
        ("index", "successor: 3"), ("missing", "list index out of range"),
    ])
    func `a table that makes no sense is refused in words`(kind: String, reason: String) throws {
        let folder = try TestFolder()
        let world = try folder.make("Table", ["kind=\(kind)"])
        defer { world.close() }
        let error = #expect(throws: GymnasiumError.self) { try world.taskTable() }
        let sentence = try #require(error).description
        #expect(sentence.contains("Table-v0 cannot be read as a table: "))
        #expect(sentence.contains(reason))
        try world.reset(0, seed: 0)
        #expect(world.outcome.observations == .floats([0]))
    }

    @Test func `an environment without a table says so`() throws {
        let folder = try TestFolder()
        let world = try folder.make("OutOfRange")
        defer { world.close() }
        #expect(
            throws: GymnasiumError.noTable(
                environment: world.name, reason: "it has no table at unwrapped.P")
        ) { try world.taskTable() }
    }
}
