import OptimistCore
import OptimistLinearAlgebra

extension JSONModelReader {
    mutating func readObservations() throws(ModelFileError) -> ObservationTable? {
        guard go(to: "observations") else { return nil }
        let place = scanner
        if let table = try names("observationNames", "observation") {
            observations = table
        } else if observations.count == 0 {
            observations.grows = true
        }
        scanner = place
        let declared = observations.grows ? nil : observations.count
        let isDense = try isDense(
            "observations", "observationFormat", rows: states.count, columns: declared,
            widths: [3, 4], first: states.count, second: 1 << 24)
        scanner = place
        let (entries, byAction) = try isDense ? (denseObservations(), false) : sparseObservations()
        do {
            let (rowCount, overflow) = states.count.multipliedReportingOverflow(by: actions.count)
            if byAction && (overflow || rowCount > LawTable.limit) {
                throw ModelFileError.tooLarge(
                    what: "the number of pairs of state and action", size: rowCount,
                    limit: LawTable.limit)
            }
            let rows = byAction ? states.count * actions.count : states.count
            let matrix = try SparseRows(rows: rows, columns: observations.count, entries)
            return ObservationTable(
                count: observations.count, names: observations.names, dependsOnAction: byAction,
                probabilities: matrix)
        } catch let error as ModelFileError {
            throw error
        } catch {
            fail("JSONModelReader.readObservations", "\(error)")
        }
    }

    private mutating func denseObservations() throws(ModelFileError) -> [SparseRows.Entry] {
        var (entries, state) = ([SparseRows.Entry](), 0)
        try eachElement { reader throws(ModelFileError) in
            var observation = 0
            try reader.eachElement { reader throws(ModelFileError) in
                let column = try reader.observations.number(
                    observation, line: reader.scanner.line)
                let probability = try reader.probability()
                if state >= reader.states.count {
                    throw .unknown(
                        line: reader.scanner.line, what: "state", name: "\(state)",
                        count: reader.states.count)
                }
                if probability != 0 {
                    entries.append(.init(row: state, column: column, value: probability))
                }
                observation += 1
            }
            state += 1
        }
        return entries
    }

    private mutating func sparseObservations() throws(ModelFileError) -> (
        [SparseRows.Entry], Bool
    ) {
        var (entries, width) = ([SparseRows.Entry](), 0)
        try eachElement { reader throws(ModelFileError) in
            let length = try reader.length()
            if length != 3 && length != 4 || width != 0 && width != length {
                throw reader.scanner.unexpected(
                    "entries [state, observation, probability], or all of them [state, action, "
                        + "observation, probability]")
            }
            width = length
            try reader.scanner.expect("[")
            var row = try reader.states.read(&reader.scanner)
            try reader.scanner.expect(",")
            if length == 4 {
                row += reader.states.count * (try reader.actions.read(&reader.scanner))
                try reader.scanner.expect(",")
            }
            let observation = try reader.observations.read(&reader.scanner)
            try reader.scanner.expect(",")
            entries.append(
                .init(row: row, column: observation, value: try reader.probability()))
            try reader.scanner.expect("]")
        }
        return (entries, width == 4)
    }

    /// The number of elements of the list here, which is not taken.
    private func length() throws(ModelFileError) -> Int {
        var (reader, count) = (self, 0)
        try reader.eachElement { reader throws(ModelFileError) in
            try reader.scanner.skip()
            count += 1
        }
        return count
    }
}
