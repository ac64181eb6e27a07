import OptimistLinearAlgebra

/// What a smoother inferred from one run.
public struct KalmanSmootherResult: Equatable, Sendable {
    /// The filter's result.
    public internal(set) var filter: KalmanFilterResult
    /// The law of s_t given all observations, for every step.
    public internal(set) var smoothed: GaussianSequence
    /// Cov(s_t, s_{t+1} | x), centered, `[state, state]`, for every step but the last.
    public internal(set) var lagOneCovariances: [Matrix]
}
