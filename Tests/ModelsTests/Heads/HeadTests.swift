import Foundation
import OptimistCore
import OptimistModels
import OptimistProbability
import OptimistTorch
import Testing

@Suite struct HeadTests {
    private static func law(_ mean: [Double], _ deviation: [Double]) -> Normal {
        Normal(
            mean: Tensor(mean, shape: [1, mean.count]),
            standardDeviation: Tensor(deviation, shape: [1, mean.count]), eventRank: 1)
    }

    @Test func `each divergence is that of a law in which the other part stands still`() {
        let (old, new) = (Self.law([0.3, -1], [0.5, 2]), Self.law([0.1, -0.4], [0.7, 1.1]))
        let (means, deviations) = old.decoupledDivergences(to: new)
        let moved = Normal(mean: new.mean, standardDeviation: old.standardDeviation, eventRank: 1)
        let spread = Normal(mean: old.mean, standardDeviation: new.standardDeviation, eventRank: 1)
        #expect(abs(means.item() - old.divergence(to: moved).item()) < 1e-12)
        #expect(abs(deviations.item() - old.divergence(to: spread).item()) < 1e-12)
    }

    @Test func `multipliers grow above the limits and shrink below them`() {
        let region = SoftTrustRegion(limits: [0.01, 0.01])
        #expect(abs(region.multipliers.sum().item() - 2) < 1e-6)
        func slope(_ mean: Double, _ deviation: Double) -> [Double] {
            let old = Normal(
                mean: .zeros([1, 1]), standardDeviation: .ones([1, 1]), eventRank: 1)
            let new = Normal(
                mean: .full([1, 1], mean), standardDeviation: .full([1, 1], deviation), eventRank: 1
            )
            let parts = old.decoupledDivergences(to: new)
            let penalty = region.penalty([parts.means, parts.deviations], weights: .ones([1]))
            return gradients(of: penalty, withRespectTo: [region.rawMultipliers])[0].doubles()
        }
        // Descending the penalty raises a multiplier whose divergence is too great.
        #expect(slope(1, 1)[0] < 0 && slope(1, 1)[1] > 0)
        #expect(slope(0, 2)[0] > 0 && slope(0, 2)[1] < 0)
    }

    @Test func `a policy held by a trust region moves no farther than its limit`() {
        let mean = Tensor.zeros([1, 1]).requiringGradient()
        let region = SoftTrustRegion(limits: [0.02])
        let optimizer = Adam(
            [NamedTensor("mean", mean)] + region.parameters, learningRate: 0.02)
        let old = Normal(mean: .zeros([1, 1]), standardDeviation: .ones([1, 1]), eventRank: 1)
        for _ in 0..<4_000 {
            let new = Normal(mean: mean, standardDeviation: .ones([1, 1]), eventRank: 1)
            // A pull to the right that never ends.
            let moved = old.decoupledDivergences(to: new).means
            optimizer.minimize(-mean.sum() + region.penalty([moved], weights: .ones([1])))
        }
        // ½ μ² = 0.02.
        #expect(abs(mean.item() - 0.2) < 0.01)
        // The pull of 1 is balanced by multiplier · μ.
        #expect(abs(region.multipliers[0].item() - 5) < 0.3)
    }

    @Test func `deviations of a policy stay in their range`() {
        var generator = Generator(seed: 7)
        let head = GaussianPolicyHead(sizes: [3, 4, 2], deviations: 0.1...1, using: &generator)
        let law = head(.normal([50, 3], using: &generator) * 100)
        // The last layer starts at 0: the middle of the range, mean 0.
        #expect(law.mean.abs().max().item() == 0)
        #expect(abs(law.standardDeviation.min().item() - 0.55) < 1e-6)
        head.parameters.last!.tensor.assign(Tensor([0, 0, -100, 100] as [Float]))
        let far = head(.normal([50, 3], using: &generator)).standardDeviation
        #expect(abs(far.min().item() - 0.1) < 1e-6 && abs(far.max().item() - 1) < 1e-6)
    }

    @Test func `a Gaussian head learns its deviation within limits`() {
        var generator = Generator(seed: 8)
        let head = GaussianHead(
            sizes: [2, 3], learnsDeviation: true, limits: -1...1, using: &generator)
        head.logDeviation!.assign(Tensor([-5, 0, 5] as [Float]))
        let deviations = head(.zeros([1, 2])).standardDeviation.doubles()
        for (found, expected) in zip(deviations, [0.367_879_441, 1, 2.718_281_828]) {
            #expect(abs(found - expected) < 1e-6)
        }
        let fixed = GaussianHead(sizes: [2, 3], learnsDeviation: false, using: &generator)
        #expect(fixed.parameters.count == 2)
        #expect(fixed(.zeros([4, 2])).standardDeviation.max().item() == 1)
    }
}
