import Foundation
import OptimistLinearAlgebra

/// One decision among branches with equal rewards: what a score added to the reward is drawn to.
///
/// A branch leads to a law over next states, each of which shows an observation. Different scores
/// of information prefer different branches: only the likelihood ratio, whose mean is the mutual
/// information, is indifferent to noise that tells nothing.
public struct InformationDemonstration: Sendable {
    /// An alternative.
    public struct Branch: Sendable {
        /// What it is called.
        public var name: String
        /// p(z′).
        public var states: [Double]
        /// p(x | z′), `[state][observation]`.
        public var observations: [[Double]]

        /// A branch.
        public init(_ name: String, states: [Double], observations: [[Double]]) {
            self.name = name
            self.states = states
            self.observations = observations
        }

        /// The branch with fair coins beside each observation, which tell nothing.
        public func withNoise(bits: Int) -> Branch {
            let faces = 1 << bits
            var noisy = self
            noisy.observations = observations.map { row in
                row.flatMap { Array(repeating: $0 / Double(faces), count: faces) }
            }
            return noisy
        }
    }

    /// What is added to the reward.
    public enum Score: String, Sendable, CaseIterable {
        /// E[log p(x | z) − log p(x)], the information gain of the bound.
        case mutualInformation
        /// E[log p(x | z)]: the gain without the marginal likelihood.
        case logLikelihood
        /// E[log p(x)], the negative entropy of predictions.
        case logMarginal
        /// The entropy of predictions, a bonus for novelty.
        case predictiveEntropy
    }

    /// The alternatives.
    public var branches: [Branch]

    /// An informative branch (two states, seen through a flip of the given probability), a noisy
    /// one (coins that tell nothing, a "noisy TV") and a certain one.
    ///
    /// - Parameters:
    ///   - emissionNoise: how often the informative branch shows the other state.
    ///   - noiseBits: how many coins the noisy branch shows.
    public init(emissionNoise: Double = 0, noiseBits: Int = 1) {
        branches = [
            Branch(
                "informative", states: [0.5, 0.5],
                observations: [
                    [1 - emissionNoise, emissionNoise], [emissionNoise, 1 - emissionNoise],
                ]),
            Branch("noisy", states: [1], observations: [[1]]).withNoise(bits: noiseBits),
            Branch("certain", states: [1], observations: [[1, 0]]),
        ]
    }

    /// A score of a branch, in nats.
    public func value(_ score: Score, of branch: Branch) -> Double {
        let information = EmittingProcess.mutualInformation(
            prior: branch.states, likelihood: branch.observations)
        let likelihood = EmittingProcess.expectedLogLikelihood(
            prior: branch.states, likelihood: branch.observations)
        return switch score {
        case .mutualInformation: information
        case .logLikelihood: likelihood
        case .logMarginal: likelihood - information
        case .predictiveEntropy: information - likelihood
        }
    }

    /// q(branch) ∝ exp score under a uniform prior.
    public func choice(_ score: Score) -> [Double] {
        var law = branches.map { value(score, of: $0) }
        _ = normalizeLogWeights(&law)
        return law
    }
}

/// A point that sees where it is the better the closer it is to a light.
public enum LightDarkDemonstration {
    /// The variance of each observed coordinate at x₁.
    public static func observationVariance(at position: Double) -> Double {
        5 * (position - 5) * (position - 5) + 1e-4
    }

    /// ½ log(1 + P / R): what an observation at x₁ tells of a coordinate, in nats.
    public static func information(at position: Double, beliefVariance: Double = 1) -> Double {
        0.5 * log(1 + beliefVariance / observationVariance(at: position))
    }
}
