import Foundation
import OptimistCore
import OptimistInference

/// Worlds for empowerment and intrinsic control.
enum EmpowermentFixtures {
    /// A plan of free cells and walls (#), numbered row by row over the free ones, and its moves up,
    /// down, left, right and, unless left out, stay. Blocked moves stay. With probability `slip` the
    /// move is one of the others, all alike.
    static func plan(
        _ rows: [String], start: Int = 0, stays: Bool = true, slip: Double = 0
    ) throws -> TabularModel {
        let cells = rows.map(Array.init)
        var number: [[Int]] = []
        var count = 0
        for row in cells {
            number.append(
                row.map { cell in
                    defer { count += cell == "#" ? 0 : 1 }
                    return cell == "#" ? -1 : count
                })
        }
        let moves = [(-1, 0), (1, 0), (0, -1), (0, 1)] + (stays ? [(0, 0)] : [])
        var entries: [Transition] = []
        for (row, line) in cells.enumerated() {
            for column in line.indices where number[row][column] >= 0 {
                let state = number[row][column]
                let ends = moves.map { move -> Int in
                    let (r, c) = (row + move.0, column + move.1)
                    let isFree =
                        cells.indices.contains(r) && line.indices.contains(c)
                        && number[r][c] >= 0
                    return isFree ? number[r][c] : state
                }
                for action in moves.indices {
                    for (index, next) in ends.enumerated() {
                        let share = slip / Double(moves.count - 1)
                        let probability = index == action ? 1 - slip : share
                        if probability > 0 {
                            entries.append(
                                Transition(
                                    state: state, action: action, next: next,
                                    probability: probability))
                        }
                    }
                }
            }
        }
        return try TabularModel(
            states: count, actions: moves.count, entries: entries,
            start: (0..<count).map { $0 == start ? 1 : 0 })
    }

    /// Free cells in a square.
    static func square(_ size: Int, stays: Bool = true, slip: Double = 0) throws -> TabularModel {
        try plan(
            Array(repeating: String(repeating: ".", count: size), count: size), stays: stays,
            slip: slip)
    }

    /// Two rooms of 9 x 4 cells beside a wall with a door in its middle.
    static let twoRooms = (0..<9).map { $0 == 4 ? "........." : "....#...." }

    /// How often the sure room fails.
    static let failure = 0.05

    /// A room where noise chooses which two of three ends one may choose from, and a sure room.
    ///
    /// State 0: action 0 leads to 1, 2 or 3 with probability 1/3 each, action 1 to 4. Then state 1
    /// chooses between ends 5 and 6, 2 between 6 and 7, 3 between 7 and 5, and 4 between 8 and 9,
    /// which fails one time in twenty. Ends are terminal.
    static func noisyRoom() throws -> TabularModel {
        var entries = [Transition(state: 0, action: 1, next: 4, probability: 1)]
        for branch in 1...3 {
            entries.append(Transition(state: 0, action: 0, next: branch, probability: 1 / 3.0))
            for action in 0..<2 {
                entries.append(
                    Transition(
                        state: branch, action: action, next: 5 + (branch - 1 + action) % 3,
                        probability: 1))
            }
        }
        for action in 0..<2 {
            for end in 0..<2 {
                entries.append(
                    Transition(
                        state: 4, action: action, next: 8 + end,
                        probability: action == end ? 1 - failure : failure))
            }
        }
        return try TabularModel(
            states: 10, actions: 2, entries: entries, start: [1] + Array(repeating: 0, count: 9))
    }

    /// Every deterministic policy of the noisy room.
    static func strategies(of model: TabularModel) -> [StoppingPolicy] {
        (0..<32).map { number in
            StoppingPolicy(
                actions: (0..<model.pairs.count).map { pair in
                    let state = model.pairs.state(of: pair)
                    return (number >> state) & 1 == Int(model.pairs.actionOf[pair]) ? 1 : 0
                },
                stopping: Array(repeating: 0, count: model.states))
        }
    }

    /// A successor drawn from a model.
    static func step(
        _ model: TabularModel, _ state: Int, _ action: Int, _ generator: inout Generator
    ) -> Int {
        let pair = model.pairs.range(of: state).lowerBound + action
        let range = model.transitions.starts[pair]..<model.transitions.starts[pair + 1]
        if range.count == 1 { return Int(model.transitions.indices[range.lowerBound]) }
        let choice = generator.categorical(Array(model.transitions.values[range]))
        return Int(model.transitions.indices[range.lowerBound + choice])
    }

    /// H of a coin, in nats.
    static func entropy(_ probability: Double) -> Double {
        -probability * log(probability) - (1 - probability) * log(1 - probability)
    }
}
