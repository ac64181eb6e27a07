import OptimistCore
import OptimistInference
import OptimistPlanning
import OptimistTorch
import Testing
import Foundation

@Suite struct LightDarkTests {
    @Test func `explore`() throws {
        for (sd, scale, lr, its) in [(2.0, 1.0, 0.2, 100), (4.0, 1.0, 0.2, 100), (4.0, 0.3, 0.2, 100), (2.0, 0.3, 0.1, 60), (1.0, 0.3, 0.1, 60)] {
        for weight in [0.0, 1.0] {
            for seed in 1...2 {
            var demonstration = LightDarkPlanning(informationWeight: weight)
            demonstration.domain.habitDeviation = sd
            demonstration.domain.rewardScale = scale
            var gradient = VariationalGradient()
            gradient.iterations = its
            gradient.samples = 4
            gradient.learningRate = lr
            demonstration.planner = gradient
            var generator = Generator(seed: UInt64(seed))
            let t = Date()
            let path = try demonstration.plan(using: &generator)
            print(sd, scale, lr, its, "weight", weight, "gradient", path.furthest, Date().timeIntervalSince(t), path.posterior.objective!.mean.max().item())
            print(path.positions.map { String(format: "%.1f", $0.0) }.joined(separator: " "))
            }
        } }
    }
}
