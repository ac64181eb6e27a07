import OptimistLinearAlgebra

/// A fitted parameter.
public struct FittedParameter: Sendable, Equatable, Codable {
    /// Its value.
    public let value: Double
    /// Its standard error from the observed information; nil where that is not positive definite, and
    /// for a variance at its bound, whose error would be more than ten times itself.
    public let standardError: Double?
}

/// What a model says about a series.
public struct TimeSeriesFit: Sendable {
    /// How parameters were found.
    public enum Method: String, Sendable, CaseIterable {
        /// Expectation maximization, finished by L-BFGS where it is slow.
        case em
        /// Maximum likelihood by L-BFGS.
        case mle
    }

    /// The model with its parameters.
    public let model: LinearGaussianModel
    /// The names of the states.
    public let stateNames: [String]
    /// log p(x) in nats; under a flat first law that of `InitialState.exactDiffuse`.
    public let logLikelihood: Double
    /// Akaike's and Schwarz's criteria; the parameters count, flat states do not.
    public let criteria: InformationCriteria
    /// The fitted parameters by name; empty where nothing was fitted.
    public let parameters: [String: FittedParameter]
    /// Whether fitting converged; true where nothing was fitted.
    public let converged: Bool
    /// Laws of the states given the past and the present.
    public let filtered: GaussianSequence
    /// How many of the first filtered laws a flat first law leaves open.
    public let undeterminedCount: Int
    /// Laws of the states given everything.
    public let smoothed: GaussianSequence
    /// The steps after the series; nil where none was asked for.
    public let forecast: KalmanForecast?
    /// Innovations and what they tell.
    public let diagnostics: LinearGaussianDiagnostics

    /// Central intervals of the forecast observations.
    ///
    /// - Parameters:
    ///   - component: the component of the observation.
    ///   - deviations: half the width in standard deviations; 1.959964 covers 95 %.
    public func intervals(
        component: Int = 0, deviations: Double = 1.959963984540054
    ) -> [(lower: Double, upper: Double)] {
        (forecast?.observations).map { laws in
            laws.map { law in
                let half = deviations * law.covariance[component, component].squareRoot()
                return (law.mean[component] - half, law.mean[component] + half)
            }
        } ?? []
    }
}
