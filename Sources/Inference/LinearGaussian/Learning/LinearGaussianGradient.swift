import OptimistLinearAlgebra

/// The gradient of a log likelihood in the parameters of a model that does not vary in time, in the
/// shapes of the parameters. Covariances count as full matrices: the derivative along a symmetric
/// change dF is the sum of the elements of `transitionNoise` times those of dF.
public struct LinearGaussianGradient: Equatable, Sendable {
    /// In E.
    public var transition: Matrix
    /// In B.
    public var transitionInput: Matrix
    /// In b.
    public var transitionOffset: [Double]
    /// In F.
    public var transitionNoise: Matrix
    /// In C.
    public var emission: Matrix
    /// In G.
    public var emissionInput: Matrix
    /// In d.
    public var emissionOffset: [Double]
    /// In D.
    public var emissionNoise: Matrix
    /// In the mean of the initial law; zero where there is none to choose.
    public var initialMean: [Double]
    /// In the covariance of the initial law.
    public var initialCovariance: Matrix

    /// Zero for a model.
    init(_ model: LinearGaussianModel) {
        let (n, m, k) = (model.stateCount, model.emissionCount, model.inputCount)
        transition = Matrix(rows: n, columns: n)
        transitionInput = Matrix(rows: n, columns: k)
        transitionOffset = Array(repeating: 0, count: n)
        transitionNoise = transition
        emission = Matrix(rows: m, columns: n)
        emissionInput = Matrix(rows: m, columns: k)
        emissionOffset = Array(repeating: 0, count: m)
        emissionNoise = Matrix(rows: m, columns: m)
        initialMean = transitionOffset
        initialCovariance = transition
    }

    mutating func addTransition(_ score: AdjointPass.Score, input: [Double]?) {
        transition += score.matrix
        transitionNoise += score.noise
        OptimistLinearAlgebra.add(score.offset, times: 1, to: &transitionOffset)
        if let input { transitionInput += Matrix.outer(score.offset, input) }
    }

    mutating func addEmission(_ score: AdjointPass.Score, input: [Double]?, observed: [Int]) {
        for (row, i) in observed.enumerated() {
            for j in 0..<emission.columns { emission[i, j] += score.matrix[row, j] }
            emissionOffset[i] += score.offset[row]
            for (k, value) in (input ?? []).enumerated() {
                emissionInput[i, k] += score.offset[row] * value
            }
            for (column, j) in observed.enumerated() {
                emissionNoise[i, j] += score.noise[row, column]
            }
        }
    }

    /// Adds another gradient of the same shapes, times a number.
    mutating func add(_ other: LinearGaussianGradient, times scale: Double) {
        transition.add(other.transition, times: scale)
        transitionInput.add(other.transitionInput, times: scale)
        transitionNoise.add(other.transitionNoise, times: scale)
        emission.add(other.emission, times: scale)
        emissionInput.add(other.emissionInput, times: scale)
        emissionNoise.add(other.emissionNoise, times: scale)
        initialCovariance.add(other.initialCovariance, times: scale)
        OptimistLinearAlgebra.add(
            other.transitionOffset, times: scale, to: &transitionOffset)
        OptimistLinearAlgebra.add(other.emissionOffset, times: scale, to: &emissionOffset)
        OptimistLinearAlgebra.add(other.initialMean, times: scale, to: &initialMean)
    }
}
