import OptimistCore

/// Derivatives by the log-probabilities in the tables of an option policy, each entry as if free.
public struct OptionScores: Equatable, Sendable {
    /// By log π(a | s, o), `[options][pairs]`.
    public var policies: [[Double]]
    /// By log π(o | s, o′), the mixture, `[states, options, options]`.
    public var transitions: [Double]
    /// By log q_1(o | s), `[states, options]`.
    public var first: [Double]
    /// By log (1 − c(s, o′)), where the bound charges the end of an option itself and not only
    /// through the mixture, `[states, options]`.
    public var stop: [Double]

    /// Zeros for an option policy.
    public init(_ policy: OptionPolicy) {
        let (states, options) = (policy.pairs.states, policy.options)
        policies = Array(
            repeating: Array(repeating: 0, count: policy.pairs.count), count: options)
        transitions = Array(repeating: 0, count: states * options * options)
        first = Array(repeating: 0, count: states * options)
        stop = first
    }

    /// Adds the score of one trajectory with its options, each decision times what it is credited
    /// with: Σ_t ∇ log π(o_t | s_t, o_{t−1}) G^o_t + ∇ log π(a_t | s_t, o_t) G^a_t.
    ///
    /// - Parameters:
    ///   - path: states and pairs.
    ///   - choices: the option of each step.
    ///   - returns: the credit of each step's option and action.
    ///   - weight: times this.
    public mutating func add(
        _ path: OptionPath, options choices: [Int], returns: OptionCredit.Returns,
        weight: Double = 1
    ) {
        let options = policies.count
        for (t, option) in choices.enumerated() {
            let state = path.states[t]
            if t == 0 {
                first[state * options + option] += weight * returns.options[t]
            } else {
                let row = state * options + choices[t - 1]
                transitions[row * options + option] += weight * returns.options[t]
            }
            policies[option][path.pairs[t]] += weight * returns.actions[t]
        }
    }

    /// Adds the score of one trajectory whose options are summed out: Σ_t w_t ∇ log q(a_t | h_t).
    ///
    /// - Parameters:
    ///   - path: states and pairs.
    ///   - gradient: the gradient of the weighted log marginals of the path's filter.
    ///   - weight: times this.
    public mutating func add(
        _ path: OptionPath, gradient: OptionFilter.Gradient, weight: Double = 1
    ) {
        let options = policies.count
        for (t, pair) in path.pairs.enumerated() {
            let state = path.states[t]
            for previous in 0..<options {
                for option in 0..<options {
                    let value =
                        weight
                        * gradient.logTransitions[(t * options + previous) * options + option]
                    if t == 0 {
                        first[state * options + option] += value
                    } else {
                        transitions[(state * options + previous) * options + option] += value
                    }
                }
            }
            for option in 0..<options {
                policies[option][pair] += weight * gradient.logEmissions[t * options + option]
            }
        }
    }
}
