import Foundation
import OptimistCore

/// How to fit a hidden Markov model to sequences.
public struct HiddenMarkovFitting: Sendable, Equatable {
    /// The climber.
    public enum Method: Sendable, Equatable {
        /// Expectation maximization (Baum, Petrie, Soules and Weiss, 1970).
        case expectationMaximization
        /// L-BFGS on log odds with the gradient of the Fisher identity.
        case gradient
    }

    /// The climber.
    public var method = Method.expectationMaximization
    /// The most iterations of one climb.
    public var iterationLimit = 200
    /// Converged when an iteration changes the objective by less than this, per observation.
    public var tolerance = 1e-4
    /// Parts that keep the values of the starting model.
    public var frozen: Set<HiddenMarkovPart> = []
    /// The Dirichlet concentration of the initial law; 1 is maximum likelihood.
    public var initialConcentration = 1.0
    /// The Dirichlet concentration of each transition row; 1 is maximum likelihood.
    public var transitionConcentration = 1.0
    /// How many climbs: the first from the given model, the others from random ones.
    public var starts = 10

    /// Expectation maximization, 200 iterations, 1e-4 per observation, nothing frozen, ten starts.
    public init() {}
}

/// A fitted hidden Markov model.
public struct HiddenMarkovFit<Emission: FittableEmission>: Sendable {
    /// The fitted model.
    public let model: HiddenMarkovModel<Emission>
    /// Σ log p(x) of all sequences under it, in nats.
    public let logLikelihood: Double
    /// That of each sequence.
    public let sequenceLogLikelihoods: [Double]
    /// The log likelihood plus log prior before each iteration and at the end, in nats; for the
    /// gradient method the first and the last.
    public let history: [Double]
    /// Whether a tolerance was met before the iterations ran out.
    public let hasConverged: Bool
    /// The largest fall of the objective in one iteration, relative to its magnitude; expectation
    /// maximization never lowers it, so more than 1e-8 says that something is wrong.
    public let largestDecrease: Double
    /// Parameters that the fit was free to move.
    public let parameterCount: Int
    /// Steps with an observation, over all sequences.
    public let observationCount: Int
    /// The start that won, from 0.
    public let start: Int

    /// Akaike's criterion, 2k − 2 log p; smaller is better.
    public var akaike: Double { 2 * Double(parameterCount) - 2 * logLikelihood }

    /// Schwarz's criterion, k log n − 2 log p; smaller is better.
    public var schwarz: Double {
        Double(parameterCount) * log(Double(observationCount)) - 2 * logLikelihood
    }
}
