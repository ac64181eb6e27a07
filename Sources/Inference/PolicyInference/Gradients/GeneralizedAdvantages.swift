import OptimistCore

/// Generalized advantage estimates of one stretch of steps without a break, and what a value
/// function is fitted to (Schulman et al. 2016, arXiv 1506.02438, equation 16).
public struct GeneralizedAdvantages: Equatable, Sendable {
    /// δ_t = c_t + γ V(s_{t+1}) − V(s_t), `[steps]`.
    public let differences: [Double]
    /// A_t = Σ_k (γ λ)^k δ_{t+k}, `[steps]`.
    public let advantages: [Double]
    /// A_t + V(s_t), the λ-return, `[steps]`.
    public let targets: [Double]

    /// Estimates from the signals of a stretch.
    ///
    /// - Parameters:
    ///   - signals: c_t, a reward with or without the cost of leaving the prior, `[steps]`.
    ///   - values: V(s_t), and last what stands for all that comes after: 0 where the episode
    ///     terminated, the value of the last observation where it was cut; `[steps + 1]`.
    ///   - discount: γ.
    ///   - lambda: λ; 1 gives returns minus V(s_t), 0 the differences.
    public init(signals: [Double], values: [Double], discount: Double, lambda: Double) {
        if values.count != signals.count + 1 {
            fail("GeneralizedAdvantages", "\(values.count) values for \(signals.count) signals")
        }
        differences = signals.indices.map {
            signals[$0] + discount * values[$0 + 1] - values[$0]
        }
        var (advantages, following) = (differences, 0.0)
        for step in advantages.indices.reversed() {
            following = differences[step] + discount * lambda * following
            advantages[step] = following
        }
        self.advantages = advantages
        targets = zip(advantages, values).map { $0 + $1 }
    }
}
