import Foundation
import OptimistCore

/// The enumerated objective of `DistractorDemonstration`, with its gradient by hand.
///
/// Parameters are logits, in this order: q(z = 1 | task bit, distractor) (4), the prior of z (1),
/// the decoder of the task bit and of each copy given z (2 (D + 1)), and p(a = 1 | z) (2).
struct DistractorObjective {
    private let task: DistractorDemonstration
    private let bits: Int
    /// The decoder's p(bit = 1 | z), log p(bit = 1 | z) and log p(bit = 0 | z), `[z][bit]`.
    private var ones: [Double]
    private var logOnes: [Double]
    private var logZeros: [Double]

    /// The number of parameters.
    static func count(_ copies: Int) -> Int { 4 + 1 + 2 * (copies + 1) + 2 }

    init(_ task: DistractorDemonstration) {
        self.task = task
        bits = task.copies + 1
        ones = Array(repeating: 0, count: 2 * bits)
        (logOnes, logZeros) = (ones, ones)
    }

    /// J, how often the guess is right, and the gradient of J.
    mutating func value(
        _ parameters: [Double], gradient: inout [Double]
    ) -> (objective: Double, accuracy: Double) {
        for index in gradient.indices { gradient[index] = 0 }
        for index in 0..<2 * bits {
            let logit = parameters[5 + index]
            let rest = log1p(exp(-abs(logit)))
            (logOnes[index], logZeros[index]) = (min(logit, 0) - rest, min(-logit, 0) - rest)
            ones[index] = exp(logOnes[index])
        }
        var (objective, accuracy) = (0.0, 0.0)
        let logPrior = (logSigmoid(-parameters[4]), logSigmoid(parameters[4]))
        for seen in 0..<2 {
            for distractor in 0..<2 {
                let sum = one(seen, distractor, parameters, logPrior, &gradient)
                objective += sum.objective / 4
                accuracy += sum.accuracy / 4
            }
        }
        return (objective, accuracy)
    }

    /// One of the four things that can be seen, each with probability ¼.
    private func one(
        _ seen: Int, _ distractor: Int, _ parameters: [Double], _ logPrior: (Double, Double),
        _ gradient: inout [Double]
    ) -> (objective: Double, accuracy: Double) {
        let policy = 5 + 2 * bits
        let logit = parameters[2 * seen + distractor]
        let q = (sigmoid(-logit), sigmoid(logit))
        let logQ = (logSigmoid(-logit), logSigmoid(logit))
        let likelihood = (
            logLikelihood(0, seen, distractor), logLikelihood(1, seen, distractor)
        )
        let joint = (likelihood.0 + logPrior.0, likelihood.1 + logPrior.1)
        let greater = max(joint.0, joint.1)
        let marginal = greater + log(exp(joint.0 - greater) + exp(joint.1 - greater))
        let filter = (exp(joint.0 - marginal), exp(joint.1 - marginal))
        // p(c = 1 | seen), and how often a guess from each z is right.
        let one = seen == 1 ? 1 - task.flip : task.flip
        let guess = (sigmoid(parameters[policy]), sigmoid(parameters[policy + 1]))
        let right = (
            one * guess.0 + (1 - one) * (1 - guess.0), one * guess.1 + (1 - one) * (1 - guess.1)
        )
        let worth = (
            joint.0 - logQ.0 + task.rewardScale * right.0,
            joint.1 - logQ.1 + task.rewardScale * right.1
        )
        gradient[2 * seen + distractor] += q.0 * q.1 * (worth.1 - worth.0) / 4
        // What moves log p(z) and log p(x | z).
        let pull = (
            (q.0 - task.marginalWeight * filter.0) / 4, (q.1 - task.marginalWeight * filter.1) / 4
        )
        let prior = sigmoid(parameters[4])
        gradient[4] += pull.1 * (1 - prior) - pull.0 * prior
        for bit in 0..<bits {
            let value = Double(bit == 0 ? seen : distractor)
            gradient[5 + bit] += pull.0 * (value - ones[bit])
            gradient[5 + bits + bit] += pull.1 * (value - ones[bits + bit])
        }
        let lean = task.rewardScale * (2 * one - 1) / 4
        gradient[policy] += q.0 * lean * guess.0 * (1 - guess.0)
        gradient[policy + 1] += q.1 * lean * guess.1 * (1 - guess.1)
        return (
            q.0 * worth.0 + q.1 * worth.1 - task.marginalWeight * marginal,
            q.0 * right.0 + q.1 * right.1
        )
    }

    private func logLikelihood(_ z: Int, _ seen: Int, _ distractor: Int) -> Double {
        let first = z * bits
        var sum = seen == 1 ? logOnes[first] : logZeros[first]
        for bit in first + 1..<first + bits {
            sum += distractor == 1 ? logOnes[bit] : logZeros[bit]
        }
        return sum
    }

    private func sigmoid(_ logit: Double) -> Double { 1 / (1 + exp(-logit)) }
    private func logSigmoid(_ logit: Double) -> Double {
        min(logit, 0) - log1p(exp(-abs(logit)))
    }
}
