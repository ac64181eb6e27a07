import OptimistCore

extension StateActionPairs {
    /// One number a pair as `[s][a]`, with a filler for actions that are not available.
    public func table(_ values: [Double], unavailable: Double = 0) -> [[Double]] {
        if values.count != count {
            fail("StateActionPairs.table", "\(values.count) values for \(count) pairs")
        }
        return (0..<states).map { state in
            var row = Array(repeating: unavailable, count: actions)
            for pair in range(of: state) { row[Int(actionOf[pair])] = values[pair] }
            return row
        }
    }

    /// `[s][a]` as one number a pair; the numbers of unavailable actions are left out.
    public func values(_ table: [[Double]]) -> [Double] {
        if table.count != states || table.contains(where: { $0.count != actions }) {
            fail("StateActionPairs.values", "the table is not \(states)x\(actions)")
        }
        return (0..<states).flatMap { state in
            range(of: state).map { table[state][Int(actionOf[$0])] }
        }
    }
}
