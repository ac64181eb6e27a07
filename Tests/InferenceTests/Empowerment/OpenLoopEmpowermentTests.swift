import Foundation
import OptimistCore
import OptimistInference
import Testing

@Suite struct OpenLoopEmpowermentTests {
    @Test func `in a certain world it is the log of what can be reached`() throws {
        let model = try EmpowermentFixtures.square(5)
        let values = try OpenLoopEmpowerment(model, horizon: 1).values()
        #expect(abs(values[12] - 1.609438) < 5e-7 && abs(values[0] - 1.098612) < 5e-7)
        #expect(abs(values[2] - log(4)) < 1e-9)
        // Within K moves of the middle of a large enough square: 1 + 2 K (K + 1) cells.
        for horizon in 1...2 {
            let found = try OpenLoopEmpowerment(model, horizon: horizon).capacity(from: 12)
            #expect(abs(found.lower - log(Double(1 + 2 * horizon * (horizon + 1)))) < 1e-9)
        }
        let centre = try OpenLoopEmpowerment(EmpowermentFixtures.square(3), horizon: 2)
        #expect(abs(try centre.capacity(from: 4).lower - 2.197225) < 5e-7)
    }

    @Test func `slips onto four distinct cells make the slip channel`() throws {
        let model = try EmpowermentFixtures.square(3, stays: false, slip: 0.2)
        let found = try OpenLoopEmpowerment(model, horizon: 1).capacity(from: 4)
        #expect(abs(found.lower - 0.666169) < 5e-7)
    }

    @Test func `where only one state can be reached there is none`() throws {
        let model = try TabularModel(
            dense: [[[0, 1], [0, 1]], []], rewards: [[0, 0], []], start: [1, 0])
        #expect(try OpenLoopEmpowerment(model, horizon: 3).values() == [0, 0])
    }

    @Test func `in two rooms the door and the middles have more than the corners`() throws {
        let rows = EmpowermentFixtures.twoRooms
        let model = try EmpowermentFixtures.plan(rows)
        #expect(model.states == 73)
        let values = try OpenLoopEmpowerment(model, horizon: 3).values()
        func number(_ row: Int, _ column: Int) -> Int {
            let before = rows[..<row].joined() + rows[row].prefix(column)
            return before.filter { $0 != "#" }.count
        }
        let corners = [(0, 0), (0, 8), (8, 0), (8, 8), (0, 3), (8, 5)].map { number($0.0, $0.1) }
        let inner = [(4, 4), (4, 1), (4, 2), (4, 6), (4, 7)].map { number($0.0, $0.1) }
        for corner in corners {
            #expect(abs(values[corner] - log(10)) < 1e-9)
            for place in inner { #expect(values[place] > values[corner] + 0.3) }
        }
        // From the door three moves reach the cells of both rooms at a distance of at most three.
        #expect(abs(values[number(4, 4)] - log(19)) < 1e-9)
    }

    @Test func `the channel follows every sequence`() throws {
        let model = try ModelFixtures.three()
        let empowerment = try OpenLoopEmpowerment(model, horizon: 3)
        let channel = try empowerment.channel(from: 1)
        for index in 0..<8 {
            var law = [0.0, 1, 0]
            for action in empowerment.actions(ofSequence: index) {
                var next = [0.0, 0, 0]
                for state in 0..<3 {
                    model.forEachSuccessor(of: state * 2 + action) { next[$0] += law[state] * $1 }
                }
                law = next
            }
            #expect(distance(law, (0..<3).map { channel.laws.dense[index, $0] }) < 1e-15)
        }
        #expect(empowerment.actions(ofSequence: 6) == [1, 1, 0])
        // More steps through the same noise can only lose information about the first ones.
        let dense = try OpenLoopEmpowerment(DenseTransitions(model), horizon: 3)
        #expect(
            distance(try dense.values(tolerance: 1e-6), try empowerment.values(tolerance: 1e-6))
                < 1e-12)
    }

    @Test func `too many sequences and missing actions are refused`() throws {
        let model = try EmpowermentFixtures.square(3)
        let error = try #require(throws: EmpowermentError.self) {
            try OpenLoopEmpowerment(model, horizon: 12)
        }
        #expect(error == .tooManySequences(actions: 5, horizon: 12, limit: 100_000))
        #expect(
            error.description == "12 steps of 5 actions make 5^12 action sequences, more than "
                + "100000: shorten the horizon or raise the limit of sequences")
        #expect(throws: EmpowermentError.tooManySequences(actions: 5, horizon: 99, limit: .max)) {
            try OpenLoopEmpowerment(model, horizon: 99, sequenceLimit: .max)
        }
        let partial = try TabularModel(
            dense: [[[0, 1], []], [[1, 0], [0, 1]]], rewards: [[0, 0], [0, 0]], start: [1, 0])
        #expect(throws: EmpowermentError.unavailableAction(state: "0", action: "1")) {
            try OpenLoopEmpowerment(partial, horizon: 2).values()
        }
    }
}
