import Foundation
import OptimistCore
import Testing

@Suite struct EstimateTests {
    @Test func `the mean and its standard error are those of the textbook`() {
        let estimate = Estimate(of: [1.0, 2, 4, 5])
        #expect(estimate.mean == 3 && estimate.count == 4)
        // Sample variance 10 / 3, over 4.
        #expect(abs(estimate.standardError! - (10.0 / 12).squareRoot()) < 1e-15)
    }

    @Test func `one sample has no standard error and an exact value has none to speak of`() {
        #expect(Estimate(of: [3.0]) == Estimate(mean: 3, standardError: nil, count: 1))
        #expect(Estimate.exact(2) == Estimate(mean: 2, standardError: 0, count: 0))
    }

    @Test func `a known number moves the mean alone, a unit scales both`() {
        let estimate = Estimate(of: [1.0, 3])
        #expect(estimate - 0.5 == Estimate(mean: 1.5, standardError: 1, count: 2))
        #expect(estimate / -4 == Estimate(mean: -0.5, standardError: 0.25, count: 2))
        #expect(Estimate(of: [3.0]) / 2 == Estimate(mean: 1.5, standardError: nil, count: 1))
    }

    @Test func `an estimate survives being written and read`() throws {
        for estimate in [Estimate(of: [1.0, 2.5]), Estimate(of: [4.0]), .exact(-1)] {
            let data = try JSONEncoder().encode(estimate)
            #expect(try JSONDecoder().decode(Estimate.self, from: data) == estimate)
        }
    }
}
