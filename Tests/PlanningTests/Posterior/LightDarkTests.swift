import Foundation
import OptimistCore
import OptimistInference
import OptimistPlanning
import OptimistTorch
import Testing

@Suite struct LightDarkTests {
    private func path(_ weight: Double) throws -> LightDarkPlanning.Path {
        var generator = Generator(seed: 1)
        return try LightDarkPlanning(informationWeight: weight).plan(using: &generator)
    }

    @Test func `a plan that counts information goes to the light before the goal`() throws {
        let path = try path(1)
        let first = path.positions.map { $0.0 }
        #expect(path.furthest > 4)
        #expect(first[5] > first[0] + 0.1)
        let end = path.positions.last!
        #expect(hypot(end.0, end.1) < 1.5)
        #expect(path.posterior.information!.item() > 5)
    }

    @Test func `without information the plan heads straight for the goal`() throws {
        let path = try path(0)
        #expect(path.furthest < 3)
        let end = path.positions.last!
        #expect(hypot(end.0, end.1) < 0.7)
        #expect(path.posterior.information == nil)
    }

    @Test func `the domain sees as the exact demonstration says`() {
        let domain = LightDarkPoint()
        var generator = Generator(seed: 2)
        for position in [0.0, 2, 4] {
            let states = Tensor.full([1, 40_000, 5], position, type: .float64)
            let seen = domain.sampleObservation(at: states, using: &generator)
            let variance = (seen - position).square().mean().item()
            let exact = LightDarkDemonstration.observationVariance(at: position)
            // The variance of 80 000 squares is known to √(2/80 000), half a percent.
            #expect(abs(variance / exact - 1) < 4 * (2 / 80_000.0).squareRoot())
        }
        let two = Tensor([1.0, 2, 0, 0, 0, 3, 1, 0, 0, 0], shape: [1, 2, 5])
        let shown = Tensor([1.5, 1.0, 3, 3], shape: [1, 2, 2])
        let found = domain.pairwiseLogLikelihood(of: shown, at: two).doubles()
        func density(_ x: (Double, Double), _ z: (Double, Double)) -> Double {
            let variance = LightDarkDemonstration.observationVariance(at: z.0)
            let distance = (x.0 - z.0) * (x.0 - z.0) + (x.1 - z.1) * (x.1 - z.1)
            return -distance / variance / 2 - log(2 * Double.pi * variance)
        }
        let (x, z) = ([(1.5, 1.0), (3.0, 3.0)], [(1.0, 2.0), (3.0, 1.0)])
        for k in 0..<2 {
            for j in 0..<2 { #expect(abs(found[k * 2 + j] - density(x[k], z[j])) < 1e-12) }
        }
    }
}
