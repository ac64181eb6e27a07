import OptimistCore
import OptimistLinearAlgebra

/// Reads the text format of Cassandra's pomdp-solve, `.MDP` and `.POMDP`, the whole grammar.
struct CassandraReader {
    var lexer: CassandraLexer
    var states: NameTable?
    var actions: NameTable?
    var observations: NameTable?
    private var discount: Double?
    private var isCost = false
    var start: [Double]?
    /// Row state · actions + action; later entries replace earlier ones.
    var transitions: LawTable?
    /// Row action · states + s′.
    var laws: LawTable?
    var rules: [RewardRule] = []
    /// Rows `T: a : s reset`, which need the start, wherever it is given.
    var resets: [Int] = []

    /// One `R:` entry, of which a file may have as many as transitions: 24 bytes; −1 for an asterisk.
    struct RewardRule {
        private let actionNumber, stateNumber, nextNumber, observationNumber: Int32
        let value: Double

        init(action: Int?, state: Int?, next: Int?, observation: Int? = nil, value: Double) {
            actionNumber = action.map(Int32.init) ?? -1
            stateNumber = state.map(Int32.init) ?? -1
            nextNumber = next.map(Int32.init) ?? -1
            observationNumber = observation.map(Int32.init) ?? -1
            self.value = value
        }

        var action: Int? { actionNumber < 0 ? nil : Int(actionNumber) }
        var state: Int? { stateNumber < 0 ? nil : Int(stateNumber) }
        var next: Int? { nextNumber < 0 ? nil : Int(nextNumber) }
        var observation: Int? { observationNumber < 0 ? nil : Int(observationNumber) }
    }

    private let file: MappedFile?

    init(_ bytes: UnsafeRawBufferPointer, of file: MappedFile? = nil) {
        lexer = CassandraLexer(bytes)
        self.file = file
    }

    mutating func read() throws(ModelFileError) -> ModelDescription {
        while let section = try lexer.next() {
            file?.release(before: lexer.position)
            switch section {
            case "discount":
                try colon()
                discount = try number()
            case "values":
                try colon()
                let kind = try word("reward or cost")
                if kind != "reward" && kind != "cost" { throw unexpected("reward or cost", kind) }
                isCost = kind == "cost"
            case "states": states = try declare(states, "state")
            case "actions": actions = try declare(actions, "action")
            case "observations": observations = try declare(observations, "observation")
            case "start": try readStart()
            case "T": try readTransition()
            case "O": try readObservation()
            case "R": try readReward()
            default:
                throw unexpected(
                    "discount, values, states, actions, observations, start, T, O or R", section)
            }
        }
        return try finish()
    }

    /// The error that something else was expected than the word just taken.
    func unexpected(_ expected: String, _ found: String?) -> ModelFileError {
        .syntax(
            line: lexer.line, expected: expected,
            found: found.map { "\"\($0.prefix(24))\"" } ?? "the end of the file")
    }

    mutating func colon() throws(ModelFileError) {
        if lexer.takeColon() { return }
        let found = try lexer.next()
        if found != ":" { throw unexpected("\":\"", found) }
    }

    /// A word that is neither a colon nor the end.
    mutating func word(_ expected: String) throws(ModelFileError) -> String {
        let found = try lexer.next()
        guard let found, found != ":" else { throw unexpected(expected, found) }
        return found
    }

    mutating func number() throws(ModelFileError) -> Double {
        if let number = lexer.number() { return number }
        let word = try word("a number")
        var text = word
        let value = text.withUTF8 { DecimalNumber.parse(UnsafeRawBufferPointer($0)) }
        guard let value else { throw unexpected("a number", word) }
        return value
    }

    mutating func probability() throws(ModelFileError) -> Double {
        let value = try number()
        if !(0...1 + TabularModel.sumTolerance).contains(value) {
            throw unexpected("a probability from 0 to 1", "\(value)")
        }
        return value
    }

