import OptimistCore

/// What a forward pass infers about the states of one sequence.
public struct FilteredStates: Sendable, Equatable {
    /// log p(x_{0:T−1} | a) in nats.
    public let logEvidence: Double
    /// log p(x_t | x_{<t}) for each step, [T]; 0 up to rounding where x_t is missing.
    public let stepLogEvidence: [Double]
    /// p(s_t | x_{0:t}), [T, S] row by row.
    public let filtered: [Double]
    /// p(s_t | x_{<t}), [T, S] row by row; the first row is the initial law.
    public let predicted: [Double]
    /// The steps at which an impossible observation put the belief back to the initial law.
    public let resets: [Int]
    /// S, the number of states.
    public let stateCount: Int

    /// T, the number of steps.
    public var stepCount: Int { stepLogEvidence.count }

    /// p(s_t | x_{0:t}) at a step, [S].
    public func belief(at step: Int) -> [Double] {
        if step < 0 || step >= stepCount {
            fail("FilteredStates.belief", "step \(step) of \(stepCount)")
        }
        return Array(filtered[step * stateCount..<(step + 1) * stateCount])
    }
}

/// What a filter does when the model excludes an observation.
public enum ImpossibleObservationPolicy: Sendable, Equatable {
    /// Throws `HiddenMarkovError.impossibleObservation`.
    case refuse
    /// Begins anew from the initial law at that step, as if it were the first of a sequence.
    case reset
}
