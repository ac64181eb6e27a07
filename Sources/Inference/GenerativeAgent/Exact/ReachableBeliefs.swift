import OptimistCore

/// The beliefs p_e(s_t | h_t) that histories of a finite horizon lead to, step by step.
///
/// Histories that end in the same belief, to 2⁻⁴⁴, share a node: what follows them is the same for
/// everyone who looks from outside. The agent's own states are no part of it.
struct ReachableBeliefs: Sendable {
    /// Something that may arrive at a step.
    struct Arrival: Sendable {
        /// The node of the step before, −1 at the first step.
        let source: Int
        /// The action taken there, −1 at the first step.
        let action: Int
        /// e = x · rewards + r.
        let arrival: Int
        /// p_e(e | belief, action), positive.
        let probability: Double
        /// The node that it leads to.
        let target: Int
    }

    /// What may happen at one step.
    struct Step: Sendable {
        /// In the order of source, action, arrival.
        var arrivals: [Arrival] = []
        /// Where those of (source, action) begin; one entry more than there are such pairs.
        var starts: [Int] = []
        /// p_e(s_t | h_t) of each node.
        var beliefs: [[Double]] = []

        /// The arrivals after a node of the step before and an action.
        func arrivals(after source: Int, _ action: Int, of actions: Int) -> Range<Int> {
            starts[source * actions + action]..<starts[source * actions + action + 1]
        }
    }

    /// One for each step.
    let steps: [Step]

    /// All that can happen within a horizon.
    ///
    /// - Throws: `GenerativeAgentError.tooManyBeliefs`.
    init(
        of environment: EmittingProcess, horizon: Int, limit: Int
    ) throws(GenerativeAgentError) {
        var steps: [Step] = []
        var count = 0
        for t in 0..<horizon {
            var step = Step()
            var nodes: [[Double]: Int] = [:]
            if t == 0 {
                step.append(environment, source: -1, action: -1, belief: nil, &nodes)
            } else {
                for (source, belief) in steps[t - 1].beliefs.enumerated() {
                    for action in 0..<environment.actionCount {
                        step.append(
                            environment, source: source, action: action, belief: belief, &nodes)
                    }
                    if count + step.beliefs.count > limit {
                        throw .tooManyBeliefs(limit: limit, step: t + 1)
                    }
                }
            }
            step.starts.append(step.arrivals.count)
            count += step.beliefs.count
            steps.append(step)
        }
        self.steps = steps
    }
}

extension ReachableBeliefs.Step {
    fileprivate mutating func append(
        _ environment: EmittingProcess, source: Int, action: Int, belief: [Double]?,
        _ nodes: inout [[Double]: Int]
    ) {
        starts.append(arrivals.count)
        for arrival in 0..<environment.arrivalCount {
            let joint =
                belief.map { environment.joint(belief: $0, action, arrival) }
                ?? environment.firstJoint(arrival)
            let probability = joint.reduce(0, +)
            if !(probability > 0) { continue }
            let next = joint.map { $0 / probability }
            let key = next.map { ($0 * 0x1p44).rounded() }
            let target = nodes[key] ?? beliefs.count
            if target == beliefs.count {
                nodes[key] = target
                beliefs.append(next)
            }
            arrivals.append(
                .init(
                    source: source, action: action, arrival: arrival, probability: probability,
                    target: target))
        }
    }
}
