import OptimistCore
import OptimistLinearAlgebra

/// Reads a model in JSON in two passes: where each key's value lies, then the values in the order in
/// which they are needed.
struct JSONModelReader {
    var scanner: JSONScanner
    private var places: [String: JSONScanner] = [:]
    var states = NameTable("state", count: 0)
    var actions = NameTable("action", count: 0)
    var observations = NameTable("observation", count: 0)

    private static let keys = [
        "states", "actions", "transitions", "rewards", "rewardFormat", "stateRewards",
        "observations", "observationNames", "observationFormat", "start", "discount", "horizon",
        "$schema", "name", "description",
    ]

    init(_ scanner: JSONScanner) { self.scanner = scanner }

    mutating func read() throws(ModelFileError) -> ModelDescription {
        try findKeys(JSONModelReader.keys)
        guard let states = try names("states", "state") else {
            throw .missing("\"states\", their number or names,")
        }
        guard let actions = try names("actions", "action") else {
            throw .missing("\"actions\", their number or names,")
        }
        (self.states, self.actions) = (states, actions)
        // Its start, and where the pairs of each begin.
        try ModelFileError.require([states.count, 32], for: "\(states.count) states")
        let (pairs, transitions) = try readTransitions()
        let stateRewards = try readStateRewards("stateRewards")
        let rewards: TabularModel.Rewards
        if let stateRewards {
            rewards = try entering(stateRewards, transitions)
        } else {
            rewards = try readRewards(pairs, transitions)
        }
        let start = try readStart()
        var details = TabularModelDetails(stateNames: states.names, actionNames: actions.names)
        if go(to: "discount") { details.discount = try scanner.number() }
        if go(to: "horizon") { details.horizon = try scanner.whole("a whole number of steps") }
        let model: TabularModel
        do {
            model = try TabularModel(
                pairs: pairs, transitions: transitions, rewards: rewards, start: start,
                details: details)
        } catch {
            throw .model(error)
        }
        let table = try readObservations()
        try table?.check(model)
        return ModelDescription(
            model: model, observations: table, rewardsDependOnObservation: false,
            stateRewards: stateRewards)
    }

    /// The means of what states bring, as rewards for entering them.
    private mutating func entering(
        _ rewards: StateRewards, _ transitions: SparseRows
    ) throws(ModelFileError) -> TabularModel.Rewards {
        if go(to: "rewards") {
            throw .contradiction(
                line: scanner.line,
                "\"rewards\" are paid for transitions and \"stateRewards\" by states: "
                    + "give one of them")
        }
        let means = rewards.means
        return TabularModel.Rewards(
            simplest: transitions.indices.map { means[Int($0)] }, transitions)
    }

    /// Finds where each key's value lies, and refuses keys that are none of these.
    mutating func findKeys(_ keys: [String]) throws(ModelFileError) {
        try scanner.expect("{")
        if !scanner.take("}") {
            repeat {
                _ = scanner.peek()
                let line = scanner.line
                let key = try scanner.text()
                if !keys.contains(key) {
                    throw .syntax(
                        line: line, expected: "one of " + keys.joined(separator: ", "),
                        found: "\"\(key)\"")
                }
                try scanner.expect(":")
                if places.updateValue(scanner, forKey: key) != nil {
                    throw .duplicate(line: line, what: "\"\(key)\"")
                }
                try scanner.skip()
            } while try scanner.another("}")
        }
        if scanner.peek() != nil { throw scanner.unexpected("the end of the file") }
    }

    /// Moves to the value of a key; false if there is none, or null.
    mutating func go(to key: String) -> Bool {
        guard let place = places[key] else { return false }
        scanner = place
        return !scanner.takeWord("null")
    }

    mutating func names(_ key: String, _ what: String) throws(ModelFileError) -> NameTable? {
        guard go(to: key) else { return nil }
        _ = scanner.peek()
        let line = scanner.line
        if scanner.peek() != UInt8(ascii: "[") {
            let count = try scanner.whole("a number of \(key) or a list of names")
            if count > NameTable.limit {
                throw .tooLarge(
                    what: "line \(line): the number of \(key)", size: count,
                    limit: NameTable.limit)
            }
            if count < 1 {
                throw .syntax(line: line, expected: "a positive number", found: "\(count)")
            }
            return NameTable(what, count: count)
        }
        var names: [String] = []
        try eachElement { reader throws(ModelFileError) in names.append(try reader.scanner.text()) }
        if names.isEmpty {
            throw .syntax(line: line, expected: "at least one name", found: "none")
        }
        return try NameTable(what, names: names, line: line)
    }

    /// Runs a closure at each element of a list, which takes it.
    mutating func eachElement(
        _ body: (inout JSONModelReader) throws(ModelFileError) -> Void
    ) throws(ModelFileError) {
        try scanner.expect("[")
        if scanner.take("]") { return }
        repeat {
            try body(&self)
            scanner.release()
        } while try scanner.another("]")
    }

    mutating func readStart() throws(ModelFileError) -> [Double] {
        guard go(to: "start") else {
            return Array(repeating: 1 / Double(states.count), count: states.count)
        }
        if scanner.peek() != UInt8(ascii: "[") {
            var result = Array(repeating: 0.0, count: states.count)
            result[try states.read(&scanner)] = 1
            return result
        }
        var result: [Double] = []
        try eachElement { reader throws(ModelFileError) in
            result.append(try reader.scanner.number())
        }
        return result
    }
}
