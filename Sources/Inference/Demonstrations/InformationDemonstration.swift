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
        var likelihood = 0.0
        for (probability, row) in zip(branch.states, branch.observations) {
            for value in row where value > 0 { likelihood += probability * value * log(value) }
        }
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

/// A hidden context, a cue that tells of it, and two arms of which the context favors one.
///
/// The information that planning counts must be about the whole belief: given the sampled state,
/// which contains the context, a cue tells nothing.
public struct CueDemonstration: Sendable {
    /// How often the cue shows the true context.
    public var validity: Double
    /// How often the arm that matches the context pays; the other pays as often as this one fails.
    public var payProbability: Double

    /// A cue that is right in 95 of 100 cases, arms that pay in 75 of 100.
    public init(validity: Double = 0.95, payProbability: Double = 0.75) {
        self.validity = validity
        self.payProbability = payProbability
    }

    /// I(context; cue) under a uniform belief, in nats.
    public var cueInformation: Double { binaryInformation(belief: 0.5, accuracy: validity) }

    /// I(context; cue | context): what is left where the sampled state is given; 0.
    public var conditionalCueInformation: Double {
        [1.0, 0.0].reduce(0) { $0 + binaryInformation(belief: $1, accuracy: validity) / 2 }
    }

    /// I(context; outcome of an arm) before the cue.
    public var armInformation: Double { binaryInformation(belief: 0.5, accuracy: payProbability) }

    /// The same after the cue.
    public var armInformationAfterCue: Double {
        binaryInformation(belief: validity, accuracy: payProbability)
    }

    /// The expected reward of an arm without the cue: pay is +1 or −1.
    public var directValue: Double { 0 }

    /// The expected reward of going to the cue first and then to the arm it favors.
    public var cueFirstValue: Double { (2 * validity - 1) * (2 * payProbability - 1) }

    private func binaryInformation(belief: Double, accuracy: Double) -> Double {
        EmittingProcess.mutualInformation(
            prior: [belief, 1 - belief],
            likelihood: [[accuracy, 1 - accuracy], [1 - accuracy, accuracy]])
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
