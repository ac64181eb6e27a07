import Foundation

/// Reads a prior over actions from a JSON file: `[s][a]`, or entries `[state, action, p]`, alone or
/// under the key `prior` or `policy` of an object; so a solution's own file serves as a prior.
public enum ActionPriorFile {
    /// Reads the file for a model.
    ///
    /// - Parameters:
    ///   - url: the file.
    ///   - description: the model; states that its reader added take the law of their twins.
    /// - Throws: `ModelFileError`.
    public static func read(
        _ url: URL, for description: ModelDescription
    ) throws(ModelFileError) -> ActionPrior {
        try read(ModelFile.data(at: url), for: description)
    }

    /// Reads the bytes of a file.
    ///
    /// - Throws: `ModelFileError`.
    public static func read(
        _ data: Data, for description: ModelDescription
    ) throws(ModelFileError) -> ActionPrior {
        let result = data.withUnsafeBytes { bytes -> Result<[Double], ModelFileError> in
            Result { () throws(ModelFileError) in
                var reader = try ActionPriorReader(bytes, description)
                return try reader.read()
            }
        }
        return .table(try result.get())
    }
}

/// One file being read.
private struct ActionPriorReader {
    private var scanner: JSONScanner
    private var states: NameTable
    private var actions: NameTable
    private let description: ModelDescription
    /// The numbers of all rows; those of row r begin at `starts[r]`.
    private var numbers: [Double] = []
    private var starts = [0]
    private var hasNames = false

    init(
        _ bytes: UnsafeRawBufferPointer, _ description: ModelDescription
    ) throws(ModelFileError) {
        let details = description.model.details
        scanner = JSONScanner(bytes)
        self.description = description
        let own = description.model.states - description.addedStates.count
        states =
            try details.stateNames.map { names throws(ModelFileError) in
                try NameTable("state", names: names, line: 0)
            } ?? NameTable("state", count: own)
        actions =
            try details.actionNames.map { names throws(ModelFileError) in
                try NameTable("action", names: names, line: 0)
            } ?? NameTable("action", count: description.model.actions)
    }

    /// One probability a pair.
    mutating func read() throws(ModelFileError) -> [Double] {
        guard let first = scanner.peek() else { throw .empty }
        if first == UInt8(ascii: "{") { try goToLaw() }
        let begin = scanner
        try readRows()
        return try isDense ? dense(begin) : sparse(begin)
    }

    private mutating func goToLaw() throws(ModelFileError) {
        var place: JSONScanner?
        try scanner.expect("{")
        repeat {
            let key = try scanner.text()
            try scanner.expect(":")
            if key == "prior" || key == "policy" && place == nil { place = scanner }
            try scanner.skip()
        } while try scanner.another("}")
        guard let place else { throw .missing("\"prior\" or \"policy\", a list of lists,") }
        scanner = place
    }

    private mutating func readRows() throws(ModelFileError) {
        try scanner.expect("[")
        if scanner.take("]") { return }
        repeat {
            if !scanner.takeWord("null") { try readRow() }
            starts.append(numbers.count)
        } while try scanner.another("]")
    }

    private mutating func readRow() throws(ModelFileError) {
        try scanner.expect("[")
        if scanner.take("]") { return }
        var column = 0
        repeat {
            if scanner.peek() == UInt8(ascii: "\"") {
                hasNames = true
                let line = scanner.line
                let name = try scanner.text()
                numbers.append(
                    Double(
                        try column == 0
                            ? states.number(name, line: line) : actions.number(name, line: line)))
            } else {
                numbers.append(scanner.takeWord("null") ? 0 : try scanner.number())
            }
            column += 1
        } while try scanner.another("]")
    }

    private var rows: Range<Int> { 0..<starts.count - 1 }

    private func row(_ row: Int) -> ArraySlice<Double> { numbers[starts[row]..<starts[row + 1]] }

    /// Whether rows are laws of actions rather than entries; where they could be both, whether they
    /// sum to one.
    private var isDense: Bool {
        let isTable =
            !hasNames && rows.count == states.count
            && rows.allSatisfy { row($0).isEmpty || row($0).count == actions.count }
        if !isTable || actions.count != 3 {
            return isTable || rows.isEmpty || !rows.allSatisfy { row($0).count == 3 }
        }
        return rows.allSatisfy {
            row($0).isEmpty || abs(row($0).reduce(0, +) - 1) <= TabularModel.sumTolerance
        }
    }

    private func wrong(_ place: JSONScanner, _ expected: String, _ found: String) -> ModelFileError
    {
        .syntax(line: place.line, expected: expected, found: found)
    }

    private func dense(_ place: JSONScanner) throws(ModelFileError) -> [Double] {
        if rows.count != states.count {
            throw wrong(place, "\(states.count) lists, one a state,", "\(rows.count)")
        }
        for number in rows where !row(number).isEmpty && row(number).count != actions.count {
            throw wrong(
                place, "\(actions.count) probabilities in state \(number)",
                "\(row(number).count)")
        }
        return try law { state, action in
            row(state).isEmpty ? 0 : numbers[starts[state] + action]
        }
    }

    private func sparse(_ place: JSONScanner) throws(ModelFileError) -> [Double] {
        var table: [Int: Double] = [:]
        for number in rows {
            let entry = Array(row(number))
            guard let state = Int(exactly: entry[0]), let action = Int(exactly: entry[1]),
                (0..<states.count).contains(state), (0..<actions.count).contains(action)
            else {
                throw wrong(place, "entries [state, action, probability]", "\(entry)")
            }
            if table.updateValue(entry[2], forKey: state * actions.count + action) != nil {
                throw .duplicate(
                    line: place.line, what: "the probability of state \(state), action \(action)")
            }
        }
        return try law { table[$0 * actions.count + $1] ?? 0 }
    }

    private func law(_ probability: (Int, Int) -> Double) throws(ModelFileError) -> [Double] {
        let model = description.model
        var result = Array(repeating: 0.0, count: model.pairs.count)
        for state in 0..<model.states {
            let added = state - states.count
            guard let own = added < 0 ? state : description.addedStates[added] else { continue }
            for action in 0..<actions.count {
                let value = probability(own, action)
                if let pair = model.pairs.pair(state: state, action: action) {
                    result[pair] = value
                } else if value != 0 && !model.pairs.isTerminal(state) {
                    throw .syntax(
                        line: 1,
                        expected: "no probability of action "
                            + "\(model.label(action: action)) in state "
                            + "\(model.label(state: state)), where it is not available,",
                        found: "\(value)")
                }
            }
        }
        return result
    }
}
