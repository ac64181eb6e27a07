/// A finite model that computes its transitions instead of storing them, for those whose table
/// does not fit into memory.
public protocol ImplicitModel: Sendable {
    /// The number of states.
    var states: Int { get }
    /// The number of actions that exist in any state.
    var actions: Int { get }
    /// p(s_1), `[states]`.
    var start: [Double] { get }

    /// Whether an action may be taken in a state; a state without any action is terminal.
    func isAvailable(_ action: Int, in state: Int) -> Bool

    /// Names each successor of an available pair once, always in the same order.
    ///
    /// - Parameters:
    ///   - state: the state left.
    ///   - action: an action that is available there.
    ///   - visit: takes s′, p(s′ | s, a) and r(s, a, s′).
    func successors(
        of state: Int, action: Int,
        _ visit: (_ next: Int, _ probability: Double, _ reward: Double) -> Void)
}

extension ImplicitModel {
    /// Every action is available everywhere.
    public func isAvailable(_ action: Int, in state: Int) -> Bool { true }
}

extension TabularModel {
    /// The table of an implicit model.
    ///
    /// - Throws: `TabularModelError` where its numbers are no law.
    public init(
        _ model: some ImplicitModel, details: TabularModelDetails = .init(),
        validation: Validation = .full
    ) throws(TabularModelError) {
        var entries: [Transition] = []
        for state in 0..<model.states {
            for action in 0..<model.actions where model.isAvailable(action, in: state) {
                model.successors(of: state, action: action) { next, probability, reward in
                    entries.append(
                        Transition(
                            state: state, action: action, next: next, probability: probability,
                            reward: reward))
                }
            }
        }
        try self.init(
            states: model.states, actions: model.actions, entries: entries, start: model.start,
            details: details, validation: validation)
    }
}
