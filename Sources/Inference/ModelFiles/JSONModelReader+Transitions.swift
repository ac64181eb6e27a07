import OptimistCore
import OptimistLinearAlgebra

extension JSONModelReader {
    mutating func readTransitions() throws(ModelFileError) -> (StateActionPairs, SparseRows) {
        guard go(to: "transitions") else { throw .missing("\"transitions\"") }
        let isDense = try listsBelow() >= 3
        var table = TransitionTable(states: states.count, actions: actions.count)
        if !isDense {
            let count = scanner.openings - 1
            // A row number, a successor and a probability, and room to sort.
            try ModelFileError.require([count, 24], for: "\(count) transitions")
            table.reserve(count)
        }
        if isDense {
            var state = 0
            try eachElement { reader throws(ModelFileError) in
                try reader.denseRows(of: state, into: &table)
                state += 1
            }
        } else {
            try eachElement { reader throws(ModelFileError) in
                try reader.scanner.expect("[")
                let state = try reader.states.read(&reader.scanner)
                try reader.scanner.expect(",")
                let action = try reader.actions.read(&reader.scanner)
                try reader.scanner.expect(",")
                let next = try reader.states.read(&reader.scanner)
                try reader.scanner.expect(",")
                let probability = try reader.probability()
                try reader.scanner.expect("]")
                try reader.append(state, action, next, probability, to: &table)
            }
        }
        return table.finish()
    }

    private mutating func denseRows(
        of state: Int, into table: inout TransitionTable
    ) throws(ModelFileError) {
        var action = 0
        try eachElement { reader throws(ModelFileError) in
            defer { action += 1 }
            if reader.scanner.takeWord("null") { return }
            var (next, any) = (0, false)
            try reader.eachElement { reader throws(ModelFileError) in
                let probability = try reader.probability()
                if next >= reader.states.count || probability != 0 {
                    try reader.append(state, action, next, probability, to: &table)
                    any = true
                }
                next += 1
            }
            if next > 0 && next != reader.states.count {
                throw .syntax(
                    line: reader.scanner.line,
                    expected: "\(reader.states.count) probabilities of state \(state), "
                        + "action \(action)",
                    found: "\(next)")
            }
            // A row of zeros is no law: the check of the model will name it.
            if next > 0 && !any { try reader.append(state, action, 0, 0, to: &table) }
        }
    }

    private func append(
        _ state: Int, _ action: Int, _ next: Int, _ probability: Double,
        to table: inout TransitionTable
    ) throws(ModelFileError) {
        do {
            try table.append(state, action, next, probability)
        } catch {
            throw .model(error)
        }
    }

    mutating func probability() throws(ModelFileError) -> Double {
        let before = scanner
        let value = try scanner.number()
        if value < 0 || value > 1 + TabularModel.sumTolerance {
            scanner = before
            throw scanner.unexpected("a probability from 0 to 1")
        }
        return value
    }

    /// How many lists open at the start of the value here.
    func listsBelow() throws(ModelFileError) -> Int {
        var (scanner, count) = (scanner, 0)
        // The first element of a dense table may be an unavailable action, which opens nothing.
        while scanner.take("[") { count += 1 }
        if count == 2, scanner.takeWord("null") || scanner.take("]") { return 3 }
        return count
    }
}
