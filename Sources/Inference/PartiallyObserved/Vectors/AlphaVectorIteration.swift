/// Exact finite-horizon values as alpha vectors, by incremental pruning (Cassandra, Littman and
/// Zhang, 1997): the cross-sum over observations is pruned after each of them.
public struct AlphaVectorIteration: Sendable, Equatable {
    /// The most states and vectors of a stage that are taken on.
    public static let stateLimit = 10
    /// The most steps with more than two states.
    public static let horizonLimit = 6
    /// The most vectors of a cross-sum.
    public static let vectorLimit = 200_000

    /// The values with k steps to go for k = 1…horizon.
    public let stages: [AlphaVectors]

    /// Solves a horizon exactly.
    ///
    /// - Parameters:
    ///   - model: the model.
    ///   - horizon: steps to go, at least 1; V_0 = 0.
    ///   - tolerance: vectors that are above the others by no more than this are pruned.
    /// - Throws: `PartiallyObservedError.tooLarge`.
    public init(
        _ model: PartiallyObservedModel, horizon: Int, tolerance: Double = 1e-9
    ) throws(PartiallyObservedError) {
        let states = model.stateCount
        if horizon < 1 || states > Self.stateLimit || states > 2 && horizon > Self.horizonLimit {
            throw .tooLarge(states: states, horizon: horizon, vectors: 0)
        }
        var stages: [AlphaVectors] = []
        var later = [AlphaVector(action: 0, values: Array(repeating: 0, count: states))]
        for _ in 0..<horizon {
            var all: [AlphaVector] = []
            for action in 0..<model.actionCount {
                all += try Self.backup(model, later, action, tolerance)
            }
            later = VectorPruning.pruned(all, tolerance: tolerance)
            stages.append(AlphaVectors(model, later))
        }
        self.stages = stages
    }

    private static func backup(
        _ model: PartiallyObservedModel, _ later: [AlphaVector], _ action: Int,
        _ tolerance: Double
    ) throws(PartiallyObservedError) -> [AlphaVector] {
        let rewards = (0..<model.stateCount).map { model.reward(state: $0, action: action) }
        var sums = [AlphaVector(action: action, values: rewards)]
        for observation in 0..<model.observationCount {
            let parts = VectorPruning.pruned(
                later.map {
                    AlphaVector(
                        action: action,
                        values: AlphaVectors.projected(
                            $0.values, model, action: action, observation: observation))
                }, tolerance: tolerance)
            if sums.count * parts.count > vectorLimit {
                throw .tooLarge(
                    states: model.stateCount, horizon: 0, vectors: sums.count * parts.count)
            }
            let crossed = sums.flatMap { sum in
                parts.map { part in
                    AlphaVector(action: action, values: zip(sum.values, part.values).map(+))
                }
            }
            sums = VectorPruning.pruned(crossed, tolerance: tolerance)
        }
        return sums
    }
}
