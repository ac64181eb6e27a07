import OptimistCore

/// What values beliefs and acts on them.
public protocol BeliefPolicy: Sendable {
    /// What the method says the belief is worth, in reward units: a bound or exact, as documented.
    func value(_ belief: [Double]) -> Double
    /// The worth of each action at a belief, [A], in reward units.
    func actionValues(_ belief: [Double]) -> [Double]
    /// p(a | b), [A].
    func actionLaw(_ belief: [Double]) -> [Double]
}

extension BeliefPolicy {
    /// All on the best action, the first of equals.
    public func actionLaw(_ belief: [Double]) -> [Double] {
        let values = actionValues(belief)
        let best = values.indices.reduce(0) { values[$1] > values[$0] ? $1 : $0 }
        return values.indices.map { $0 == best ? 1 : 0 }
    }

    /// The most probable action, the first of equals.
    public func action(_ belief: [Double]) -> Int {
        let law = actionLaw(belief)
        return law.indices.reduce(0) { law[$1] > law[$0] ? $1 : $0 }
    }
}
