import OptimistCore

/// What of a trajectory can be seen from outside: states and actions, without the options.
public struct OptionPath: Equatable, Sendable {
    /// s_1…s_T; a last state that nothing was done in may follow.
    public var states: [Int]
    /// The pair (s_t, a_t) of each step, `[T]`; a trajectory that reached a terminal state is
    /// short.
    public var pairs: [Int]

    /// A path from its parts; there are as many states as pairs, or one more.
    public init(states: [Int], pairs: [Int]) {
        if states.count < pairs.count || states.count > pairs.count + 1 {
            fail("OptionPath", "\(states.count) states for \(pairs.count) steps")
        }
        self.states = states
        self.pairs = pairs
    }

    /// T.
    public var steps: Int { pairs.count }

    /// The law of options along the path: filter, messages and log q(a_t | h_t).
    public func filter(_ policy: OptionPolicy) -> OptionFilter {
        let options = policy.options
        var (transitions, emissions) = ([Double](), [Double]())
        transitions.reserveCapacity(steps * options * options)
        emissions.reserveCapacity(steps * options)
        for (t, pair) in pairs.enumerated() {
            let state = states[t]
            if t == 0 {
                let first = policy.logFirst[state * options..<(state + 1) * options]
                for _ in 0..<options { transitions += first }
            } else {
                let start = state * options * options
                transitions += policy.logTransitions[start..<start + options * options]
            }
            for option in 0..<options { emissions.append(policy.logPolicies[option][pair]) }
        }
        return OptionFilter(
            logTransitions: transitions, logEmissions: emissions, batch: 1, options: options)
    }
}
