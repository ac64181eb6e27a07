import OptimistCore

/// A model that computes its successors at each sweep; only pairs and rewards are stored.
public struct ImplicitTransitions<Model: ImplicitModel>: TransitionModel {
    /// The model that is asked.
    public let model: Model
    /// See `TransitionModel`.
    public let pairs: StateActionPairs
    /// See `TransitionModel`.
    public let rewards: [Double]
    /// See `TransitionModel`.
    public var start: [Double] { model.start }

    /// Visits every pair once for its reward, and checks that its law is one.
    ///
    /// - Throws: `TabularModelError`.
    public init(_ model: Model) throws(TabularModelError) {
        var (starts, actionOf, rewards) = ([0], [Int32](), [Double]())
        for state in 0..<model.states {
            for action in 0..<model.actions where model.isAvailable(action, in: state) {
                var (sum, reward, misplaced) = (0.0, 0.0, Int?.none)
                model.successors(of: state, action: action) {
                    if $0 < 0 || $0 >= model.states { misplaced = $0 }
                    sum += $1 < 0 ? .nan : $1
                    reward += $1 == 0 ? 0 : $1 * $2
                }
                if let misplaced {
                    throw .indexOutOfRange(
                        what: "state", index: misplaced, count: model.states,
                        entry: "the successors of state \(state), action \(action)")
                }
                if !(abs(sum - 1) <= TabularModel.sumTolerance) {
                    throw .rowSum(state: "\(state)", action: "\(action)", sum: sum)
                }
                if !reward.isFinite {
                    throw .reward(state: "\(state)", action: "\(action)", value: reward)
                }
                actionOf.append(Int32(action))
                rewards.append(reward)
            }
            starts.append(actionOf.count)
        }
        try checkSize("the start distribution", model.start.count, model.states)
        self.model = model
        self.rewards = rewards
        pairs = StateActionPairs(actions: model.actions, starts: starts, actionOf: actionOf)
    }

    /// See `TransitionModel`.
    public func expectations(
        pairs range: Range<Int>, of values: UnsafeBufferPointer<Double>,
        base: UnsafePointer<Double>, scale: Double, into result: UnsafeMutablePointer<Double>
    ) {
        if range.isEmpty { return }
        var state = pairs.state(of: range.lowerBound)
        for (index, pair) in range.enumerated() {
            while pair >= pairs.starts[state + 1] { state += 1 }
            var sum = 0.0
            model.successors(of: state, action: Int(pairs.actionOf[pair])) { next, probability, _ in
                sum += probability * values[next]
            }
            result[index] = base[index] + scale * sum
        }
    }

    /// See `TransitionModel`.
    public func forEachSuccessor(of pair: Int, _ body: (Int, Double) -> Void) {
        model.successors(of: pairs.state(of: pair), action: Int(pairs.actionOf[pair])) {
            next, probability, _ in body(next, probability)
        }
    }
}
