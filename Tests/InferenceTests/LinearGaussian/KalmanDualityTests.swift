import OptimistInference
import OptimistLinearAlgebra
import Testing

@Suite struct KalmanDualityTests {
    /// The covariance recursion with (E, F, C, D) = (Aᵀ, Q, Bᵀ, R) is the Riccati recursion of the
    /// control problem with dynamics A, B and costs Q, R.
    @Test func `predicted covariances are cost-to-go matrices of the double integrator`() throws {
        let (a, b) = (Matrix([[1, 0.1], [0, 1]]), Matrix([[0], [0.1]]))
        let (q, r) = (Matrix.diagonal([1, 0.1]), Matrix([[0.1]]))
        let steps = 300
        let model = try LinearGaussianModel(
            initial: .predictive(GaussianMoments(mean: [0, 0], covariance: q)),
            transition: a.transposed, transitionNoise: q, emission: b.transposed,
            emissionNoise: r)
        let zeros = LinearGaussianSequence(Array(repeating: 0, count: steps))
        let result = try model.filter(zeros)
        var cost = q
        for t in 0..<steps {
            let found = result.predicted.covariance(at: t)
            #expect((found - cost).largestMagnitude < 1e-9 * cost.largestMagnitude)
            let curvature = r + Matrix.transposed(b, times: cost * b)
            let cross = Matrix.transposed(b, times: cost * a)
            let gain = try LU(curvature).solution(cross)
            let kept = q + Matrix.transposed(a, times: cost * a)
            cost = (kept - Matrix.transposed(cross, times: gain)).symmetrized
        }
        let stationary = [9.59223689, 3.62093858, 3.62093858, 3.11119620]
        let last = result.predicted.covariance(at: steps - 1).elements
        #expect(largestMagnitude(subtract(last, stationary)) < 1e-8)
    }
}
