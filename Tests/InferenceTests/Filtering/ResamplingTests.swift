import Foundation
import OptimistCore
import OptimistInference
import Testing

@Suite struct ResamplingTests {
    private let weights = [0.02, 0.31, 0, 0.17, 0.25, 0.049, 0.001, 0.2]

    @Test(arguments: Resampling.allCases)
    func `the expected number of copies is proportional to the weight`(scheme: Resampling) {
        var generator = Generator(seed: 7)
        let (draws, runs) = (10, 4000)
        var copies = weights.map { _ in [Double]() }
        for _ in 0..<runs {
            let indices = scheme.indices(weights: weights, count: draws, &generator)
            #expect(indices.count == draws && indices == indices.sorted())
            for index in weights.indices {
                copies[index].append(Double(indices.count { $0 == index }))
            }
        }
        for (counts, weight) in zip(copies, weights) {
            let estimate = Estimate(of: counts)
            let expected = Double(draws) * weight
            #expect(abs(estimate.mean - expected) <= 4 * estimate.standardError! + 1e-12)
        }
    }

    @Test func `systematic and residual copies stay next to their expectation`() {
        var generator = Generator(seed: 8)
        for _ in 0..<200 {
            let systematic = Resampling.systematic.indices(
                weights: weights, count: 50, &generator)
            let residual = Resampling.residual.indices(weights: weights, count: 50, &generator)
            let stratified = Resampling.stratified.indices(
                weights: weights, count: 50, &generator)
            for (index, weight) in weights.enumerated() {
                let expected = 50 * weight
                let count = Double(systematic.count { $0 == index })
                #expect(count >= floor(expected - 1e-9) && count <= ceil(expected + 1e-9))
                let least = Double(residual.count { $0 == index })
                #expect(least >= floor(expected - 1e-9))
                let near = Double(stratified.count { $0 == index })
                #expect(abs(near - expected) < 2)
            }
        }
    }

    @Test(arguments: [1, 3, 7, 10, 1000])
    func `equal weights keep every particle`(count: Int) {
        var generator = Generator(seed: 9)
        let equal = Array(repeating: 1 / Double(count), count: count)
        for scheme in [Resampling.systematic, .stratified, .residual] {
            let isIdentity = scheme.indices(weights: equal, &generator) == Array(0..<count)
            #expect(isIdentity, "\(scheme)")
        }
    }

    @Test(arguments: Resampling.allCases)
    func `a particle with all the weight is all that is drawn`(scheme: Resampling) {
        var generator = Generator(seed: 10)
        #expect(scheme.indices(weights: [0, 0, 1, 0], &generator) == [2, 2, 2, 2])
        #expect(scheme.indices(weights: [1, 0], count: 0, &generator) == [])
    }
}
