import Foundation
import OptimistCore

/// Learning what matters: a state of one bit, a task bit and a loud distractor.
///
/// A context c is shown as a bit that is flipped with probability ε, beside a distractor bit that
/// is repeated D times. A latent bit z is inferred from all of it, decodes all of it, and the agent
/// guesses c from z for a reward of 1. What z comes to mean depends on the weight β of the marginal
/// likelihood: at β = 0 the objective is reward and the evidence of the data, and the D copies of
/// the distractor outshout the task; at β = 1 it is the bound on optimality, and only the task counts.
/// The objective is enumerated and its gradient exact.
public struct DistractorDemonstration: Sendable {
    /// D, how often the distractor is repeated.
    public var copies: Int
    /// β in 0…1.
    public var marginalWeight: Double
    /// α, nats per unit of reward.
    public var rewardScale: Double
    /// ε.
    public var flip: Double
    /// The deviation of the first parameters.
    public var initialDeviation: Double

    /// A task of 8 copies with ε = 0.1 unless said otherwise.
    public init(
        copies: Int = 8, marginalWeight: Double, rewardScale: Double, flip: Double = 0.1,
        initialDeviation: Double = 0.5
    ) {
        self.copies = copies
        self.marginalWeight = marginalWeight
        self.rewardScale = rewardScale
        self.flip = flip
        self.initialDeviation = initialDeviation
    }

    /// Something that z can come to mean.
    public enum Code: String, Sendable, CaseIterable {
        /// The bit that tells of the context.
        case task
        /// The loud bit.
        case distractor
    }

    /// J and the accuracy where z codes one of the bits for certain, and all else is the best for
    /// it; enumerated.
    public func value(coding code: Code) -> Result {
        let certain = 40.0
        let bits = copies + 1
        var parameters = Array(repeating: 0.0, count: DistractorObjective.count(copies))
        for seen in 0..<2 {
            for distractor in 0..<2 {
                let bit = code == .task ? seen : distractor
                parameters[2 * seen + distractor] = bit == 1 ? certain : -certain
            }
        }
        for z in 0..<2 {
            let sure = z == 1 ? certain : -certain
            for bit in 0..<bits where (bit == 0) == (code == .task) {
                parameters[5 + z * bits + bit] = sure
            }
            if code == .task { parameters[5 + 2 * bits + z] = sure }
        }
        var objective = DistractorObjective(self)
        var gradient = parameters
        let value = objective.value(parameters, gradient: &gradient)
        return Result(objective: value.objective, accuracy: value.accuracy)
    }

    /// J where z codes the task's bit.
    public var taskCodeValue: Double { value(coding: .task).objective }

    /// J where z codes the distractor.
    public var distractorCodeValue: Double { value(coding: .distractor).objective }

    /// The reward scale above which the task code is better: (1 − β)(D − 1) log 2 / (½ − ε). There
    /// (1 − ε) α − (1 − β)(D + 1) log 2 of the task's code equals α / 2 − (1 − β) 2 log 2 of the
    /// distractor's.
    public var threshold: Double {
        (1 - marginalWeight) * Double(copies - 1) * log(2) / (0.5 - flip)
    }

    /// What one training came to.
    public struct Result: Sendable, Equatable {
        /// J at the end, in nats.
        public var objective: Double
        /// How often the guess is right at the end.
        public var accuracy: Double
    }

    /// Trains from random parameters by Adam with exact gradients.
    ///
    /// - Parameters:
    ///   - steps: of Adam.
    ///   - learningRate: its step size.
    ///   - generator: where the first parameters come from.
    public func train(
        steps: Int = 1_500, learningRate: Double = 0.05, using generator: inout Generator
    ) -> Result {
        var parameters = (0..<DistractorObjective.count(copies)).map { _ in
            initialDeviation * generator.normal()
        }
        var objective = DistractorObjective(self)
        var gradient = Array(repeating: 0.0, count: parameters.count)
        var (mean, square) = (gradient, gradient)
        for step in 1...steps {
            _ = objective.value(parameters, gradient: &gradient)
            let rate =
                learningRate * (1 - pow(0.999, Double(step))).squareRoot()
                / (1 - pow(0.9, Double(step)))
            for index in parameters.indices {
                mean[index] = 0.9 * mean[index] + 0.1 * gradient[index]
                square[index] = 0.999 * square[index] + 0.001 * gradient[index] * gradient[index]
                let moved =
                    parameters[index] + rate * mean[index] / (square[index].squareRoot() + 1e-8)
                parameters[index] = min(max(moved, -8), 8)
            }
        }
        let value = objective.value(parameters, gradient: &gradient)
        return Result(objective: value.objective, accuracy: value.accuracy)
    }

    /// The share of trainings in which the agent learns the task, with accuracy nearer to 1 − ε than
    /// to ½.
    public func shareOfTaskCodes(starts: Int, seed: UInt64 = 0) -> Estimate {
        Estimate(
            of: (0..<starts).map { start in
                var generator = Generator(seed: seed).split(start)
                let accuracy = train(using: &generator).accuracy
                return accuracy > (1.5 - flip) / 2 ? 1 : 0
            })
    }
}
