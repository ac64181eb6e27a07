import OptimistCore
import OptimistLinearAlgebra

/// Reads one agent's file.
struct GenerativeAgentReader {
    private var reader: JSONModelReader
    private let environment: GenerativeEnvironment
    private var process: EmittingProcess { environment.process }

    private static let ownTables = [
        "states", "start", "transitions", "observations", "observationFormat", "rewards",
    ]
    private static let keys =
        ["model", "doubt"] + ownTables + [
            "habit", "rewardOffset", "$schema", "name", "description",
        ]

    init(_ bytes: UnsafeRawBufferPointer, _ environment: GenerativeEnvironment) {
        reader = JSONModelReader(JSONScanner(bytes))
        self.environment = environment
    }

    mutating func read() throws(ModelFileError) -> GenerativeAgentDescription {
        if reader.scanner.peek() == nil { throw .empty }
        try reader.findKeys(Self.keys)
        let knows = try readModel()
        let model = try knows ? knownProcess() : ownProcess()
        let habit = try readHabit(knows)
        let offset = try reader.go(to: "rewardOffset") ? reader.scanner.number() : 0
        do {
            return GenerativeAgentDescription(
                tables: try GenerativeAgentTables(model: model, habit: habit),
                stateNames: reader.states.names, rewardOffset: offset, knowsEnvironment: knows)
        } catch {
            throw .mismatch(error.description)
        }
    }

    /// Whether the agent's model is the environment's.
    private mutating func readModel() throws(ModelFileError) -> Bool {
        let (model, table) = (environment.description.model, environment.description.observations)
        reader.actions = try names("action", model.details.actionNames, model.actions)
        reader.observations = try names(
            "observation", table == nil ? model.details.stateNames : table?.names,
            process.observationCount)
        guard reader.go(to: "model") else { return false }
        _ = reader.scanner.peek()
        let line = reader.scanner.line
        let word = try reader.scanner.text()
        if word != "environment" {
            throw .syntax(
                line: line,
                expected: "\"environment\", or no \"model\" and the agent's own tables,",
                found: "\"\(word)\"")
        }
        for key in Self.ownTables where reader.go(to: key) {
            throw .contradiction(
                line: reader.scanner.line,
                "an agent whose \"model\" is the environment has no \"\(key)\" of its own: "
                    + "leave one of them out")
        }
        reader.states = try names("state", model.details.stateNames, model.states)
        return true
    }

    /// The environment, doubted by as much as the file says.
    private mutating func knownProcess() throws(ModelFileError) -> EmittingProcess {
        guard reader.go(to: "doubt") else { return process }
        let doubt = try reader.probability()
        return doubt > 0 ? environment.doubted(min(doubt, 1)) : process
    }

    private func names(
        _ what: String, _ names: [String]?, _ count: Int
    ) throws(ModelFileError) -> NameTable {
        if let names, names.count == count { return try NameTable(what, names: names, line: 0) }
        return NameTable(what, count: count)
    }

    /// The model of an agent that has states of its own.
    private mutating func ownProcess() throws(ModelFileError) -> EmittingProcess {
        if reader.go(to: "doubt") {
            throw .contradiction(
                line: reader.scanner.line,
                "\"doubt\" goes with \"model\": \"environment\": leave it out where the agent has "
                    + "tables of its own")
        }
        guard let states = try reader.names("states", "state") else {
            throw .missing(
                "\"states\", the number or names of the agent's own states, or \"model\": "
                    + "\"environment\",")
        }
        reader.states = states
        let sizes = (
            states.count, process.actionCount, process.observationCount, process.rewardCount
        )
        try ModelFileError.require(
            [sizes.0, sizes.1, sizes.0, sizes.2, sizes.3, 16],
            for: "the arrivals of \(sizes.0) states of the agent")
        let (pairs, transitions) = try reader.readTransitions()
        let start = try reader.readStart()
        let model: TabularModel
        do {
            model = try TabularModel(
                pairs: pairs, transitions: transitions,
                rewards: .perPair(Array(repeating: 0, count: pairs.count)), start: start,
                details: TabularModelDetails(
                    stateNames: states.names,
                    actionNames: environment.description.model.details.actionNames))
        } catch {
            throw .model(error)
        }
        guard let observations = try reader.readObservations() else {
            throw .missing("\"observations\", what the agent's states show,")
        }
        try observations.check(model)
        let description = ModelDescription(
            model: model, observations: observations, stateRewards: try readRewards())
        return try emitting(description)
    }

