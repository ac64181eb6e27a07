import Foundation

/// Measures that weigh a fit against its number of parameters; lower is better.
public struct InformationCriteria: Sendable, Equatable, Codable {
    /// 2 k − 2 log p (Akaike, 1974).
    public let aic: Double
    /// k log n − 2 log p (Schwarz, 1978).
    public let bic: Double

    /// The criteria of a fit.
    ///
    /// - Parameters:
    ///   - logLikelihood: log p, in nats.
    ///   - parameterCount: k, the fitted parameters, and the flat initial states among them if the
    ///     caller counts those.
    ///   - observationCount: n.
    public init(logLikelihood: Double, parameterCount: Int, observationCount: Int) {
        aic = 2 * Double(parameterCount) - 2 * logLikelihood
        bic = Double(parameterCount) * log(Double(observationCount)) - 2 * logLikelihood
    }
}
