import OptimistLinearAlgebra

extension LinearGaussianModel {
    /// Smooths one run by the backward recursion of Rauch, Tung and Striebel (1965) in the form that
    /// keeps covariances positive:
    ///
    ///     g = P⁺ Eᵀ (P⁻)⁻¹
    ///     m_{t|T} = m⁺ + g (m_{t+1|T} − m⁻)
    ///     P_{t|T} = (I − g E) P⁺ (I − g E)ᵀ + g (P_{t+1|T} + F) gᵀ
    ///
    /// - Throws: `LinearGaussianError`, naming the step.
    public func smooth(_ sequence: LinearGaussianSequence) throws -> KalmanSmootherResult {
        if initial == .exactDiffuse { return try smoothDiffuse(sequence) }
        return try smooth(sequence, filter(sequence))
    }

    /// Smooths several independent runs.
    public func smooth(_ sequences: [LinearGaussianSequence]) throws -> [KalmanSmootherResult] {
        try sequences.map { try smooth($0) }
    }

    func smooth(
        _ sequence: LinearGaussianSequence, _ filtered: KalmanFilterResult
    ) throws -> KalmanSmootherResult {
        let count = sequence.count
        var smoothed = filtered.filtered
        var lagOne: [Matrix] = []
        lagOne.reserveCapacity(count)
        let pass = SmoothingPass(self)
        for step in (0..<max(0, count - 1)).reversed() {
            lagOne.append(try pass.step(step, predicted: filtered.predicted, &smoothed))
        }
        return KalmanSmootherResult(
            filter: filtered, smoothed: smoothed, lagOneCovariances: lagOne.reversed())
    }

    /// Under a flat law: the smoother given μ̂, and what its uncertainty adds.
    private func smoothDiffuse(_ sequence: LinearGaussianSequence) throws -> KalmanSmootherResult {
        let pass = try DiffusePass(model: self, sequence: sequence)
        var result = try smooth(sequence, pass.conditional)
        let adjoint = AdjointPass(
            model: self, sequence: sequence, filter: pass.conditional,
            flat: .init(slopes: pass.slopes, covariance: pass.locationCovariance))
        var slopes: [Matrix] = []
        try adjoint.run { slopes.append($0.smoothedSlope) }
        slopes.reverse()
        for step in 0..<sequence.count {
            var law = result.smoothed[step]
            law.covariance += slopes[step].sandwich(pass.locationCovariance)
            result.smoothed[step] = law
            if step < sequence.count - 1 {
                result.lagOneCovariances[step] +=
                    (slopes[step] * pass.locationCovariance).timesTransposed(slopes[step + 1])
            }
        }
        result.filter = pass.result
        return result
    }
}

/// One step back: the law of s_t given s_{t+1} and the observations up to t.
struct BackwardStep {
    /// g, `[state, state]`.
    let gain: Matrix
    private let filtered: GaussianMoments
    private let next: GaussianMoments
    private let keep: Matrix
    private let noise: Matrix

    /// - Throws: `LinearAlgebraError.notFinite`.
    init(
        model: LinearGaussianModel, step: Int, filtered: GaussianMoments, next: GaussianMoments
    ) throws {
        let transition = model.transition[step]
        (self.filtered, self.next, noise) = (filtered, next, model.transitionNoise[step])
        gain = try positiveSolution(next.covariance, transition * filtered.covariance).transposed
        keep = .identity(filtered.mean.count) - gain * transition
    }

    /// The law of s_t given all observations, from that of s_{t+1}.
    func law(given later: GaussianMoments) -> GaussianMoments {
        var mean = filtered.mean
        let surprise = subtract(later.mean, next.mean)
        Matrix.multiply(gain, surprise, into: &mean, adding: true)
        return GaussianMoments(
            mean: mean,
            covariance: keep.sandwich(filtered.covariance)
                + gain.sandwich(later.covariance + noise))
    }

    /// The law of s_t given s_{t+1}.
    func law(givenState state: [Double]) -> GaussianMoments {
        let n = state.count
        return law(
            given: GaussianMoments(mean: state, covariance: Matrix(rows: n, columns: n)))
    }
}

/// The solution X of P X = B for a covariance P: by Cholesky, and where P is singular by its
/// pseudo-inverse (eigenvalues up to 10⁻¹² of the largest count as zero), which is exact where B lies
/// in P's range, as covariances with the same variables do.
///
/// - Throws: `LinearAlgebraError.notFinite`.
func positiveSolution(_ matrix: Matrix, _ right: Matrix) throws -> Matrix {
    if let cholesky = try? Cholesky(matrix) {
        let pivots = cholesky.factor.diagonal
        let isSafe = pivots.indices.allSatisfy { pivots[$0] * pivots[$0] > 1e-12 * matrix[$0, $0] }
        if isSafe { return cholesky.solution(right) }
    }
    let eigen = try SymmetricEigen(matrix)
    let threshold = 1e-12 * (eigen.values.last ?? 0)
    return eigen.map { $0 > threshold ? 1 / $0 : 0 } * right
}