    /// The agent's law over the environment's rewards.
    private mutating func readRewards() throws(ModelFileError) -> StateRewards {
        guard let own = try reader.readStateRewards("rewards") else {
            throw .missing("\"rewards\", the law of rewards in each of the agent's states,")
        }
        let paid = environment.rewards.map { JSONValue.text($0) }.joined(separator: ", ")
        for value in own.values where !environment.rewards.contains(value) {
            throw .mismatch(
                "the agent expects the reward \(JSONValue.text(value)), which the environment "
                    + "never pays: it pays \(paid)")
        }
        return StateRewards(
            values: environment.rewards,
            laws: own.laws.map { law in
                environment.rewards.map { value in
                    own.values.firstIndex(of: value).map { law[$0] } ?? 0
                }
            })
    }

    /// The agent's states emit as the environment's do, the first one too where that does.
    private func emitting(
        _ description: ModelDescription
    ) throws(ModelFileError) -> EmittingProcess {
        let model = description.model
        for state in 0..<model.states where !model.pairs.isTerminal(state) {
            for action in 0..<model.actions
            where model.pairs.pair(state: state, action: action) == nil {
                throw .mismatch(
                    "the agent's model does not say what follows on action "
                        + "\(model.label(action: action)) in its state "
                        + "\(model.label(state: state)): give its \"transitions\"")
            }
        }
        do {
            return try GenerativeEnvironment(description, first: environment.first).process
        } catch {
            throw .mismatch(error.description)
        }
    }

    /// The habit p(a | z), `[Z, A]`: uniform, or `[z][a]`.
    private mutating func readHabit(_ knows: Bool) throws(ModelFileError) -> [Double] {
        let gaps = environment.unavailable
        if let gap = gaps.first, !knows || environment.description.observations != nil {
            throw .mismatch(
                "action \(label(gap.action)) is not available in state \(label(state: gap.state)) "
                    + "of the environment, and an agent that does not see the state may do it "
                    + "there: give it a transition")
        }
        if let habit = try givenHabit() {
            for gap in gaps where habit[gap.state][gap.action] > 0 {
                throw .mismatch(
                    "the habit does \(label(gap.action)) in state \(label(state: gap.state)), "
                        + "where it is not available")
            }
            return habit.flatMap { $0 }
        }
        var offered = Array(
            repeating: Array(repeating: 1.0, count: process.actionCount),
            count: reader.states.count)
        for gap in gaps { offered[gap.state][gap.action] = 0 }
        return offered.flatMap { row in row.map { $0 / row.reduce(0, +) } }
    }

    /// The habit as a table; nil if it is uniform.
    private mutating func givenHabit() throws(ModelFileError) -> [[Double]]? {
        guard reader.go(to: "habit") else { return nil }
        if reader.scanner.peek() != UInt8(ascii: "\"") {
            return try reader.laws("habit", columns: process.actionCount, of: "actions")
        }
        let line = reader.scanner.line
        let word = try reader.scanner.text()
        if word != "uniform" {
            throw .syntax(
                line: line, expected: "\"uniform\" or a list of lists [state][action]",
                found: "\"\(word)\"")
        }
        return nil
    }

    private func label(state: Int) -> String { environment.description.model.label(state: state) }
    private func label(_ action: Int) -> String {
        environment.description.model.label(action: action)
    }
}
