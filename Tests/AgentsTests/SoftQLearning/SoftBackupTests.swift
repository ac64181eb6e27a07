import Foundation
import OptimistAgents
import OptimistCore
import OptimistInference
import OptimistTorch
import Testing

@Suite struct SoftBackupTests {
    private func largest(_ tensor: Tensor) -> Double { tensor.abs().max().item() }

    @Test func `a backup contracts the largest error by the discount`() {
        var generator = Generator(seed: 1)
        let backup = EnergyFixtures.backup(scale: 2)
        for _ in 0..<200 {
            let pair = (0..<2).map { _ in
                Tensor.normal(
                    [3, 2], standardDeviation: 5, type: .float64, using: &generator)
            }
            let before = largest(pair[0] - pair[1])
            let after = largest(
                EnergyFixtures.backUp(pair[0], backup) - EnergyFixtures.backUp(pair[1], backup))
            #expect(after <= 0.9 * before + 1e-12)
        }
    }

    private func fixedPoint(scale: Double) -> Tensor {
        let backup = EnergyFixtures.backup(scale: scale)
        var values = Tensor.zeros([3, 2], type: .float64)
        for _ in 0..<400 { values = EnergyFixtures.backUp(values, backup) }
        return values
    }

    @Test func `its fixed point is the solution, and rises to the hard values`() throws {
        let expected: [(Double, [Double])] = [
            (1, [-9.54716318, -8.69968833, -7.81574638]),
            (5, [-8.94773427, -8.04890093, -6.94515857]),
            (50, [-8.41492693, -7.46064399, -6.24231676]),
        ]
        let hard = [-8.27998089, -7.32441472, -6.10606785]
        var before = [-Double.infinity, -.infinity, -.infinity]
        for (scale, decimals) in expected {
            let values = (EnergyFixtures.backup().value(fixedPoint(scale: scale)) / scale).doubles()
            let solved = try SoftDynamicProgramming(
                EnergyFixtures.model(), rewardScale: scale
            ).solve(discount: 0.9).values
            for state in 0..<3 {
                #expect(abs(values[state] - decimals[state]) < 5.01e-9)
                #expect(abs(values[state] - solved[state]) < 1e-7)
                #expect(values[state] > before[state])
                let gap = hard[state] - values[state]
                #expect(gap > 0 && gap <= log(2) / (scale * 0.1))
            }
            before = values
        }
    }

    // Three steps from state 0: the largest bound.
    @Test(arguments: [(0.5, -1.732009), (1, -3.407287), (2, -6.608144), (5, -15.506230)])
    func `a finite horizon without a discount gives the largest bound`(
        scale: Double, bound: Double
    ) {
        let backup = EnergyFixtures.backup(scale: scale, discount: 1)
        var values = Tensor.zeros([3, 2], type: .float64)
        let rewards = Tensor(EnergyFixtures.rewards.flatMap { $0 }, shape: [3, 2]) * scale
        values = rewards
        for _ in 0..<2 { values = EnergyFixtures.backUp(values, backup) }
        #expect(abs(backup.value(values)[0].item() - bound) < 5.01e-7)
    }

    /// Half the squared error of Q = V + log π / p against fixed targets, as the agent's dueling head
    /// and loss make it, enumerated over actions drawn from π.
    @Test func `the gradient of the loss is a policy gradient and a value's error`() {
        var generator = Generator(seed: 3)
        let backup = SoftBackup(
            logPrior: Tensor([0.2, 0.5, 0.3]).log(), rewardScale: 1, discount: 0.9)
        for _ in 0..<20 {
            let outputs = Tensor.normal([1, 4], type: .float64, using: &generator)
            let targets = Tensor.normal([1, 3], type: .float64, using: &generator)
            let law = backup.law(backup.dueling(outputs)).probabilities
            // The mean over one row of each action, repeated by its probability.
            let leaf = outputs.requiringGradient()
            let errors = (backup.dueling(leaf) - targets).reshaped([3])
            let loss = (0..<3).map { ValueLoss.squared(errors[$0..<$0 + 1]) * law[0, $0].item() }
                .reduce(Tensor(0.0, type: .float64), +)
            let found = gradients(of: loss, withRespectTo: [leaf])[0]

            let other = outputs.requiringGradient()
            let parts = other.split(sizes: [1, 3])
            let policy = backup.law(parts[1])
            let signal = targets - (policy.logProbabilities - backup.logPrior).detached()
            let gain = (policy.probabilities * signal).sum()
            let target = gain.detached()
            let value = (parts[0].sum() - target).square() * 0.5
            let expected = gradients(of: value - gain, withRespectTo: [other])[0]
            #expect(largest(found - expected) < 1e-10)
        }
    }

    @Test func `the dueling head's value is the value of what comes out`() {
        var generator = Generator(seed: 4)
        let backup = EnergyFixtures.backup()
        let outputs = Tensor.normal([5, 3], type: .float64, using: &generator)
        let values = backup.dueling(outputs)
        #expect(largest(backup.value(values) - outputs.select(axis: 1, 0)) < 1e-13)
        let ratio = backup.law(values).logProbabilities - backup.logPrior
        #expect(largest(values - backup.value(values).unsqueezed(axis: 1) - ratio) < 1e-13)
        #expect(
            largest(
                backup.divergence(values)
                    - (backup.law(values).probabilities * ratio).sum(axis: 1)) < 1e-13)
    }

    @Test func `a constant in the prior's logits changes nothing`() {
        var settings = SoftQLearningSettings()
        settings.priorLogits = [0.3, -1, 2]
        let prior = SoftBackup.logPrior(settings, actions: 3)
        settings.priorLogits = settings.priorLogits.map { $0 + 100 }
        #expect(largest(SoftBackup.logPrior(settings, actions: 3) - prior) < 1e-6)
        #expect(abs(prior.exp().sum().item() - 1) < 1e-6)
        settings.priorLogits = []
        #expect(abs(SoftBackup.logPrior(settings, actions: 3)[2].item() + log(3)) < 1e-6)
    }

    @Test func `values far beyond the exponential's range stay finite`() {
        let backup = EnergyFixtures.backup()
        let values = backup.value(Tensor([4000, 3000, -4000, -4000], shape: [2, 2])).doubles()
        #expect(abs(values[0] - (4000 - log(2))) < 1e-9 && abs(values[1] + 4000) < 1e-9)
    }

    @Test func `large errors cost their size`() {
        let errors = Tensor([0.5, -3])
        #expect(abs(ValueLoss.huber(errors).item() - (0.125 + 2.5) / 2) < 1e-12)
        #expect(abs(ValueLoss.squared(errors).item() - (0.125 + 4.5) / 2) < 1e-12)
    }
}
