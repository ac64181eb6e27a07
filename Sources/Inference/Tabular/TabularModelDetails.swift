/// What a model says about itself beside its numbers.
public struct TabularModelDetails: Equatable, Sendable {
    /// What the states are called, `[states]`.
    public var stateNames: [String]?
    /// What the actions are called, `[actions]`.
    public var actionNames: [String]?
    /// The discount that belongs to the model, in 0...1.
    public var discount: Double?
    /// The number of steps that belongs to the model, at least 1.
    public var horizon: Int?

    /// Details with those parts that are given.
    public init(
        stateNames: [String]? = nil, actionNames: [String]? = nil, discount: Double? = nil,
        horizon: Int? = nil
    ) {
        self.stateNames = stateNames
        self.actionNames = actionNames
        self.discount = discount
        self.horizon = horizon
    }

    func check(states: Int, actions: Int) throws(TabularModelError) {
        if states < 1 || states > Int(Int32.max) { throw .stateCount(states) }
        if actions < 1 || actions > Int(Int32.max) { throw .actionCount(actions) }
        if let names = stateNames { try checkSize("the list of states", names.count, states) }
        if let names = actionNames { try checkSize("the list of actions", names.count, actions) }
        if let discount, !(0...1).contains(discount) { throw .discount(discount) }
        if let horizon, horizon < 1 { throw .horizon(horizon) }
    }
}
