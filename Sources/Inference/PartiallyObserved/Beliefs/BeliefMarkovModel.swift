import OptimistCore
import OptimistLinearAlgebra

/// The belief MDP on a finite set of beliefs: a partially observed problem as an observed one.
///
/// Its states are beliefs; action a leads from b to the belief after each observation x with
/// p(x | b, a) and brings R(b, a). Beliefs that agree to a tolerance are merged, which closes many
/// infinite sets: evidence that piles up soon moves a belief by less than the tolerance.
public struct BeliefMarkovModel: Sendable, Equatable {
    /// The partially observed model.
    public let source: PartiallyObservedModel
    /// The beliefs, [B][S]; the first is where the walk began.
    public let beliefs: [[Double]]
    /// The MDP over them.
    public let model: TabularModel
    /// How far entries of merged beliefs may differ.
    public let tolerance: Double
    private let numbers: [[Int64]: Int]

    /// The beliefs that can be reached from a start, by breadth-first search.
    ///
    /// - Parameters:
    ///   - source: the model.
    ///   - start: where to begin; the model's first belief by default.
    ///   - tolerance: beliefs whose entries round to the same multiples of it are one.
    ///   - limit: the most beliefs.
    ///   - actions: which actions may be taken at a belief; all by default. With the actions of a
    ///     policy the set is the one that is closed under it.
    /// - Throws: `PartiallyObservedError.tooManyBeliefs`.
    public init(
        reachableIn source: PartiallyObservedModel, from start: [Double]? = nil,
        tolerance: Double = 1e-12, limit: Int = 100_000,
        actions: (([Double]) -> [Int])? = nil
    ) throws {
        let start = start ?? source.initialBelief
        var beliefs = [start]
        var numbers = [BeliefKey.rounded(start, tolerance: tolerance): 0]
        var entries: [Transition] = []
        var next = 0
        while next < beliefs.count {
            let belief = beliefs[next]
            for action in actions?(belief) ?? Array(0..<source.actionCount) {
                let reward = source.expectedReward(belief, action: action)
                for successor in source.successors(belief, action: action) {
                    let key = BeliefKey.rounded(successor.belief, tolerance: tolerance)
                    let number = numbers[key] ?? beliefs.count
                    if number == beliefs.count {
                        if number == limit {
                            throw PartiallyObservedError.tooManyBeliefs(limit: limit)
                        }
                        numbers[key] = number
                        beliefs.append(successor.belief)
                    }
                    entries.append(
                        Transition(
                            state: next, action: action, next: number,
                            probability: successor.probability, reward: reward))
                }
            }
            next += 1
        }
        self.source = source
        self.beliefs = beliefs
        self.tolerance = tolerance
        self.numbers = numbers
        model = try TabularModel(
            states: beliefs.count, actions: source.actionCount, entries: entries,
            start: beliefs.indices.map { $0 == 0 ? 1 : 0 },
            details: TabularModelDetails(discount: source.discount))
    }

    /// The number of a belief; nil for one that is not in the set.
    public func number(of belief: [Double]) -> Int? {
        numbers[BeliefKey.rounded(belief, tolerance: tolerance)]
    }
}
