/// For each threshold τ, the share of runs over all tasks whose score is above it: the run-score
/// distribution P(score > τ) (Agarwal et al. 2021, section 4.2).
public struct PerformanceProfile: Codable, Hashable, Sendable {
    /// The thresholds, ascending, in the unit of the score.
    public let thresholds: [Double]
    /// The share above each threshold with its band.
    public let shares: [Interval]
}
