import OptimistCore
import OptimistLinearAlgebra

/// What a whole sequence says about the states.
public struct SmoothedStates: Sendable, Equatable {
    /// log p(x_{0:T−1} | a) in nats.
    public let logEvidence: Double
    /// p(s_t | x_{0:T−1}), [T, S] row by row.
    public let marginals: [Double]
    /// p(s_t, s_{t+1} | x_{0:T−1}), T − 1 slices [S, S], row = source state; empty unless asked.
    public let pairs: [Matrix]
    /// S, the number of states.
    public let stateCount: Int

    /// T, the number of steps.
    public var stepCount: Int { marginals.count / stateCount }

    /// p(s_t | x_{0:T−1}) at a step, [S].
    public func belief(at step: Int) -> [Double] {
        if step < 0 || step >= stepCount {
            fail("SmoothedStates.belief", "step \(step) of \(stepCount)")
        }
        return Array(marginals[step * stateCount..<(step + 1) * stateCount])
    }
}

/// Two ways to smooth, which agree.
public enum SmoothingForm: Sendable, Equatable {
    /// γ_t(i) = filt_t(i) Σ_j P(i, j) γ_{t+1}(j)/pred_{t+1}(j), with 0/0 = 0 (Rauch, Tung and
    /// Striebel's form); the observations are not needed again.
    case corrected
    /// B_t(i) = Σ_j P(i, j) p(x_{t+1} | j) B_{t+1}(j)/c_{t+1} and γ_t = filt_t B_t (the backward
    /// messages of Baum and Welch).
    case backwardMessages
}
