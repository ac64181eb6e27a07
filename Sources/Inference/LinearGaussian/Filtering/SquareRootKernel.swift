import Foundation
import OptimistLinearAlgebra

/// The square-root form: the belief's covariance is L Lᵀ and only orthogonal transformations touch L
/// (Kailath, Sayed and Hassibi, "Linear Estimation", 2000, chapter 12).
///
///     [D^½, C L; 0, L]ᵀ = Q [S^½, 0; K̄, L⁺]ᵀ,   K = K̄ S^−½
///     [(E L)ᵀ; (F^½)ᵀ] = Q L⁻ᵀ
final class SquareRootKernel<Scalar: BinaryFloatingPoint & SIMDScalar>: FilterKernel {
    typealias Pointer = UnsafeMutablePointer<Scalar>

    private let states: Int
    private let emissions: Int
    private var rows: Int
    private let buffer: KernelBuffer<Scalar>
    private let mean, root, transition, transitionRoot: Pointer
    private let emission, noiseRoot, array, innovation, moved: Pointer
    private let chosen: UnsafeMutablePointer<Int>

    init(states: Int, emissions: Int) {
        (self.states, self.emissions, rows) = (states, emissions, emissions)
        let (n, m) = (states, emissions)
        let arraySize = max((m + n) * (m + n), 2 * n * n)
        buffer = KernelBuffer(capacity: 2 * n + m + 3 * n * n + m * n + m * m + arraySize)
        (mean, moved, innovation) = (buffer.take(n), buffer.take(n), buffer.take(m))
        (root, transition, transitionRoot) = (
            buffer.take(n * n), buffer.take(n * n), buffer.take(n * n)
        )
        (emission, noiseRoot, array) = (
            buffer.take(m * n), buffer.take(m * m), buffer.take(arraySize)
        )
        chosen = .allocate(capacity: m)
        for i in 0..<m { chosen[i] = i }
    }

    deinit { chosen.deallocate() }

    func setBelief(_ law: GaussianMoments) throws {
        for i in 0..<states { mean[i] = Scalar(law.mean[i]) }
        root.copy(try law.covariance.covarianceRoot())
    }

    func setTransition(_ transition: Matrix, noise: Matrix) throws {
        self.transition.copy(transition)
        transitionRoot.copy(try noise.covarianceRoot())
    }

    func setEmission(_ emission: Matrix, noise: Matrix) throws {
        self.emission.copy(emission)
        noiseRoot.copy(try noise.covarianceRoot())
    }

    func select(_ observed: UnsafeBufferPointer<Int>) {
        rows = observed.count
        for i in 0..<rows { chosen[i] = observed[i] }
    }

    func update(_ observation: UnsafeBufferPointer<Double>) throws -> Double {
        let (n, m) = (states, rows)
        // The transpose of [D^½, C L; 0, L]: rows are the columns of the roots. Rows of D^½ that were
        // chosen still make the covariance of their components; its other columns come along.
        let width = m + n
        for i in 0..<(emissions + n) * width { array[i] = 0 }
        for i in 0..<m {
            for k in 0..<emissions { array[k * width + i] = noiseRoot[chosen[i] * emissions + k] }
            for k in 0..<n {
                var sum: Scalar = 0
                for j in 0..<n { sum += emission[chosen[i] * n + j] * root[j * n + k] }
                array[(emissions + k) * width + i] = sum
            }
        }
        for i in 0..<n {
            for k in 0..<n { array[(emissions + k) * width + m + i] = root[i * n + k] }
        }
        SmallKernels.triangularize(array, emissions + n, width)
        var result = Double(m) * log(2 * .pi)
        for i in 0..<m {
            var value = Scalar(observation[i])
            for j in 0..<n { value -= emission[chosen[i] * n + j] * mean[j] }
            // Forward substitution with S^½, whose transpose lies in the array.
            for k in 0..<i { value -= array[k * width + i] * innovation[k] }
            let pivot = array[i * width + i]
            if !(pivot > 0 && pivot.isFinite) {
                throw LinearAlgebraError.notPositiveDefinite(pivot: i, value: Double(pivot))
            }
            innovation[i] = value / pivot
            result += 2 * log(Double(pivot)) + Double(innovation[i]) * Double(innovation[i])
        }
        for i in 0..<n {
            for k in 0..<m { mean[i] += array[k * width + m + i] * innovation[k] }
            for k in 0..<n {
                root[i * n + k] = k <= i ? array[(m + k) * width + m + i] : 0
            }
        }
        return -0.5 * result
    }

    func predict(_ shift: UnsafeBufferPointer<Double>) {
        let n = states
        for i in 0..<n {
            var sum = Scalar(shift[i])
            for k in 0..<n { sum += transition[i * n + k] * mean[k] }
            moved[i] = sum
            for k in 0..<n {
                var product: Scalar = 0
                for j in 0..<n { product += transition[i * n + j] * root[j * n + k] }
                array[k * n + i] = product
                array[(n + k) * n + i] = transitionRoot[i * n + k]
            }
        }
        SmallKernels.triangularize(array, 2 * n, n)
        for i in 0..<n {
            mean[i] = moved[i]
            for k in 0..<n { root[i * n + k] = k <= i ? array[k * n + i] : 0 }
        }
    }

    func write(to target: UnsafeMutablePointer<Double>) {
        let n = states
        for i in 0..<n {
            target[i] = Double(mean[i])
            for j in 0...i {
                // Summed in double: the product of roots is the covariance without further loss.
                var sum = 0.0
                for k in 0...j { sum += Double(root[i * n + k]) * Double(root[j * n + k]) }
                target[n + i * n + j] = sum
                target[n + j * n + i] = sum
            }
        }
    }
}
