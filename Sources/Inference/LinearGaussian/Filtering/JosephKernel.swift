import Foundation
import OptimistLinearAlgebra

/// The covariance form with Joseph's update, P⁺ = (I − K C) P (I − K C)ᵀ + K D Kᵀ.
final class JosephKernel<Scalar: BinaryFloatingPoint & SIMDScalar>: FilterKernel {
    typealias Pointer = UnsafeMutablePointer<Scalar>
    private typealias Kernels = SmallKernels<Scalar>

    private let states: Int
    private let emissions: Int
    private var rows: Int
    private let buffer: KernelBuffer<Scalar>
    private let mean, covariance, transition, transitionNoise: Pointer
    private let fullEmission, fullNoise, emission, noise: Pointer
    /// C P, later L⁻¹ C P, later Kᵀ; `[rows, states]`.
    private let gain: Pointer
    private let innovation, factor, keep, scratch, shiftBuffer, noiseGain: Pointer
    /// Transposes, so that every product runs along rows: Eᵀ, Cᵀ, (I − K C)ᵀ, K.
    private let transitionT, emissionT, keepT, gainT: Pointer
    private let chosen: UnsafeMutablePointer<Int>
    private var logDeterminant = 0.0
    private(set) var isHeld = false
    /// The filtered covariance while covariances are held; `covariance` is the predicted one then.
    private let heldFiltered: Pointer
    private var showsFiltered = false

    init(states: Int, emissions: Int) {
        (self.states, self.emissions, rows) = (states, emissions, emissions)
        let (n, m) = (states, emissions)
        buffer = KernelBuffer(capacity: 9 * n * n + 6 * n * m + 3 * m * m + 2 * n + 2 * m)
        (mean, shiftBuffer) = (buffer.take(n), buffer.take(n))
        (covariance, transition, transitionNoise) = (
            buffer.take(n * n), buffer.take(n * n), buffer.take(n * n)
        )
        (keep, scratch) = (buffer.take(n * n), buffer.take(n * n))
        (fullEmission, emission) = (buffer.take(n * m), buffer.take(n * m))
        (gain, noiseGain) = (buffer.take(n * m), buffer.take(n * m))
        (fullNoise, noise, factor) = (
            buffer.take(m * m), buffer.take(m * m), buffer.take(m * m)
        )
        innovation = buffer.take(m)
        heldFiltered = buffer.take(n * n)
        (transitionT, keepT) = (buffer.take(n * n), buffer.take(n * n))
        (emissionT, gainT) = (buffer.take(n * m), buffer.take(n * m))
        chosen = .allocate(capacity: m)
        for i in 0..<m { chosen[i] = i }
    }

    deinit { chosen.deallocate() }

    func setBelief(_ law: GaussianMoments) {
        isHeld = false
        for i in 0..<states { mean[i] = Scalar(law.mean[i]) }
        covariance.copy(law.covariance)
    }

    func setTransition(_ transition: Matrix, noise: Matrix) {
        self.transition.copy(transition)
        for i in 0..<states {
            for j in 0..<states { transitionT[j * states + i] = self.transition[i * states + j] }
        }
        transitionNoise.copy(noise)
    }

    func setEmission(_ emission: Matrix, noise: Matrix) {
        fullEmission.copy(emission)
        fullNoise.copy(noise)
        gather()
    }

    func select(_ observed: UnsafeBufferPointer<Int>) {
        isHeld = false
        rows = observed.count
        for i in 0..<rows { chosen[i] = observed[i] }
        gather()
    }

    private func gather() {
        for i in 0..<rows {
            for j in 0..<states {
                emission[i * states + j] = fullEmission[chosen[i] * states + j]
                emissionT[j * rows + i] = emission[i * states + j]
            }
            for j in 0..<rows {
                noise[i * rows + j] = fullNoise[chosen[i] * emissions + chosen[j]]
            }
        }
    }

    func holdCovariance() throws {
        let count = states * states
        let predicted = UnsafeMutablePointer<Scalar>.allocate(capacity: count)
        defer { predicted.deallocate() }
        predicted.initialize(from: covariance, count: count)
        try updateCovariance(states, rows)
        heldFiltered.update(from: covariance, count: count)
        covariance.update(from: predicted, count: count)
        (isHeld, showsFiltered) = (true, false)
    }

