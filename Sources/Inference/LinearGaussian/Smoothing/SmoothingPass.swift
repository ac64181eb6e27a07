import OptimistLinearAlgebra

/// The backward recursion of `LinearGaussianModel.smooth` in buffers that are made once: a step
/// allocates its lag-one covariance, which is a result, and nothing else.
final class SmoothingPass {
    private typealias Kernels = SmallKernels<Double>
    typealias Pointer = UnsafeMutablePointer<Double>

    private let model: LinearGaussianModel
    private let size: Int
    private let buffer: KernelBuffer<Double>
    private let transition, noise, filtered, factor: Pointer
    /// g and I − g E with their transposes, so that every product runs along rows.
    private let gain, gainT, keep, keepT: Pointer
    private let later, scratch, sum, surprise: Pointer
    /// Zeros.
    private let none: Pointer

    init(_ model: LinearGaussianModel) {
        self.model = model
        let n = model.stateCount
        size = n
        let buffer = KernelBuffer<Double>(capacity: 12 * n * n + n)
        self.buffer = buffer
        let matrix = { buffer.take(n * n) }
        (transition, noise, filtered, factor) = (matrix(), matrix(), matrix(), matrix())
        (gain, gainT, keep, keepT) = (matrix(), matrix(), matrix(), matrix())
        (later, scratch, sum, none) = (matrix(), matrix(), matrix(), matrix())
        surprise = buffer.take(n)
        if let value = model.transition.fixedValue { transition.copy(value) }
        if let value = model.transitionNoise.fixedValue { noise.copy(value) }
    }

    /// Replaces the filtered law at a step by the smoothed one, given that of the next step.
    ///
    /// - Returns: Cov(s_t, s_{t+1} | x).
    /// - Throws: `LinearAlgebraError.notFinite`.
    func step(
        _ step: Int, predicted: GaussianSequence, _ laws: inout GaussianSequence
    ) throws -> Matrix {
        let n = size
        if model.transition.fixedValue == nil { transition.copy(model.transition[step]) }
        if model.transitionNoise.fixedValue == nil { noise.copy(model.transitionNoise[step]) }
        let (here, next) = (step * laws.stride, (step + 1) * laws.stride)
        for i in 0..<n * n {
            filtered[i] = laws.storage[here + n + i]
            later[i] = laws.storage[next + n + i]
            factor[i] = predicted.storage[next + n + i]
            sum[i] = later[i] + noise[i]
        }
        try setGain(predicted, step + 1)
        Kernels.multiply(keep, filtered, scratch, n, n, n)
        Kernels.symmetricProduct(scratch, keepT, plus: none, filtered, n, n)
        Kernels.multiply(gain, sum, scratch, n, n, n)
        Kernels.symmetricProduct(scratch, gainT, plus: filtered, filtered, n, n)
        for i in 0..<n * n { laws.storage[here + n + i] = filtered[i] }
        for i in 0..<n { surprise[i] = laws.storage[next + i] - predicted.storage[next + i] }
        for i in 0..<n {
            var move = 0.0
            for k in 0..<n { move += gain[i * n + k] * surprise[k] }
            laws.storage[here + i] += move
        }
        Kernels.multiply(gain, later, scratch, n, n, n)
        return Matrix(
            rows: n, columns: n, Array(UnsafeBufferPointer(start: scratch, count: n * n)))
    }

    /// g = P⁺ Eᵀ (P⁻)⁻¹ and I − g E, from the filtered and the predicted covariance.
    private func setGain(_ predicted: GaussianSequence, _ next: Int) throws {
        let n = size
        Kernels.multiply(transition, filtered, gainT, n, n, n)
        let diagonal = next * predicted.stride + n
        var isSafe = Kernels.cholesky(factor, n) == nil
        for i in 0..<n where isSafe {
            let pivot = factor[i * n + i]
            isSafe = pivot * pivot > 1e-12 * predicted.storage[diagonal + i * (n + 1)]
        }
        if isSafe {
            Kernels.solveForward(factor, gainT, n, n)
            Kernels.solveBackward(factor, gainT, n, n)
        } else {
            let right = Matrix(
                rows: n, columns: n, Array(UnsafeBufferPointer(start: gainT, count: n * n)))
            gainT.copy(try positiveSolution(predicted.covariance(at: next), right))
        }
        for i in 0..<n { for j in 0..<n { gain[i * n + j] = gainT[j * n + i] } }
        Kernels.multiply(gain, transition, keep, n, n, n)
        for i in 0..<n {
            for j in 0..<n {
                let value = (i == j ? 1 : 0) - keep[i * n + j]
                keep[i * n + j] = value
                keepT[j * n + i] = value
            }
        }
    }
}
