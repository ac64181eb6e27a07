import OptimistCore
import OptimistLinearAlgebra

/// A linear stochastic differential equation ds = (A s + b) dt + dW with noise of spectral density
/// Q, observed now and then: exact at any spacing of the observations.
public struct ContinuousTimeModel: Sendable, Equatable {
    /// A, `[state, state]`.
    public var drift: Matrix
    /// Q, `[state, state]`: the covariance of the noise a unit of time.
    public var diffusion: Matrix
    /// b, `[state]`; nil for none.
    public var offset: [Double]?

    /// A model with its drift and noise.
    public init(drift: Matrix, diffusion: Matrix, offset: [Double]? = nil) {
        let n = drift.rows
        if !drift.isSquare || diffusion.rows != n || diffusion.columns != n
            || offset.map({ $0.count != n }) ?? false
        {
            fail("ContinuousTimeModel", "drift of \(n) rows, diffusion of \(diffusion.rows)")
        }
        self.drift = drift
        self.diffusion = diffusion
        self.offset = offset
    }

    /// The transition over an interval.
    ///
    /// E = exp(A h); the noise ∫₀ʰ exp(A u) Q exp(Aᵀ u) du from the exponential of
    /// [−A, Q; 0, Aᵀ] h (Van Loan, "Computing Integrals Involving the Matrix Exponential", 1978);
    /// the offset ∫₀ʰ exp(A u) b du from that of [A, b; 0, 0] h.
    ///
    /// - Throws: `LinearAlgebraError.notFinite`.
    public func transition(
        over interval: Double
    ) throws -> (transition: Matrix, noise: Matrix, offset: [Double]) {
        let n = drift.rows
        var block = Matrix(rows: 2 * n, columns: 2 * n)
        block.setBlock(row: 0, column: 0, -interval * drift)
        block.setBlock(row: 0, column: n, interval * diffusion)
        block.setBlock(row: n, column: n, interval * drift.transposed)
        let exponential = try block.exponential()
        let transition = exponential.block(rows: n..<2 * n, columns: n..<2 * n).transposed
        let noise = transition * exponential.block(rows: 0..<n, columns: n..<2 * n)
        guard let offset else {
            return (transition, noise.symmetrized, Array(repeating: 0, count: n))
        }
        var affine = Matrix(rows: n + 1, columns: n + 1)
        affine.setBlock(row: 0, column: 0, interval * drift)
        affine.setBlock(row: 0, column: n, interval * .column(offset))
        let shift = try affine.exponential().block(rows: 0..<n, columns: n..<n + 1).column(0)
        return (transition, noise.symmetrized, shift)
    }

    /// The model of observations at given times, strictly increasing, that emit C s + v.
    ///
    /// - Throws: `LinearGaussianError.shape` for times out of order, and what the model's
    ///   initializer throws.
    public func model(
        at times: [Double], initial: InitialState, emission: Matrix, emissionNoise: Matrix
    ) throws -> LinearGaussianModel {
        var (transitions, noises, offsets) = ([Matrix](), [Matrix](), [[Double]]())
        for (earlier, later) in zip(times, times.dropFirst()) {
            if !(later > earlier && later.isFinite) {
                throw LinearGaussianError.shape(
                    parameter: "the times", found: "\(earlier) before \(later)",
                    expected: "increasing numbers")
            }
            let step = try transition(over: later - earlier)
            transitions.append(step.transition)
            noises.append(step.noise)
            offsets.append(step.offset)
        }
        return try LinearGaussianModel(
            initial: initial, transition: .perStep(transitions), transitionNoise: .perStep(noises),
            emission: .fixed(emission), emissionNoise: .fixed(emissionNoise),
            transitionOffset: offset == nil || offsets.isEmpty ? nil : .perStep(offsets))
    }
}
