import Foundation
import OptimistEnvironments
import Testing

@Suite(.enabled(if: Python.isThere, Python.need)) struct TableTests {
    @Test func `repeated successors are summed and endings lead to the absorbing state`() throws {
        let folder = try TestFolder()
        let world = try folder.make("Table")
        defer { world.close() }
        let table = try world.transitionTable()
        #expect(table.stateCount == 4 && table.actionCount == 1 && table.absorbing == 3)
        #expect(table.states == [0, 0, 1, 2, 3])
        #expect(table.actions == [0, 0, 0, 0, 0])
        #expect(table.successors == [1, 3, 3, 3, 3])
        #expect(table.probabilities == [0.75, 0.25, 1, 1, 1])
        // 0.25 · 4 + 0.5 · 1 over 0.75; 0.5 · 1 + 0.5 · 3.
        #expect(table.rewards == [2, 8, 2, 0, 0])
        #expect(table.start.isEmpty)
    }

    @Test func `the model keeps the outcomes as they are listed`() throws {
        let folder = try TestFolder()
        let world = try folder.make("Table")
        defer { world.close() }
        let (model, knowsStart) = try world.tabularModel()
        #expect(!knowsStart && model.start == [1.0 / 3, 1.0 / 3, 1.0 / 3])
        #expect(model.states == 3 && model.actions == 1)
        let first = model.transitions(0, 0)
        #expect(Set(first.map(\.reward)) == [1, 4, 8])
        #expect(first.contains { $0.terminates && $0.reward == 8 && $0.probability == 0.25 })
        #expect(model.transitions(1, 0).map(\.reward) == [1, 3])
    }

    @Test(arguments: [("FrozenLake-v1", 17, 0), ("CliffWalking-v1", 49, 36)])
    func `the tables of Gymnasium can be read`(name: String, states: Int, start: Int) throws {
        let folder = try TestFolder()
        let world = try GymnasiumEnvironment(GymnasiumName("gym:" + name), options: folder.options)
        defer { world.close() }
        let table = try world.transitionTable()
        #expect(table.stateCount == states && table.absorbing == states - 1)
        #expect(table.actionCount == 4 && table.start.count == states)
        #expect(table.start[start] == 1)
        var sums = [Double](repeating: 0, count: states * 4)
        var keys = Set<[Int]>()
        for index in table.states.indices {
            sums[table.states[index] * 4 + table.actions[index]] += table.probabilities[index]
            let key = [table.states[index], table.actions[index], table.successors[index]]
            #expect(keys.insert(key).inserted)
        }
        #expect(sums.allSatisfy { abs($0 - 1) < 1e-12 })
    }

    @Test func `the slippery lake has the transitions that its rules say`() throws {
        let folder = try TestFolder()
        let world = try GymnasiumEnvironment(
            GymnasiumName("gym:FrozenLake-v1"), options: folder.options)
        defer { world.close() }
        let table = try world.transitionTable()
        // From state 14, beside the goal, "right" slips down (stays), up (10) or reaches the goal.
        let rows = table.states.indices.filter { table.states[$0] == 14 && table.actions[$0] == 2 }
        #expect(rows.map { table.successors[$0] } == [10, 14, 16])
        #expect(rows.allSatisfy { abs(table.probabilities[$0] - 1 / 3) < 1e-12 })
        #expect(rows.map { table.rewards[$0] } == [0, 0, 1])
    }

    @Test(arguments: [
        ("sum", "probabilities of state 0, action 0 sum to 0.5"),
        ("index", "successor: 3"), ("missing", "list index out of range"),
    ])
    func `a table that makes no sense is refused in words`(kind: String, reason: String) throws {
        let folder = try TestFolder()
        let world = try folder.make("Table", ["kind=\(kind)"])
        defer { world.close() }
        let error = #expect(throws: GymnasiumError.self) { try world.transitionTable() }
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
        ) { try world.transitionTable() }
    }
}
