import Foundation
import OptimistCore
import OptimistLinearAlgebra

/// What the evidence of later rewards does to a step's noise: the law of the next state given its
/// mean μ, N(μ, W) tilted by exp(V / temperature), and the log of the mean of that factor.
struct NoiseTilt {
    /// temperature · log E[exp(V(μ + w) / temperature)] as a function of μ.
    let value: QuadraticValue
    /// (1 + W P / temperature)⁻¹, which takes μ to the tilted mean but for `shift`.
    let contraction: Matrix
    /// What the tilted mean has beside contraction · μ.
    let shift: [Double]
    /// The tilted covariance.
    let covariance: Matrix

    /// - Parameter temperature: in units of reward.
    init(
        _ next: QuadraticValue, noise: Matrix, temperature: Double, step: Int
    ) throws(LinearQuadraticError) {
        var system = 1 / temperature * (noise * next.curvature)
        system.addToDiagonal(1)
        guard let lu = try? LU(system), let inverse = try? lu.inverse() else {
            throw .evidenceDiverges(step: step)
        }
        let (logDeterminant, sign) = lu.logDeterminant
        if !(sign > 0) { throw .evidenceDiverges(step: step) }
        contraction = inverse
        covariance = (inverse * noise).symmetrized
        // A negative curvature of the cost may outweigh the noise's precision.
        if (try? covariance.semidefiniteRoot()) == nil { throw .evidenceDiverges(step: step) }
        shift = (covariance * next.slope).map { -$0 / temperature }
        let curvature = (next.curvature * inverse).symmetrized
        let slope = Matrix.transposed(inverse, times: next.slope)
        value = QuadraticValue(
            curvature: curvature, slope: slope,
            constant: next.constant + covariance.quadratic(next.slope) / 2 / temperature
                - temperature / 2 * logDeterminant)
    }
}
