import OptimistCore
import OptimistLinearAlgebra

/// A Gaussian law for every step, stored in one piece.
public struct GaussianSequence: RandomAccessCollection, Equatable, Sendable {
    /// The dimension of each law.
    public let size: Int
    /// The number of steps.
    public let count: Int
    /// Step by step the mean and then the covariance row by row: `size + size · size` numbers.
    var storage: [Double]

    init(size: Int, count: Int) {
        self.size = size
        self.count = count
        storage = Array(repeating: 0, count: count * (size + size * size))
    }

    /// A sequence of given laws of one dimension.
    public init(size: Int, _ laws: [GaussianMoments]) {
        self.init(size: size, count: laws.count)
        for (step, law) in laws.enumerated() { self[step] = law }
    }

    /// The numbers that one step takes.
    var stride: Int { size + size * size }

    /// 0.
    public var startIndex: Int { 0 }
    /// The number of steps.
    public var endIndex: Int { count }

    /// The law at a step.
    public internal(set) subscript(step: Int) -> GaussianMoments {
        get { GaussianMoments(mean: mean(at: step), covariance: covariance(at: step)) }
        set {
            if newValue.mean.count != size || newValue.covariance.rows != size {
                fail("GaussianSequence", "a law of \(newValue.mean.count) among those of \(size)")
            }
            let start = step * stride
            for i in 0..<size { storage[start + i] = newValue.mean[i] }
            newValue.covariance.withUnsafeElements {
                for i in 0..<size * size { storage[start + size + i] = $0[i] }
            }
        }
    }

    /// The mean at a step, `[size]`.
    public func mean(at step: Int) -> [Double] {
        check(step)
        return Array(storage[step * stride..<step * stride + size])
    }

    /// The covariance at a step, `[size, size]`.
    public func covariance(at step: Int) -> Matrix {
        check(step)
        let start = step * stride + size
        return Matrix(
            rows: size, columns: size, Array(storage[start..<start + size * size]))
    }

    /// The variances at a step, `[size]`.
    public func variances(at step: Int) -> [Double] {
        check(step)
        return (0..<size).map { storage[step * stride + size + $0 * (size + 1)] }
    }

    /// All means, `[step, size]`.
    public var means: Matrix {
        Matrix(rows: count, columns: size) { storage[$0 * stride + $1] }
    }

    private func check(_ step: Int) {
        if step < 0 || step >= count { fail("GaussianSequence", "step \(step) of \(count)") }
    }
}
