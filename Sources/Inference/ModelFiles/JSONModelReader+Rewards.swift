import OptimistCore
import OptimistLinearAlgebra

extension JSONModelReader {
    mutating func readRewards(
        _ pairs: StateActionPairs, _ transitions: SparseRows
    ) throws(ModelFileError) -> TabularModel.Rewards {
        guard go(to: "rewards") else {
            return .perPair(Array(repeating: 0, count: pairs.count))
        }
        let place = scanner
        if try isDense(
            "rewards", "rewardFormat", rows: states.count, columns: actions.count,
            widths: [3, 4], first: states.count, second: actions.count)
        {
            scanner = place
            return .perPair(try denseRewards(pairs))
        }
        scanner = place
        var (perPair, perEdge) = ([Double](), [Double]())
        try eachElement { reader throws(ModelFileError) in
            let line = reader.scanner.line
            try reader.scanner.expect("[")
            let state = try reader.states.read(&reader.scanner)
            try reader.scanner.expect(",")
            let action = try reader.actions.read(&reader.scanner)
            try reader.scanner.expect(",")
            let before = reader.scanner
            guard let pair = pairs.pair(state: state, action: action) else {
                throw reader.withoutTransition(state, action, nil)
            }
            let isText = reader.scanner.peek() == UInt8(ascii: "\"")
            let third = isText ? 0 : try reader.scanner.number()
            if !isText, reader.scanner.take("]") {
                try reader.set(third, at: pair, in: &perPair, pairs.count, line)
                return
            }
            reader.scanner = before
            let next = try reader.states.read(&reader.scanner)
            try reader.scanner.expect(",")
            let reward = try reader.scanner.number()
            try reader.scanner.expect("]")
            guard let position = transitions.position(row: pair, column: next) else {
                throw reader.withoutTransition(state, action, next)
            }
            try reader.set(reward, at: position, in: &perEdge, transitions.count, line)
        }
        if !perPair.isEmpty && !perEdge.isEmpty {
            throw .syntax(
                line: place.line, expected: "rewards all of pairs or all of transitions",
                found: "both")
        }
        if perEdge.isEmpty {
            if perPair.isEmpty { perPair = Array(repeating: 0, count: pairs.count) }
            return .perPair(perPair.map { $0.isNaN ? 0 : $0 })
        }
        return TabularModel.Rewards(simplest: perEdge.map { $0.isNaN ? 0 : $0 }, transitions)
    }

    private func set(
        _ value: Double, at index: Int, in list: inout [Double], _ count: Int, _ line: Int
    ) throws(ModelFileError) {
        // NaN, which no file can hold, marks what was not given.
        if list.isEmpty { list = Array(repeating: .nan, count: count) }
        if !list[index].isNaN { throw .duplicate(line: line, what: "a reward") }
        list[index] = value
    }

    private func withoutTransition(_ state: Int, _ action: Int, _ next: Int?) -> ModelFileError {
        let names = { (table: NameTable, number: Int) in table.names?[number] ?? "\(number)" }
        let entry =
            "line \(scanner.line), state \(names(states, state)), "
            + "action \(names(actions, action))"
            + (next.map { ", next state \(names(states, $0))" } ?? "")
        return .model(.rewardWithoutTransition(entry: entry))
    }

    private mutating func denseRewards(_ pairs: StateActionPairs) throws(ModelFileError) -> [Double]
    {
        var (result, state) = (Array(repeating: 0.0, count: pairs.count), 0)
        try eachElement { reader throws(ModelFileError) in
            var action = 0
            try reader.eachElement { reader throws(ModelFileError) in
                defer { action += 1 }
                if reader.scanner.takeWord("null") { return }
                let reward = try reader.scanner.number()
                if let pair = pairs.pair(state: state, action: action) {
                    result[pair] = reward
                } else if reward != 0 {
                    throw reader.withoutTransition(state, action, nil)
                }
            }
            state += 1
        }
        return result
    }

    /// Whether a list of lists is a table rather than entries; takes it.
    ///
    /// It can be a table if it has its shape, and entries if every row has the width and the first two
    /// numbers of one. Where both hold the file must say which.
    mutating func isDense(
        _ key: String, _ option: String, rows: Int, columns: Int?, widths: [Int], first: Int,
        second: Int
    ) throws(ModelFileError) -> Bool {
        let place = scanner
        if go(to: option) {
            let line = scanner.line
            let format = try scanner.text()
            if format != "dense" && format != "sparse" {
                throw .syntax(line: line, expected: "\"dense\" or \"sparse\"", found: format)
            }
            scanner = place
            return format == "dense"
        }
        scanner = place
        var (count, width, canBeDense, canBeSparse) = (0, columns, true, true)
        try eachElement { reader throws(ModelFileError) in
            var (length, numbers) = (0, [Double]())
            try reader.eachElement { reader throws(ModelFileError) in
                if reader.scanner.peek() == UInt8(ascii: "\"") {
                    _ = try reader.scanner.text()
                    canBeDense = false
                    numbers.append(0)
                } else if reader.scanner.takeWord("null") {
                    canBeSparse = false
                } else if length < 2 {
                    numbers.append(try reader.scanner.number())
                } else {
                    _ = try reader.scanner.number()
                }
                length += 1
            }
            width = width ?? length
            if length != width || count >= rows { canBeDense = false }
            let inRange = zip(numbers, [first, second]).allSatisfy {
                Int(exactly: $0).map { 0 <= $0 } == true && $0 < Double($1)
            }
            if !widths.contains(length) || !inRange { canBeSparse = false }
            count += 1
        }
        if count != rows { canBeDense = false }
        if canBeDense && canBeSparse {
            throw .ambiguous(line: place.line, key: "\"\(key)\"", option: option)
        }
        return canBeDense
    }
}
