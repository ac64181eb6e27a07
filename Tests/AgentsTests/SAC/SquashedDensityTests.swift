import Foundation
import OptimistAgents
import OptimistCore
import OptimistModels
import OptimistProbability
import OptimistTorch
import Testing

/// The density of bounded actions as the agent draws and scores them, by quadrature over one action.
@Suite struct SquashedDensityTests {
    /// Means, and deviations before tanh: in the middle, near a bound, narrow and wide.
    private static let laws = [(0.3, 0.5), (-1.5, 0.8), (0, 0.02), (0.7, 3), (2, 0.2)]

    /// What the network has to say for a deviation.
    private func outputs(_ mean: Double, _ deviation: Double) -> [Double] {
        let limits = PolicyNetwork.squashedLimits
        let share =
            2 * (log(deviation) - limits.lowerBound)
            / (limits.upperBound - limits.lowerBound)
        return [mean, atanh(share - 1)]
    }

    @Test(arguments: laws) func `draws of the policy's step integrate to one`(
        mean: Double, deviation: Double
    ) {
        let count = 4_001
        let width = 16.0 / Double(count - 1)
        let noise = (0..<count).map { -8 + width * Double($0) }
        let numbers = outputs(mean, deviation)
        let draw = FusedSquashedDraw(
            outputs: Tensor(numbers.map { Float($0) }, shape: [1, 2]).expanded([count, 2]),
            noise: Tensor(noise.map { Float($0) }, shape: [count, 1]),
            limits: PolicyNetwork.squashedLimits)
        let densities = draw.logDensities.doubles()
        var mass = 0.0
        for (noise, density) in zip(noise, densities) {
            let unsquashed = mean + deviation * noise
            // da = σ (1 − tanh² u) dε, in the log domain far out.
            let slope = log(deviation) - 2 * log(cosh(unsquashed))
            mass += exp(density + slope) * width
        }
        #expect(abs(mass - 1) < 1e-4, "mass \(mass)")
    }

    @Test(arguments: laws) func `log-densities of replayed actions integrate to one`(
        mean: Double, deviation: Double
    ) {
        let policy = policy()
        // Midpoints between the bounds, closer together near them: a = sin(π x / 2).
        let count = 200_000
        let step = 2.0 / Double(count)
        let places = (0..<count).map { -1 + (Double($0) + 0.5) * step }
        let actions = Tensor(places.map { sin(.pi / 2 * $0) }, shape: [count, 1])
        let law = policy.law(ofOutputs: Tensor(outputs(mean, deviation), shape: [1, 2]))
        let densities = withoutGradient { law.logDensity(actions).doubles() }
        let mass = zip(places, densities).reduce(0) {
            $0 + exp($1.1) * .pi / 2 * cos(.pi / 2 * $1.0) * step
        }
        #expect(abs(mass - 1) < 1e-4, "mass \(mass)")
    }

    // Mean .3, deviation .5, u = 1.2: a = .833655, log N −1.845791, log π −0.658413.
    @Test func `the worked example`() {
        let numbers = outputs(0.3, 0.5)
        let draw = FusedSquashedDraw(
            outputs: Tensor(numbers.map { Float($0) }, shape: [1, 2]),
            noise: Tensor([1.8 as Float], shape: [1, 1]), limits: PolicyNetwork.squashedLimits)
        #expect(abs(draw.actions.item() - 0.833655) < 1e-6)
        #expect(abs(draw.logDensities.item() + 0.658413) < 2e-6)
        let law = policy().law(ofOutputs: Tensor(numbers, shape: [1, 2]))
        #expect(abs(law.logDensity(Tensor([tanh(1.2)], shape: [1, 1])).item() + 0.658413) < 5e-7)
    }

    private func policy() -> PolicyNetwork {
        var generator = Generator(seed: 1)
        return PolicyNetwork(
            features: 1, units: [], activation: .relu,
            kind: .continuous(width: 1, isBounded: true), spread: .squashed, using: &generator)
    }
}
