import Foundation
import OptimistAgents
import OptimistCore
import OptimistTorch
import Testing

@Suite struct DensityRatioTests {
    /// Ten draws that are spread exactly like a law over three states, as one-hot rows.
    private func rows(_ counts: [Int]) -> Tensor {
        let states = counts.indices.flatMap { Array(repeating: $0, count: counts[$0]) }
        return Tensor(states).oneHot(classes: 3)
    }

    private let expert = [0.5, 0.3, 0.2]
    private let policy = [0.2, 0.3, 0.5]

    @Test func `a table's discriminator is the ratio of densities`() {
        var generator = Generator(seed: 1)
        let (p, q) = (rows([5, 3, 2]), rows([2, 3, 5]))
        let ratio = DensityRatio.fit(
            numerator: p, denominator: q, units: [], learningRate: 0.05, steps: 800,
            using: &generator)
        let logits = ratio(Tensor.identity(3)).doubles()
        for (logit, expected) in zip(logits, [0.714286, 0.5, 0.285714]) {
            #expect(abs(1 / (1 + exp(-logit)) - expected) < 1e-5)
        }
        let divergence = zip(policy, expert).reduce(0) { $0 + $1.0 * log($1.0 / $1.1) }
        let mean = zip(policy, logits).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(abs(mean + divergence) < 1e-4)
        let progress = ratio.update(numerator: p, denominator: q)
        #expect(abs(progress.loss - 1.253466) < 1e-6)
        #expect(abs(progress.loss - (2 * log(2.0) - 2 * 0.066414)) < 1.3e-6)
        // Taken for the expert's: states 0 of both, and state 1 by chance.
        #expect(progress.recall >= 0.5 && progress.specificity >= 0.5)
    }

    @Test func `equal densities leave an undecided discriminator alone`() {
        var generator = Generator(seed: 1)
        let ratio = DensityRatio(inputs: 3, units: [4], using: &generator)
        let weights = ratio.network.parameters.suffix(2)
        for parameter in weights { parameter.tensor.detached().fill(0) }
        let progress = ratio.update(numerator: rows([5, 3, 2]), denominator: rows([5, 3, 2]))
        #expect(abs(progress.loss - 2 * log(2.0)) < 1e-6)
        #expect(progress.gradientNorm < 1e-7)
    }

    @Test func `entropy keeps a discriminator from being sure`() {
        func largest(_ entropyWeight: Double) -> Double {
            var generator = Generator(seed: 1)
            let ratio = DensityRatio(
                inputs: 3, units: [], learningRate: 0.05, entropyWeight: entropyWeight,
                using: &generator)
            for _ in 0..<400 {
                ratio.update(numerator: rows([5, 3, 2]), denominator: rows([2, 3, 5]))
            }
            return ratio(Tensor.identity(3)).abs().max().item()
        }
        #expect(largest(1) < 0.8 * largest(0))
    }

    @Test func `rewards are those of the discriminator's probability`() {
        let logits = [-3.0, -0.5, 0, 0.7, 4]
        let given = Tensor(logits)
        for (reward, expected) in [
            (ImitationReward.logit, { log($0) - log(1 - $0) }),
            (.positive, { -log(1 - $0) }), (.negative, { log($0) }),
        ] as [(ImitationReward, (Double) -> Double)] {
            for (value, logit) in zip(reward(given).doubles(), logits) {
                #expect(abs(value - expected(1 / (1 + exp(-logit)))) < 1e-9)
            }
        }
    }
}