    /// Whether the next word begins a section rather than going on with a list.
    func sectionFollows() throws(ModelFileError) -> Bool {
        guard let word = try lexer.peek() else { return true }
        switch word {
        case "discount", "values", "states", "actions", "observations", "T", "O", "R":
            return try lexer.peek(1) == ":"
        case "start":
            let next = try lexer.peek(1)
            return next == ":" || next == "include" || next == "exclude"
        default: return false
        }
    }

    private mutating func declare(
        _ before: NameTable?, _ what: String
    ) throws(ModelFileError) -> NameTable {
        let line = lexer.line
        if before != nil { throw .duplicate(line: line, what: "the list of \(what)s") }
        try colon()
        var names: [String] = []
        while try !sectionFollows() { names.append(try word("a name")) }
        if names.count == 1, let count = Int(names[0]) {
            if count > NameTable.limit {
                throw .tooLarge(
                    what: "line \(line): the number of \(what)s", size: count,
                    limit: NameTable.limit)
            }
            if count < 1 {
                throw .syntax(line: line, expected: "a positive number", found: names[0])
            }
            return NameTable(what, count: count)
        }
        if names.isEmpty {
            throw .syntax(line: line, expected: "a number or names", found: "none")
        }
        return try NameTable(what, names: names, line: line)
    }

    func table(_ table: NameTable?, _ what: String) throws(ModelFileError) -> NameTable {
        guard let table else { throw .missing("line \(lexer.line): \"\(what):\" before this") }
        return table
    }

    /// A name, a number or an asterisk, for which nil.
    mutating func index(_ names: NameTable) throws(ModelFileError) -> Int? {
        if names.names == nil, let number = lexer.whole() {
            if number < names.count { return number }
            throw .unknown(
                line: lexer.line, what: names.what, name: "\(number)", count: names.count)
        }
        let word = try word("a \(names.what)")
        if word == "*" { return nil }
        var names = names
        return try names.number(word, line: lexer.line)
    }

    private mutating func finish() throws(ModelFileError) -> ModelDescription {
        guard let states else { throw .missing("\"states:\"") }
        guard let actions else { throw .missing("\"actions:\"") }
        guard var transitions else { throw .missing("\"T:\", the transitions,") }
        self.transitions = nil
        let start = start ?? Array(repeating: 1 / Double(states.count), count: states.count)
        for row in resets where transitions.isEmpty(row) { try transitions.set(row, start) }
        do {
            let rows = try transitions.sparse()
            let details = TabularModelDetails(
                stateNames: states.names, actionNames: actions.names, discount: discount)
            let pairs = StateActionPairs(states: states.count, actions: actions.count)
            // The laws are checked first: rewards are averaged over them.
            let unrewarded = try TabularModel(
                pairs: pairs, transitions: rows,
                rewards: .perPair(Array(repeating: 0, count: pairs.count)), start: start,
                details: details)
            let observed = try observationTable(unrewarded)
            let rewards = rewards(rows, observed, states.count, actions.count)
            let model = try TabularModel(
                pairs: pairs, transitions: rows,
                rewards: .init(simplest: isCost ? rewards.map { -$0 } : rewards, rows),
                start: start, details: details, validation: .skip)
            return ModelDescription(
                model: model, observations: observed,
                rewardsDependOnObservation: rules.contains { $0.observation != nil })
        } catch let error as TabularModelError {
            throw .model(error)
        } catch let error as ModelFileError {
            throw error
        } catch {
            fail("CassandraReader.finish", "\(error)")
        }
    }

    private func observationTable(_ model: TabularModel) throws -> ObservationTable? {
        guard let observations else { return nil }
        guard let laws else { throw ModelFileError.missing("\"O:\", the observations,") }
        let table = ObservationTable(
            count: observations.count, names: observations.names, dependsOnAction: true,
            probabilities: try laws.sparse())
        try table.check(model)
        return table
    }
}
