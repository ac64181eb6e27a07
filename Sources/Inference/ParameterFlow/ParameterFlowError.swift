/// Why parameters could not be rolled forward in time.
public enum ParameterFlowError: Error, Equatable, Sendable {
    /// The noise covariance, integrated itself, is not positive definite even with the shortest
    /// substep.
    case noiseNotPositiveDefinite(step: Int)
    /// Times do not increase from zero.
    case timesOutOfOrder(step: Int)
    /// A parameter is no longer finite.
    case notFinite(step: Int)
    /// A gradient was asked for where there is none.
    case noGradient(reason: String)
}

extension ParameterFlowError: CustomStringConvertible {
    /// The sentence that a user reads.
    public var description: String {
        switch self {
        case .noiseNotPositiveDefinite(let step):
            "the noise covariance of step \(step) is not positive definite; "
                + "use the Cholesky encoding, which cannot leave them"
        case .timesOutOfOrder(let step):
            "the time of step \(step) is not later than the one before; times start after 0"
        case .notFinite(let step):
            "the parameters of step \(step) are not finite; the field makes them grow too fast"
        case .noGradient(let reason): "there is no gradient: \(reason)"
        }
    }
}
