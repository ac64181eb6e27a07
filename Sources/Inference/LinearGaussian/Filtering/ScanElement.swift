import OptimistLinearAlgebra

/// One element of the associative scan: p(s_t | s_{t−1}, x_t) = N(A s + b, C) and the likelihood of
/// s_{t−1} as exp(ηᵀ s − ½ sᵀ J s) (Särkkä and García-Fernández, 2019, lemma 7).
struct ScanElement: Sendable {
    var matrix: Matrix
    var offset: [Double]
    var covariance: Matrix
    var score: [Double]
    var precision: Matrix

    /// What both elements say together, this one first (lemma 8).
    func followed(by next: ScanElement) throws -> ScanElement {
        let n = offset.count
        let identity = Matrix.identity(n)
        // M = (I + C_i J_j)⁻¹; its transpose is (I + J_j C_i)⁻¹.
        let inverse = try LU(identity + covariance * next.precision).inverse()
        let forward = next.matrix * inverse
        let backward = Matrix.transposed(matrix, times: inverse.transposed)
        var mean = offset
        Matrix.multiply(covariance, next.score, into: &mean, adding: true)
        var combinedOffset = next.offset
        Matrix.multiply(forward, mean, into: &combinedOffset, adding: true)
        let pull = subtract(next.score, next.precision * offset)
        var combinedScore = score
        Matrix.multiply(backward, pull, into: &combinedScore, adding: true)
        return ScanElement(
            matrix: forward * matrix, offset: combinedOffset,
            covariance: ((forward * covariance).timesTransposed(next.matrix)).symmetrized
                + next.covariance,
            score: combinedScore,
            precision: (backward * next.precision * matrix).symmetrized + precision)
    }
}
