import Foundation
import OptimistCore

extension Matrix {
    /// The exponential of a square matrix: scaling, the diagonal Padé approximant of order 13, and
    /// squaring (Higham, "The Scaling and Squaring Method for the Matrix Exponential Revisited",
    /// 2005).
    ///
    /// - Throws: `LinearAlgebraError.notFinite` for the matrix or its exponential; `.singular`
    ///   cannot happen after the scaling.
    public func exponential() throws(LinearAlgebraError) -> Matrix {
        if !isSquare { fail("Matrix.exponential", "\(shape) is not square") }
        if !isFinite { throw .notFinite }
        // Up to this 1-norm the approximant is exact to double precision.
        let limit = 5.371920351148152
        let norm = oneNorm
        let squarings = norm > limit ? Int(ceil(log2(norm / limit))) : 0
        let scaled = scalbn(1, -squarings) * self
        var result = try scaled.padeExponential()
        for _ in 0..<squarings { result = result * result }
        if !result.isFinite { throw .notFinite }
        return result
    }

    private func padeExponential() throws(LinearAlgebraError) -> Matrix {
        let b: [Double] = [
            64_764_752_532_480_000, 32_382_376_266_240_000, 7_771_770_303_897_600,
            1_187_353_796_428_800, 129_060_195_264_000, 10_559_470_521_600, 670_442_572_800,
            33_522_128_640, 1_323_241_920, 40_840_800, 960_960, 16_380, 182, 1,
        ]
        let identity = Matrix.identity(rows)
        let second = self * self
        let fourth = second * second
        let sixth = second * fourth
        func combination(_ sixthOf: Int) -> Matrix {
            // b[k] A⁶ + b[k − 2] A⁴ + b[k − 4] A², then the same with the low coefficients.
            let k = sixthOf
            let high = b[k] * sixth + b[k - 2] * fourth + b[k - 4] * second
            let low = b[k - 6] * sixth + b[k - 8] * fourth + b[k - 10] * second
            return sixth * high + low + b[k - 12] * identity
        }
        let odd = self * combination(13)
        let even = combination(12)
        return try LU(even - odd).solution(even + odd)
    }
}
