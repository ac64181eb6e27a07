import OptimistCore
import OptimistLinearAlgebra

/// A controlled Markov chain that is seen through what arrives with each of its states: an
/// observation and a reward.
///
/// A first state comes from p(s₁) and brings (x₁, r₁); then an action leads to the next state,
/// which brings (x′, r′). Rewards are indices into a list that whoever uses the process keeps.
/// What arrives is one number, the arrival e = x · rewards + r. The same type describes the
/// environment and the model that an agent has of it; they need not have equally many states.
public struct EmittingProcess: Sendable, Equatable {
    /// S.
    public let stateCount: Int
    /// A.
    public let actionCount: Int
    /// X.
    public let observationCount: Int
    /// R, the number of different rewards.
    public let rewardCount: Int
    /// p(s₁), `[S]`.
    public private(set) var initial: [Double]
    /// p(e | s₁), `[S, E]`.
    public private(set) var firstArrival: [Double]
    /// p(s′ | s, a), `[S, A, S]`.
    public private(set) var transition: [Double]
    /// p(e | s, a, s′), `[S, A, S, E]`.
    public private(set) var arrival: [Double]

    /// A process whose arrivals may depend on the whole transition, as where a reward is paid for
    /// an action.
    ///
    /// - Parameters:
    ///   - sizes: the numbers of states, actions, observations and rewards.
    ///   - initial: p(s₁), `[S]`.
    ///   - firstArrival: p(e | s₁), `[S, E]` row by row.
    ///   - transition: p(s′ | s, a), `[S, A, S]`.
    ///   - arrival: p(e | s, a, s′), `[S, A, S, E]`; rows of transitions that cannot happen may be
    ///     zeros.
    /// - Throws: `GenerativeAgentError` naming a table of the wrong size or a row that is no law.
    public init(
        sizes: (states: Int, actions: Int, observations: Int, rewards: Int), initial: [Double],
        firstArrival: [Double], transition: [Double], arrival: [Double]
    ) throws(GenerativeAgentError) {
        (stateCount, actionCount) = (sizes.states, sizes.actions)
        (observationCount, rewardCount) = (sizes.observations, sizes.rewards)
        self.initial = initial
        self.firstArrival = firstArrival
        self.transition = transition
        self.arrival = arrival
        try validate()
    }

    /// E, the number of different arrivals.
    public var arrivalCount: Int { observationCount * rewardCount }

    /// p(s′ | s, a).
    public func transition(_ state: Int, _ action: Int, to next: Int) -> Double {
        transition[(state * actionCount + action) * stateCount + next]
    }

    /// p(e | s, a, s′).
    public func arrival(_ arrival: Int, _ state: Int, _ action: Int, to next: Int) -> Double {
        let row = (state * actionCount + action) * stateCount + next
        return self.arrival[row * arrivalCount + arrival]
    }

    /// p(s₁, e), `[S]`.
    public func firstJoint(_ arrival: Int) -> [Double] {
        (0..<stateCount).map { initial[$0] * firstArrival[$0 * arrivalCount + arrival] }
    }

    /// p(s′, e | s, a), `[S]` over s′.
    public func joint(_ state: Int, _ action: Int, _ arrival: Int) -> [Double] {
        let row = (state * actionCount + action) * stateCount
        return (0..<stateCount).map { next in
            transition[row + next] * self.arrival[(row + next) * arrivalCount + arrival]
        }
    }

    /// p(s′, e | b, a), `[S]` over s′.
    public func joint(belief: [Double], _ action: Int, _ arrival: Int) -> [Double] {
        var sum = [Double](repeating: 0, count: stateCount)
        for state in 0..<stateCount where belief[state] > 0 {
            let row = (state * actionCount + action) * stateCount
            for next in 0..<stateCount {
                let likelihood = self.arrival[(row + next) * arrivalCount + arrival]
                sum[next] += belief[state] * transition[row + next] * likelihood
            }
        }
        return sum
    }
}
