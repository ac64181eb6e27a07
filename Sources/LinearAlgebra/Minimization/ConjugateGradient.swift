import OptimistCore

/// What conjugate gradients found.
public struct ConjugateGradientSolution: Equatable, Sendable {
    /// x.
    public var vector: [Double]
    /// ‖b − A x‖ by the method's recursion.
    public var residual: Double
    /// Products with A.
    public var iterations: Int
}

/// Solves A x = b for a symmetric positive semidefinite A that is given by its products alone
/// (Hestenes and Stiefel 1952; Golub and Van Loan, 4th edition, algorithm 11.3.3).
///
/// From x = 0 every iterate lies in the span of b, A b, A² b…: where A is singular and b in its range,
/// as a gradient is in that of a Fisher matrix, the solution is the one of least norm.
///
/// - Parameters:
///   - apply: v ↦ A v, of as many elements.
///   - rightHandSide: b.
///   - iterations: the most products.
///   - tolerance: stops once ‖b − A x‖ is at most this.
/// - Throws: what `apply` throws.
public func conjugateGradient(
    apply: ([Double]) throws -> [Double], rightHandSide: [Double], iterations: Int,
    tolerance: Double
) rethrows -> ConjugateGradientSolution {
    if iterations < 0 || !(tolerance >= 0) {
        fail("conjugateGradient", "\(iterations) iterations, tolerance \(tolerance)")
    }
    var x = Array(repeating: 0.0, count: rightHandSide.count)
    var (residual, direction) = (rightHandSide, rightHandSide)
    var square = dot(residual, residual)
    var count = 0
    while count < iterations, square > tolerance * tolerance {
        let product = try apply(direction)
        if product.count != x.count {
            fail("conjugateGradient", "a product of \(product.count) for \(x.count) elements")
        }
        count += 1
        let curvature = dot(direction, product)
        // Rounding has eaten the direction, or A is not semidefinite: what was found stays.
        if !(curvature > 0) || !(square / curvature).isFinite { break }
        add(direction, times: square / curvature, to: &x)
        add(product, times: -square / curvature, to: &residual)
        let next = dot(residual, residual)
        for index in direction.indices {
            direction[index] = residual[index] + next / square * direction[index]
        }
        square = next
    }
    return ConjugateGradientSolution(
        vector: x, residual: square.squareRoot(), iterations: count)
}
