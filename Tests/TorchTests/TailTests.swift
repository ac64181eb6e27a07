import OptimistCore
import OptimistTorch
import Testing

/// Functions and draws of probability where digits are easily lost.
@Suite struct TailTests {
    @Test func `the normal distribution function keeps its digits in the lower tail`() {
        let values = Tensor([-10.0, -5, 0, 3]).normalCDF().doubles()
        let expected = [7.619853024160527e-24, 2.866515718791939e-07, 0.5, 0.998650101968370]
        for (value, exact) in zip(values, expected) {
            #expect(Swift.abs(value / exact - 1) < 1e-12)
        }
        let leaf = Tensor([-10.0]).requiringGradient()
        let slope = gradients(of: leaf.normalCDF(), withRespectTo: [leaf])[0].item()
        #expect(Swift.abs(slope / 7.694598626706420e-23 - 1) < 1e-12)
    }

    @Test func `gamma draws have their moments, and derivatives that average to theirs`() {
        // Concentration c: mean c, variance c, and d E[x] / dc = 1.
        let concentrations = Tensor.full([40_000], 0.7, type: .float64).requiringGradient()
        var generator = Generator(seed: 1)
        let draws = Tensor.gamma(concentrations: concentrations, using: &generator)
        let slopes = gradients(of: draws.sum(), withRespectTo: [concentrations])[0]
        let samples = [
            (draws.detached(), 0.7), ((draws.detached() - 0.7).square(), 0.7), (slopes, 1),
        ]
        for (values, expected) in samples {
            let estimate = Estimate(of: values.doubles())
            #expect(Swift.abs(estimate.mean - expected) < 4.5 * estimate.standardError!)
        }
        var again = Generator(seed: 1)
        let same = Tensor.gamma(concentrations: concentrations, using: &again)
        #expect(same.doubles() == draws.doubles())
    }
}
