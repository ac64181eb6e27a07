import OptimistCore

/// What each state brings whenever it is there, the first one included: p(r | s).
public struct StateRewards: Equatable, Sendable {
    /// The different rewards, ascending, in reward units.
    public var values: [Double]
    /// p(r | s), `[state][value]`.
    public var laws: [[Double]]

    /// E[r | s], `[state]`.
    var means: [Double] {
        laws.map { zip($0, values).reduce(0) { $0 + $1.0 * $1.1 } }
    }
}

extension JSONModelReader {
    /// Reads `{"values": [r], "laws": [s][r]}`, or a list with a reward for each state.
    mutating func readStateRewards(_ key: String) throws(ModelFileError) -> StateRewards? {
        guard go(to: key) else { return nil }
        let first = scanner.peek()
        let line = scanner.line
        if first == UInt8(ascii: "{") {
            let (values, laws) = try readRewardLaws(of: key)
            return StateRewards(ordering: values, laws)
        }
        let rewards = try numbers()
        if rewards.count != states.count {
            throw .syntax(
                line: line, expected: "\(states.count) rewards, one a state,",
                found: "\(rewards.count)")
        }
        let values = Array(Set(rewards)).sorted()
        return StateRewards(
            values: values, laws: rewards.map { reward in values.map { $0 == reward ? 1 : 0 } })
    }

    private mutating func readRewardLaws(
        of table: String
    ) throws(ModelFileError) -> ([Double], [[Double]]) {
        var (values, lawPlace) = ([Double]?.none, JSONScanner?.none)
        let line = scanner.line
        try scanner.expect("{")
        repeat {
            _ = scanner.peek()
            let line = scanner.line
            let key = try scanner.text()
            try scanner.expect(":")
            switch key {
            case "values" where values == nil: values = try distinctNumbers("reward")
            case "laws" where lawPlace == nil:
                lawPlace = scanner
                try scanner.skip()
            case "values", "laws": throw .duplicate(line: line, what: "\"\(key)\"")
            default:
                throw .syntax(line: line, expected: "one of values, laws", found: "\"\(key)\"")
            }
        } while try scanner.another("}")
        guard let values, let lawPlace else {
            throw .missing("line \(line): \"values\" or \"laws\" of \"\(table)\"")
        }
        scanner = lawPlace
        return (values, try laws(table, columns: values.count, of: "rewards"))
    }

    /// A list of numbers.
    mutating func numbers() throws(ModelFileError) -> [Double] {
        var result: [Double] = []
        try eachElement { reader throws(ModelFileError) in
            result.append(try reader.scanner.number())
        }
        return result
    }

    /// A list of at least one number, all of them different.
    mutating func distinctNumbers(_ what: String) throws(ModelFileError) -> [Double] {
        _ = scanner.peek()
        let line = scanner.line
        let values = try numbers()
        if values.isEmpty {
            throw .syntax(line: line, expected: "at least one \(what)", found: "none")
        }
        for (index, value) in values.enumerated() where values[..<index].contains(value) {
            throw .duplicate(line: line, what: "the \(what) \(JSONValue.text(value))")
        }
        return values
    }

    /// A law for each state, `[state][column]`.
    ///
    /// - Parameters:
    ///   - key: the table, for errors.
    ///   - columns: the length of each row.
    ///   - what: what the columns stand for, for errors.
    mutating func laws(
        _ key: String, columns: Int, of what: String
    ) throws(ModelFileError) -> [[Double]] {
        var rows: [[Double]] = []
        _ = scanner.peek()
        let first = scanner.line
        try eachElement { reader throws(ModelFileError) in
            _ = reader.scanner.peek()
            let line = reader.scanner.line
            var row: [Double] = []
            try reader.eachElement { reader throws(ModelFileError) in
                row.append(try reader.probability())
            }
            if row.count != columns {
                throw .syntax(
                    line: line,
                    expected: "\(columns) probabilities of \(what) in row \(rows.count) of "
                        + "\"\(key)\"", found: "\(row.count)")
            }
            let sum = row.reduce(0, +)
            if abs(sum - 1) > TabularModel.sumTolerance {
                throw .law(line: line, table: key, row: rows.count, sum: sum)
            }
            rows.append(row)
        }
        if rows.count != states.count {
            throw .syntax(
                line: first, expected: "\(states.count) rows of \"\(key)\", one a state,",
                found: "\(rows.count)")
        }
        return rows
    }
}

extension StateRewards {
    /// Laws over values in any order.
    fileprivate init(ordering values: [Double], _ laws: [[Double]]) {
        let order = values.indices.sorted { values[$0] < values[$1] }
        self.init(
            values: order.map { values[$0] }, laws: laws.map { law in order.map { law[$0] } })
    }
}
