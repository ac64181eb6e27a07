import OptimistCore

/// The value of a plan in each state, and the action that the plan begins with.
public struct AlphaVector: Sendable, Equatable {
    /// The first action.
    public var action: Int
    /// The value of the plan in each state, [S], in reward units.
    public var values: [Double]

    /// A plan's values.
    public init(action: Int, values: [Double]) {
        self.action = action
        self.values = values
    }

    /// Σ_s b(s) α(s).
    public func value(_ belief: [Double]) -> Double {
        var sum = 0.0
        for state in values.indices { sum += belief[state] * values[state] }
        return sum
    }
}

/// A convex, piecewise linear value of beliefs, V(b) = max_i Σ_s b(s) α_i(s), and its policy.
///
/// The values of actions come from looking one step ahead, never from the vectors of that action:
/// vectors of actions that are nowhere best are missing or stale.
public struct AlphaVectors: BeliefPolicy, Equatable {
    /// The model.
    public let model: PartiallyObservedModel
    /// The vectors; at least one.
    public let vectors: [AlphaVector]

    /// A value of vectors.
    public init(_ model: PartiallyObservedModel, _ vectors: [AlphaVector]) {
        if vectors.isEmpty { fail("AlphaVectors", "no vectors") }
        self.model = model
        self.vectors = vectors
    }

    /// The vector that is largest at a belief, the first of equals.
    public func best(at belief: [Double]) -> AlphaVector {
        var (best, value) = (vectors[0], -Double.infinity)
        for vector in vectors {
            let candidate = vector.value(belief)
            if candidate > value { (best, value) = (vector, candidate) }
        }
        return best
    }

    /// max_i Σ_s b(s) α_i(s).
    public func value(_ belief: [Double]) -> Double { best(at: belief).value(belief) }

    /// R(b, a) + γ Σ_x p(x | b, a) V(b′).
    public func actionValues(_ belief: [Double]) -> [Double] {
        (0..<model.actionCount).map { action in
            model.successors(belief, action: action).reduce(
                model.expectedReward(belief, action: action)
            ) { $0 + model.discount * $1.probability * value($1.belief) }
        }
    }

    /// γ Σ_s′ p(s′ | s, a) p(x | s′, a) α(s′): what a vector is worth a step earlier.
    static func projected(
        _ values: [Double], _ model: PartiallyObservedModel, action: Int, observation: Int
    ) -> [Double] {
        let weighted = values.indices.map {
            model.discount * values[$0]
                * model.observationProbability(observation, state: $0, action: action)
        }
        var result = weighted
        model.propagateBack(weighted, action: action, into: &result)
        return result
    }
}
