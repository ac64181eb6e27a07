import OptimistCore
import OptimistLinearAlgebra

extension Matrix {
    /// A matrix of independent standard normal numbers.
    static func random(_ rows: Int, _ columns: Int, _ generator: inout Generator) -> Matrix {
        var elements: [Double] = []
        for _ in 0..<rows * columns { elements.append(generator.normal()) }
        return Matrix(rows: rows, columns: columns, elements)
    }

    /// A random symmetric positive definite matrix, G Gᵀ + 1/10.
    static func randomPositive(_ size: Int, _ generator: inout Generator) -> Matrix {
        let root = random(size, size, &generator)
        var result = root.timesTransposed(root)
        result.addToDiagonal(0.1)
        return result
    }

    /// The largest magnitude of the difference to another matrix.
    func distance(to other: Matrix) -> Double { (self - other).largestMagnitude }
}

/// A vector of independent standard normal numbers.
func randomVector(_ count: Int, _ generator: inout Generator) -> [Double] {
    (0..<count).map { _ in generator.normal() }
}
