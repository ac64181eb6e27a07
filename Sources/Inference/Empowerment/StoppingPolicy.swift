import OptimistCore

/// What one option does: a policy and where it stops.
public struct StoppingPolicy: Codable, Equatable, Sendable {
    /// π(a | s, o), `[pairs]`; with `stopping` it sums to one in each state that has actions.
    public var actions: [Double]
    /// The probability of stopping, before an action, in each state, `[states]`.
    public var stopping: [Double]

    /// A policy with its parts.
    public init(actions: [Double], stopping: [Double]) {
        self.actions = actions
        self.stopping = stopping
    }

    /// p(s_f | s_0, o), where the option is when it stops, meets a terminal state or has made its
    /// steps, `[states]`.
    ///
    /// - Parameters:
    ///   - model: where it is carried out; rewards play no part.
    ///   - start: s_0.
    ///   - horizon: the most steps.
    public func ends(in model: any TransitionModel, from start: Int, horizon: Int) -> [Double] {
        let pairs = model.pairs
        if actions.count != pairs.count || stopping.count != pairs.states || horizon < 0
            || !(0..<pairs.states).contains(start)
        {
            fail(
                "StoppingPolicy.ends",
                "\(actions.count) actions and \(stopping.count) stops for \(pairs.count) pairs and "
                    + "\(pairs.states) states, from \(start), \(horizon) steps")
        }
        var result = Array(repeating: 0.0, count: pairs.states)
        var here = result
        here[start] = 1
        for _ in 0..<horizon {
            var weights = actions
            for state in 0..<pairs.states {
                let range = pairs.range(of: state)
                result[state] += here[state] * (range.isEmpty ? 1 : stopping[state])
                for pair in range { weights[pair] *= here[state] }
            }
            here = Array(repeating: 0, count: pairs.states)
            model.distribute(weights, scale: 1, into: &here)
        }
        return zip(result, here).map { $0 + $1 }
    }
}

extension DiscreteChannel {
    /// The channel from options to the states in which they end, `[options, states]`; its mutual
    /// information is what a set of options controls.
    ///
    /// - Parameters:
    ///   - options: what each option does.
    ///   - model: where they are carried out.
    ///   - start: s_0.
    ///   - horizon: the most steps.
    /// - Throws: `EmpowermentError` where a policy is no law.
    public init(
        options: [StoppingPolicy], in model: any TransitionModel, from start: Int, horizon: Int
    ) throws(EmpowermentError) {
        try self.init(options.map { $0.ends(in: model, from: start, horizon: horizon) })
    }
}
