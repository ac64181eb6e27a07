import OptimistCore
import OptimistLinearAlgebra

/// A partially observed Markov decision process (Kaelbling, Littman and Cassandra, 1998).
///
/// The state moves by p(s′ | s, a), brings r(s, a) and is seen through p(x | s′, a) alone. What is
/// known of it is the belief b(s), a sufficient statistic of the past. A terminal state stays and
/// brings nothing; where its observation law is a row of zeros, it shows each observation alike.
public struct PartiallyObservedModel: Sendable, Equatable {
    /// p(s′ | s, a), expected rewards and the first belief.
    public let dynamics: TabularModel
    /// X, the number of observations.
    public let observationCount: Int
    /// The discount γ in 0...1.
    public let discount: Double
    /// p(x | s′, a), [A, S, X].
    package let observationLaws: [Double]
    /// The pair of each action and state, −1 where the state is terminal, [A, S].
    package let pairOf: [Int]

    /// A model of dynamics and observation laws.
    ///
    /// - Parameters:
    ///   - dynamics: p(s′ | s, a), rewards, and the first belief as `start`.
    ///   - observations: p(x | s′, a) as [S, X], one matrix an action, or one for all.
    ///   - discount: γ.
    /// - Throws: `PartiallyObservedError`.
    public init(
        dynamics: TabularModel, observations: [Matrix], discount: Double
    ) throws(PartiallyObservedError) {
        let (states, actions) = (dynamics.states, dynamics.actions)
        if observations.count != 1 && observations.count != actions || observations.isEmpty {
            throw .wrongSize(
                table: "the list of observation laws", count: observations.count,
                expected: actions)
        }
        if !(0...1).contains(discount) { throw .badDiscount(discount) }
        let columns = observations[0].columns
        var (laws, pairOf) = ([Double](), [Int]())
        for action in 0..<actions {
            let matrix = observations[observations.count == 1 ? 0 : action]
            if matrix.rows != states || matrix.columns != columns || columns == 0 {
                throw .wrongSize(
                    table: "the observation law of action \(action)",
                    count: matrix.rows * matrix.columns, expected: states * max(columns, 1))
            }
            for state in 0..<states {
                let row = matrix.row(state)
                let isTerminal = dynamics.pairs.isTerminal(state)
                laws += try Self.law(row, isTerminal: isTerminal, action: action, state: state)
                let pair = dynamics.pairs.pair(state: state, action: action)
                if pair == nil && !isTerminal { throw .missingAction(state: state, action: action) }
                pairOf.append(pair ?? -1)
            }
        }
        self.dynamics = dynamics
        observationCount = columns
        self.discount = discount
        observationLaws = laws
        self.pairOf = pairOf
    }

    private static func law(
        _ row: [Double], isTerminal: Bool, action: Int, state: Int
    ) throws(PartiallyObservedError) -> [Double] {
        let sum = row.reduce(0, +)
        if isTerminal && row.allSatisfy({ $0 == 0 }) {
            return Array(repeating: 1 / Double(row.count), count: row.count)
        }
        if !(abs(sum - 1) <= 1e-8) || row.contains(where: { !($0 >= 0) }) {
            throw .badObservationLaw(action: action, state: state, sum: sum)
        }
        return row
    }

    /// S.
    public var stateCount: Int { dynamics.states }
    /// A.
    public var actionCount: Int { dynamics.actions }
    /// The first belief.
    public var initialBelief: [Double] { dynamics.start }

    /// p(x | s′, a).
    public func observationProbability(_ observation: Int, state: Int, action: Int) -> Double {
        observationLaws[(action * stateCount + state) * observationCount + observation]
    }

    /// r(s, a) in reward units; 0 in a terminal state.
    public func reward(state: Int, action: Int) -> Double {
        let pair = pairOf[action * stateCount + state]
        return pair < 0 ? 0 : dynamics.rewards[pair]
    }

    /// R(b, a) = Σ_s b(s) r(s, a).
    public func expectedReward(_ belief: [Double], action: Int) -> Double {
        (0..<stateCount).reduce(0) { $0 + belief[$1] * reward(state: $1, action: action) }
    }

    /// p(s′ | b, a) before the observation, [S].
    public func predict(_ belief: [Double], action: Int) -> [Double] {
        if belief.count != stateCount || action < 0 || action >= actionCount {
            fail("PartiallyObservedModel.predict", "belief of \(belief.count), action \(action)")
        }
        var result = [Double](repeating: 0, count: stateCount)
        for state in 0..<stateCount where belief[state] > 0 {
            let pair = pairOf[action * stateCount + state]
            if pair < 0 {
                result[state] += belief[state]
            } else {
                dynamics.transitions.forEachInRow(pair) { next, probability in
                    result[next] += belief[state] * probability
                }
            }
        }
        return result
    }

    /// What may be observed after an action, and the belief then: those with p(x | b, a) > 0.
    public func successors(
        _ belief: [Double], action: Int
    ) -> [(observation: Int, probability: Double, belief: [Double])] {
        let prediction = predict(belief, action: action)
        return (0..<observationCount).compactMap { observation in
            guard let (probability, next) = update(prediction, action, observation) else {
                return nil
            }
            return (observation, probability, next)
        }
    }

    /// Bayes' rule on a prediction; nil where the observation is impossible.
    func update(
        _ prediction: [Double], _ action: Int, _ observation: Int
    ) -> (probability: Double, belief: [Double])? {
        var belief = prediction
        var sum = 0.0
        for state in 0..<stateCount {
            belief[state] *= observationProbability(observation, state: state, action: action)
            sum += belief[state]
        }
        if !(sum > 0) { return nil }
        for state in 0..<stateCount { belief[state] /= sum }
        return (sum, belief)
    }

    /// Writes Σ_s′ p(s′ | s, a) w(s′) for each state; a terminal one keeps its own w.
    func propagateBack(_ weights: [Double], action: Int, into result: inout [Double]) {
        for state in 0..<stateCount {
            let pair = pairOf[action * stateCount + state]
            result[state] =
                pair < 0 ? weights[state] : dynamics.transitions.product(row: pair, weights)
        }
    }
}
