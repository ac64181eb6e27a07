import OptimistCore

/// Point-based value iteration (Pineau, Gordon and Thrun, 2003): one vector for each belief point.
///
/// It starts from min r/(1 − γ), below every value, so that its values are lower bounds.
public struct PointBasedValueIteration: Sendable, Equatable {
    /// The most backups of all points.
    public var iterationLimit = 10_000
    /// Converged when no point's value rises by more than this times (1 − γ)/γ.
    public var tolerance = 1e-8

    /// 10,000 iterations, tolerance 1e-8.
    public init() {}

    /// Solves for given points.
    ///
    /// - Parameters:
    ///   - model: the model, with a discount below 1.
    ///   - points: beliefs, at least one.
    ///   - start: a lower bound to go on from; nil for the constant one.
    /// - Throws: `PartiallyObservedError`.
    public func solve(
        _ model: PartiallyObservedModel, points: [[Double]], from start: AlphaVectors? = nil
    ) throws(PartiallyObservedError) -> AlphaVectors {
        if points.isEmpty { fail("PointBasedValueIteration.solve", "no points") }
        if !(model.discount < 1) { throw .badDiscount(model.discount) }
        let least = min(model.dynamics.rewards.min() ?? 0, 0) / (1 - model.discount)
        let constant = AlphaVector(
            action: 0, values: Array(repeating: least, count: model.stateCount))
        var current = start ?? AlphaVectors(model, [constant])
        var values = points.map { current.value($0) }
        var rise = Double.infinity
        for _ in 0..<iterationLimit {
            let next = AlphaVectors(model, backup(current, points))
            let better = points.map { next.value($0) }
            rise = zip(better, values).reduce(0) { max($0, abs($1.0 - $1.1)) }
            (current, values) = (next, better)
            if rise * model.discount <= tolerance * (1 - model.discount) { return current }
        }
        throw .notConverged(iterations: iterationLimit, change: rise)
    }

    /// Solves for the first belief and points found by expansion.
    ///
    /// - Parameters:
    ///   - model: the model.
    ///   - expansions: how often each belief adds its farthest simulated successor.
    ///   - generator: draws the observations.
    public func solve(
        _ model: PartiallyObservedModel, expansions: Int, using generator: inout Generator
    ) throws(PartiallyObservedError) -> AlphaVectors {
        var points = [model.initialBelief]
        for _ in 0..<expansions { expand(&points, model, &generator) }
        return try solve(model, points: points)
    }

    /// One vector a point, each the best backup there, duplicates once.
    private func backup(_ current: AlphaVectors, _ points: [[Double]]) -> [AlphaVector] {
        let model = current.model
        // [action][observation][vector]
        let projections = (0..<model.actionCount).map { action in
            (0..<model.observationCount).map { observation in
                current.vectors.map {
                    AlphaVector(
                        action: action,
                        values: AlphaVectors.projected(
                            $0.values, model, action: action, observation: observation))
                }
            }
        }
        var kept: [AlphaVector] = []
        for point in points {
            var (best, bestValue): (AlphaVector?, Double) = (nil, -.infinity)
            for action in 0..<model.actionCount {
                var sum = (0..<model.stateCount).map { model.reward(state: $0, action: action) }
                for options in projections[action] {
                    var (choice, value) = (0, -Double.infinity)
                    for (index, option) in options.enumerated() {
                        let candidate = option.value(point)
                        if candidate > value { (choice, value) = (index, candidate) }
                    }
                    for state in sum.indices { sum[state] += options[choice].values[state] }
                }
                let vector = AlphaVector(action: action, values: sum)
                let value = vector.value(point)
                if value > bestValue { (best, bestValue) = (vector, value) }
            }
            if let best, !kept.contains(best) { kept.append(best) }
        }
        return kept
    }

    /// From each belief every action is simulated once; the successor farthest from all points in
    /// L1 is added unless it is there already.
    private func expand(
        _ points: inout [[Double]], _ model: PartiallyObservedModel, _ generator: inout Generator
    ) {
        func distance(_ belief: [Double]) -> Double {
            points.reduce(.infinity) { nearest, point in
                min(nearest, zip(belief, point).reduce(0) { $0 + abs($1.0 - $1.1) })
            }
        }
        for belief in points {
            var (farthest, reach): ([Double]?, Double) = (nil, 1e-9)
            for action in 0..<model.actionCount {
                let options = model.successors(belief, action: action)
                let next = options[generator.categorical(options.map(\.probability))].belief
                let candidate = distance(next)
                if candidate > reach { (farthest, reach) = (next, candidate) }
            }
            if let farthest { points.append(farthest) }
        }
    }
}
