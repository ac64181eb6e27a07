/// One possible outcome of an action, as programs of the Gymnasium kind list them.
public struct Outcome: Equatable, Sendable {
    /// The state left.
    public var state: Int
    /// The action taken.
    public var action: Int
    /// The state entered; nil where everything ends.
    public var next: Int?
    /// Its probability; outcomes of one kind are summed.
    public var probability: Double
    /// What it brings, in reward units.
    public var reward: Double

    /// An outcome with all its parts.
    public init(state: Int, action: Int, next: Int?, probability: Double, reward: Double) {
        self.state = state
        self.action = action
        self.next = next
        self.probability = probability
        self.reward = reward
    }
}

extension ModelDescription {
    /// A fully observed model from outcomes.
    ///
    /// An ending leads to an added terminal state. Outcomes of one state and action that agree in
    /// the successor and differ in the reward lead to twins of it, which are as good in every way:
    /// a mean reward would change the log evidence.
    ///
    /// - Parameters:
    ///   - states: the number of states.
    ///   - actions: the number of actions.
    ///   - outcomes: in any order.
    ///   - start: p(s_1), `[states]`.
    /// - Throws: `TabularModelError` where the numbers are no law.
    public init(
        states: Int, actions: Int, outcomes: [Outcome], start: [Double]
    ) throws(TabularModelError) {
        try checkSize("the start distribution", start.count, states)
        for (number, outcome) in outcomes.enumerated() {
            let entry = "outcome \(number + 1)"
            for (what, index, count) in [
                ("state", outcome.state, states), ("action", outcome.action, actions),
                ("state", outcome.next ?? 0, states),
            ] where index < 0 || index >= count {
                throw .indexOutOfRange(what: what, index: index, count: count, entry: entry)
            }
        }
        let twins = Twins(states, actions, outcomes)
        var entries: [Transition] = []
        for (outcome, next) in zip(outcomes, twins.targets) {
            for state in twins.all(of: outcome.state) {
                entries.append(
                    Transition(
                        state: state, action: outcome.action, next: next,
                        probability: outcome.probability, reward: outcome.reward))
            }
        }
        self.init(
            model: try TabularModel(
                states: states + twins.added.count, actions: actions, entries: entries,
                start: start + Array(repeating: 0, count: twins.added.count)),
            addedStates: twins.added)
    }
}

/// Which states have to be added, and where each outcome leads then.
private struct Twins {
    private(set) var added: [Int?] = []
    private(set) var targets: [Int] = []
    private var twins: [[Int]]

    init(_ states: Int, _ actions: Int, _ outcomes: [Outcome]) {
        // The number `states` stands for the end.
        var seen: [[Int]: [Double]] = [:]
        let ranks = outcomes.map { outcome in
            let key = [outcome.state, outcome.action, outcome.next ?? states]
            if let rank = seen[key]?.firstIndex(of: outcome.reward) { return rank }
            seen[key, default: []].append(outcome.reward)
            return seen[key]!.count - 1
        }
        var copies = Array(repeating: 1, count: states) + [0]
        for (outcome, rank) in zip(outcomes, ranks) {
            let target = outcome.next ?? states
            copies[target] = max(copies[target], rank + 1)
        }
        twins = Array(repeating: [], count: states + 1)
        for target in [states] + Array(0..<states) {
            if target < states { twins[target] = [target] }
            while twins[target].count < copies[target] {
                twins[target].append(states + added.count)
                added.append(target < states ? target : nil)
            }
        }
        targets = zip(outcomes, ranks).map { twins[$0.next ?? states][$1] }
    }

    /// A state and its twins.
    func all(of state: Int) -> [Int] { twins[state] }
}
