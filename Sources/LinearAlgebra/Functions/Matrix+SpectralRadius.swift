import Foundation
import OptimistCore

extension Matrix {
    /// The largest magnitude of an eigenvalue, by Gelfand's formula: lim ‖Aᵏ‖^(1/k) along
    /// k = 2, 4, 8, …, each power rescaled so that it neither overflows nor vanishes.
    ///
    /// After 40 squarings the relative error is below 10⁻¹⁰ unless eigenvectors are dependent to
    /// working precision. Whether powers of a matrix die out is whether this is below 1.
    ///
    /// - Throws: `LinearAlgebraError.notFinite`.
    public func spectralRadius() throws(LinearAlgebraError) -> Double {
        if !isSquare { fail("Matrix.spectralRadius", "\(shape) is not square") }
        if !isFinite { throw .notFinite }
        var power = self
        // self^k = exp(logScale) · power, k = 2^squarings.
        var (logScale, exponent) = (0.0, 1.0)
        for _ in 0..<40 {
            let size = power.largestMagnitude
            if size == 0 { return 0 }
            logScale += log(size)
            power *= 1 / size
            power = power * power
            logScale *= 2
            exponent *= 2
        }
        let size = power.frobeniusNorm
        return size == 0 ? 0 : exp((logScale + log(size)) / exponent)
    }
}
