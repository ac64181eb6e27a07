import Foundation
import OptimistLinearAlgebra

/// The information form, P⁺ = (P⁻¹ + Cᵀ D⁻¹ C)⁻¹: for many more emissions than states. Prediction
/// covariances and D must be positive definite.
final class InformationKernel: FilterKernel {
    private let emissions: Int
    private var law: GaussianMoments
    private var transition: Matrix
    private var transitionNoise: Matrix
    private var fullEmission: Matrix
    private var fullNoise: Matrix
    private var observed: [Int]
    private var emission: Matrix
    /// D⁻¹ C of the chosen components.
    private var weighted: Matrix
    private var noise: Cholesky

    init(states: Int, emissions: Int) {
        self.emissions = emissions
        law = GaussianMoments(
            mean: Array(repeating: 0, count: states), covariance: .identity(states))
        transition = .identity(states)
        transitionNoise = Matrix(rows: states, columns: states)
        fullEmission = Matrix(rows: emissions, columns: states)
        fullNoise = .identity(emissions)
        observed = Array(0..<emissions)
        (emission, weighted) = (fullEmission, fullEmission)
        guard let unit = try? Cholesky(.identity(emissions)) else { fatalError("identity") }
        noise = unit
    }

    func setBelief(_ law: GaussianMoments) { self.law = law }

    func setTransition(_ transition: Matrix, noise: Matrix) {
        (self.transition, transitionNoise) = (transition, noise)
    }

    func setEmission(_ emission: Matrix, noise: Matrix) throws {
        (fullEmission, fullNoise) = (emission, noise)
        try gather()
    }

    func select(_ observed: UnsafeBufferPointer<Int>) throws {
        self.observed = Array(observed)
        try gather()
    }

    private func gather() throws {
        let (chosen, columns) = (observed, fullEmission.columns)
        emission = Matrix(rows: chosen.count, columns: columns) { fullEmission[chosen[$0], $1] }
        noise = try Cholesky(
            Matrix(rows: chosen.count, columns: chosen.count) {
                fullNoise[chosen[$0], chosen[$1]]
            })
        weighted = noise.solution(emission)
    }

    func update(_ observation: UnsafeBufferPointer<Double>) throws -> Double {
        let prior = try Cholesky(law.covariance)
        let residual = subtract(Array(observation.prefix(observed.count)), emission * law.mean)
        let precision = (prior.inverse + Matrix.transposed(emission, times: weighted)).symmetrized
        let posterior = try Cholesky(precision)
        let score = Matrix.transposed(weighted, times: residual)
        let move = posterior.solution(score)
        let squares = noise.inverseQuadratic(residual) - dot(score, move)
        let logDeterminant =
            noise.logDeterminant + posterior.logDeterminant + prior.logDeterminant
        add(move, times: 1, to: &law.mean)
        law.covariance = posterior.inverse
        return -0.5 * (Double(observed.count) * log(2 * .pi) + logDeterminant + squares)
    }

    func predict(_ shift: UnsafeBufferPointer<Double>) {
        var mean = Array(shift)
        Matrix.multiply(transition, law.mean, into: &mean, adding: true)
        law.mean = mean
        law.covariance = transition.sandwich(law.covariance) + transitionNoise
    }

    func write(to target: UnsafeMutablePointer<Double>) {
        let n = law.mean.count
        for i in 0..<n {
            target[i] = law.mean[i]
            for j in 0..<n { target[n + i * n + j] = law.covariance[i, j] }
        }
    }
}
