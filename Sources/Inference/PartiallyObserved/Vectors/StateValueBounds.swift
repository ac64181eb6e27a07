import OptimistCore

/// Upper bounds of the value of beliefs from one vector an action.
///
/// The value of a belief is max_a Σ_s b(s) Q(s, a), and the action values are those sums.
public struct StateValueBounds: BeliefPolicy, Equatable {
    /// Q(·, a) for each action, [A][S], in reward units.
    public let vectors: [[Double]]

    /// max_a Σ_s b(s) Q(s, a).
    public func value(_ belief: [Double]) -> Double { actionValues(belief).max()! }

    /// Σ_s b(s) Q(s, a).
    public func actionValues(_ belief: [Double]) -> [Double] {
        vectors.map { AlphaVector(action: 0, values: $0).value(belief) }
    }

    /// QMDP (Littman, Cassandra and Kaelbling, 1995): the state is thought to be known from the
    /// next step on. It never acts to learn.
    public static func fullyObserved(
        _ model: PartiallyObservedModel, tolerance: Double = 1e-10, iterationLimit: Int = 1_000_000
    ) throws(PartiallyObservedError) -> Self {
        if !(model.discount < 1) { throw .badDiscount(model.discount) }
        let plan: DiscountedSolution
        do {
            plan = try SoftDynamicProgramming(model.dynamics, objective: .hard).solve(
                discount: model.discount,
                stopping: .init(tolerance: tolerance, maximumSweeps: iterationLimit))
        } catch .notConverged(let sweeps, let residual, _) {
            throw .notConverged(iterations: sweeps, change: residual)
        } catch {
            fail("StateValueBounds.fullyObserved", "\(error)")
        }
        // What the values may be too low by; an upper bound stays one.
        let margin = model.discount * (plan.certifiedError ?? 0)
        return Self(
            vectors: (0..<model.actionCount).map { action in
                (0..<model.stateCount).map { state in
                    let pair = model.pairOf[action * model.stateCount + state]
                    return pair < 0 ? 0 : plan.actionValues[pair] + margin
                }
            })
    }

    /// FIB, the fast informed bound (Hauskrecht, 2000):
    /// α_a(s) = r(s, a) + γ Σ_x max_a′ Σ_s′ p(s′ | s, a) p(x | s′, a) α_a′(s′).
    public static func fastInformed(
        _ model: PartiallyObservedModel, tolerance: Double = 1e-10, iterationLimit: Int = 1_000_000
    ) throws(PartiallyObservedError) -> Self {
        try iterate(model, tolerance, iterationLimit) { vectors, action, result in
            for state in result.indices { result[state] = 0 }
            for observation in 0..<model.observationCount {
                let options = vectors.map {
                    AlphaVectors.projected($0, model, action: action, observation: observation)
                }
                for state in result.indices {
                    result[state] += options.reduce(-Double.infinity) { max($0, $1[state]) }
                }
            }
        }
    }

    /// Iterates a contraction until γ/(1 − γ) times the change is within the tolerance.
    private static func iterate(
        _ model: PartiallyObservedModel, _ tolerance: Double, _ limit: Int,
        _ ahead: ([[Double]], Int, inout [Double]) -> Void
    ) throws(PartiallyObservedError) -> Self {
        if !(model.discount < 1) { throw .badDiscount(model.discount) }
        // Starting above the largest value keeps every iterate an upper bound.
        let top = max(model.dynamics.rewards.max() ?? 0, 0) / (1 - model.discount)
        var vectors = [[Double]](
            repeating: Array(repeating: top, count: model.stateCount), count: model.actionCount)
        var next = vectors
        var change = Double.infinity
        for _ in 0..<limit {
            change = 0
            for action in vectors.indices {
                ahead(vectors, action, &next[action])
                for state in next[action].indices {
                    // A terminal state is worth nothing, whatever the action.
                    let isTerminal = model.pairOf[action * model.stateCount + state] < 0
                    next[action][state] =
                        isTerminal
                        ? 0
                        : next[action][state]
                            + model.reward(state: state, action: action)
                    change = max(change, abs(next[action][state] - vectors[action][state]))
                }
            }
            swap(&vectors, &next)
            if change * model.discount <= tolerance * (1 - model.discount) {
                return Self(vectors: vectors)
            }
        }
        throw .notConverged(iterations: limit, change: change)
    }
}