    func write(to target: UnsafeMutablePointer<Double>) {
        let source = isHeld && showsFiltered ? heldFiltered : covariance
        for i in 0..<states { target[i] = Double(mean[i]) }
        for i in 0..<states * states { target[states + i] = Double(source[i]) }
    }

    func update(_ observation: UnsafeBufferPointer<Double>) throws -> Double {
        for i in 0..<rows { innovation[i] = Scalar(observation[i]) }
        if !isHeld {
            // The usual small sizes are compiled with their loops unrolled.
            switch (states, rows) {
            case (1, 1): try updateCovariance(1, 1)
            case (2, 1): try updateCovariance(2, 1)
            case (2, 2): try updateCovariance(2, 2)
            case (4, 1): try updateCovariance(4, 1)
            case (4, 2): try updateCovariance(4, 2)
            default: try updateCovariance(states, rows)
            }
        }
        showsFiltered = true
        return updateMean()
    }

    func predict(_ shift: UnsafeBufferPointer<Double>) {
        for i in 0..<states { shiftBuffer[i] = Scalar(shift[i]) }
        showsFiltered = false
        switch states {
        case 1: predict(1)
        case 2: predict(2)
        case 4: predict(4)
        default: predict(states)
        }
    }

    @inline(__always)
    private func predict(_ n: Int) {
        Kernels.multiply(transition, vector: mean, plus: shiftBuffer, scratch, n, n)
        for i in 0..<n { mean[i] = scratch[i] }
        if isHeld { return }
        Kernels.multiply(transition, covariance, scratch, n, n, n)
        Kernels.symmetricProduct(
            scratch, transitionT, plus: transitionNoise, covariance, n, n)
    }

    /// Writes the gain and the factor of the innovation covariance, and updates the covariance.
    @inline(__always)
    private func updateCovariance(_ n: Int, _ m: Int) throws {
        Kernels.multiply(emission, covariance, gain, m, n, n)
        Kernels.symmetricProduct(gain, emissionT, plus: noise, factor, m, n)
        if let bad = Kernels.cholesky(factor, m) {
            throw LinearAlgebraError.notPositiveDefinite(
                pivot: bad.index, value: Double(bad.value))
        }
        logDeterminant = 0
        for i in 0..<m { logDeterminant += log(Double(factor[i &* m &+ i])) }
        Kernels.solveForward(factor, gain, m, n)
        Kernels.solveBackward(factor, gain, m, n)
        for i in 0..<n {
            for j in 0..<n {
                var value: Scalar = i == j ? 1 : 0
                for k in 0..<m { value -= gain[k &* n &+ i] * emission[k &* n &+ j] }
                keep[i &* n &+ j] = value
                keepT[j &* n &+ i] = value
            }
            for k in 0..<m { gainT[i &* m &+ k] = gain[k &* n &+ i] }
        }
        Kernels.multiply(noise, gain, noiseGain, m, m, n)
        Kernels.multiply(keep, covariance, scratch, n, n, n)
        for i in 0..<n &* n { covariance[i] = 0 }
        Kernels.symmetricProduct(gainT, noiseGain, plus: covariance, covariance, n, m)
        Kernels.symmetricProduct(scratch, keepT, plus: covariance, covariance, n, n)
    }

    /// Moves the mean by the gain times the innovation; the log evidence in nats.
    @inline(__always)
    private func updateMean() -> Double {
        let (n, m) = (states, rows)
        for i in 0..<m {
            for k in 0..<n { innovation[i] -= emission[i &* n &+ k] * mean[k] }
        }
        for i in 0..<n {
            for k in 0..<m { mean[i] += gain[k &* n &+ i] * innovation[k] }
        }
        Kernels.solveForward(factor, innovation, m, 1)
        var squares = 0.0
        for i in 0..<m { squares += Double(innovation[i]) * Double(innovation[i]) }
        return -0.5 * (Double(m) * log(2 * .pi) + squares) - logDeterminant
    }
}
