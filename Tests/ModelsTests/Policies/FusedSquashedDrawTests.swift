import OptimistCore
import OptimistModels
import OptimistProbability
import OptimistTorch
import Testing

/// The plain loops against the same law and loss composed of tensors.
@Suite struct FusedSquashedDrawTests {
    private func composed(_ outputs: Tensor, _ noise: Tensor) -> Draw {
        let width = noise.size(axis: 1)
        let parts = outputs.split(sizes: [width, width])
        let limits = PolicyNetwork.squashedLimits
        let logarithm =
            (parts[1].tanh() + 1) * (0.5 * (limits.upperBound - limits.lowerBound))
            + limits.lowerBound
        let law = TanhNormal(mean: parts[0], logStandardDeviation: logarithm, eventRank: 1)
        let unsquashed = parts[0] + logarithm.exp() * noise
        return Draw(value: unsquashed.tanh(), logDensity: law.logDensity(unsquashed: unsquashed))
    }

    @Test(arguments: [(256, 6), (7, 1), (33, 17)])
    func `draws and gradients are those of autograd in float64`(rows: Int, width: Int) {
        var generator = Generator(seed: 3)
        // Far out too, where actions are at their bounds.
        let outputs = Tensor.normal([rows, 2 * width], using: &generator) * 3
        let noise = Tensor.normal([rows, width], using: &generator)
        let slope = Tensor.normal([rows, width], using: &generator)
        let draw = FusedSquashedDraw(
            outputs: outputs, noise: noise, limits: PolicyNetwork.squashedLimits)
        let leaf = outputs.to(.float64).requiringGradient()
        let expected = composed(leaf, noise.to(.float64))
        #expect(
            draw.actions.isClose(to: expected.value.to(.float32), relative: 1e-5, absolute: 1e-6))
        #expect(
            draw.logDensities.isClose(
                to: expected.logDensity.to(.float32), relative: 2e-5, absolute: 2e-4))
        let loss =
            (expected.logDensity * 0.3).mean()
            - (expected.value * slope.to(.float64)).sum() / Double(rows)
        let found = draw.gradient(price: 0.3, slope: slope)
        let exact = gradients(of: loss, withRespectTo: [leaf])[0].to(.float32)
        let size = exact.abs().max().item()
        #expect((found - exact).abs().max().item() < 1e-5 * size)
    }

    @Test func `its law is the policy network's`() {
        var generator = Generator(seed: 4)
        let policy = PolicyNetwork(
            features: 3, units: [8], activation: .relu,
            kind: .continuous(width: 2, isBounded: true), spread: .squashed, using: &generator)
        let features = Tensor.normal([20, 3], using: &generator) * 5
        let noise = Tensor.normal([20, 2], using: &generator)
        let draw = FusedSquashedDraw(
            outputs: policy.network.predict(features)[0], noise: noise,
            limits: PolicyNetwork.squashedLimits)
        let logDensities = policy.predict(features).logDensity(draw.actions)
        #expect(draw.logDensities.isClose(to: logDensities, relative: 1e-3, absolute: 1e-3))
    }
}
