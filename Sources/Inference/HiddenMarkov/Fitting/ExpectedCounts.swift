import OptimistCore

/// The E-step: expected counts of first states and transitions, and the posterior of the states.
struct ExpectedCounts {
    /// Σ over sequences of γ_0, [S].
    var initial: [Double]
    /// Σ ξ_t added to the table of step t, [tables, S, S].
    var transitions: [Double]
    /// γ of each sequence, [T, S].
    var posteriors: [[Double]] = []
    /// Σ log evidence of the sequences, in nats.
    var logLikelihood = 0.0
    /// That of each sequence.
    var sequenceLogLikelihoods: [Double] = []

    init(states: DiscreteStateSpace, tables: [(LikelihoodTable, [Int]?)]) throws {
        initial = [Double](repeating: 0, count: states.stateCount)
        transitions = [Double](repeating: 0, count: states.transitions.count)
        for (likelihoods, actions) in tables {
            try add(states, likelihoods, actions)
        }
        // What was summed is filt_t(i) γ_{t+1}(j)/pred_{t+1}(j); P(i, j) is common to all steps.
        for index in transitions.indices { transitions[index] *= states.transitions[index] }
    }

    private mutating func add(
        _ states: DiscreteStateSpace, _ likelihoods: LikelihoodTable, _ actions: [Int]?
    ) throws {
        let (steps, count) = (likelihoods.stepCount, states.stateCount)
        var gamma = [Double](repeating: 0, count: steps * count)
        var (predicted, evidence) = (gamma, [Double](repeating: 0, count: steps))
        _ = try states.forward(
            likelihoods, actions: actions, .refuse, &gamma, &predicted, &evidence)
        let tables = try states.offsets(count: steps - 1, actions: actions)
        for step in stride(from: steps - 2, through: 0, by: -1) {
            Self.backward(
                count, gamma: &gamma, ratios: &predicted, row: step * count,
                table: tables[step], transitions: states.transitions, counts: &transitions)
        }
        for state in 0..<count { initial[state] += gamma[state] }
        posteriors.append(gamma)
        sequenceLogLikelihoods.append(evidence.reduce(0, +))
        logLikelihood += sequenceLogLikelihoods.last!
    }

    /// One step back on plain memory: turns filt_t into γ_t in place, and pred_{t+1} into the
    /// ratios γ_{t+1}/pred_{t+1} with 0/0 = 0.
    private static func backward(
        _ count: Int, gamma: UnsafeMutablePointer<Double>, ratios: UnsafeMutablePointer<Double>,
        row: Int, table: Int, transitions: UnsafePointer<Double>,
        counts: UnsafeMutablePointer<Double>
    ) {
        let (later, ratio) = (gamma + (row + count), ratios + (row + count))
        for j in 0..<count { ratio[j] = ratio[j] > 0 ? later[j] / ratio[j] : 0 }
        for i in 0..<count {
            let (start, weight) = (table + i * count, gamma[row + i])
            var sum = 0.0
            for j in 0..<count {
                sum += transitions[start + j] * ratio[j]
                counts[start + j] += weight * ratio[j]
            }
            gamma[row + i] = weight * sum
        }
    }
}
