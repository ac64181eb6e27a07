import OptimistCore
import OptimistLinearAlgebra

/// A rule Σ wᵢ f(xᵢ) for integrals of smooth functions, exact for polynomials of degree 2n − 1.
///
/// Nodes and weights come from the eigenvalues of the Jacobi matrix (Golub and Welsch, 1969).
public struct Quadrature: Sendable, Equatable {
    /// Where the function is evaluated, ascending.
    public let nodes: [Double]
    /// What each value counts.
    public let weights: [Double]

    /// The Gauss-Legendre rule of a number of nodes: integrals over [−1, 1], weights sum to 2.
    public static func gaussLegendre(_ count: Int) -> Quadrature {
        Quadrature(count: count, total: 2) { k in
            let k = Double(k)
            return k / (4 * k * k - 1).squareRoot()
        }
    }

    /// The Gauss-Hermite rule of a number of nodes, in the probabilists' form: expectations under
    /// the standard normal law, weights sum to 1.
    public static func gaussHermite(_ count: Int) -> Quadrature {
        Quadrature(count: count, total: 1) { Double($0).squareRoot() }
    }

    /// The rule of the symmetric weight whose recurrence has the given coefficients, k = 1, 2, ….
    private init(count: Int, total: Double, _ coefficient: (Int) -> Double) {
        if count < 1 { fail("Quadrature", "\(count) nodes") }
        let jacobi = Matrix(rows: count, columns: count) { i, j in
            abs(i - j) == 1 ? coefficient(max(i, j)) : 0
        }
        do {
            let eigen = try SymmetricEigen(jacobi)
            nodes = eigen.values
            weights = (0..<count).map { total * eigen.vectors[0, $0] * eigen.vectors[0, $0] }
        } catch {
            fail("Quadrature", "\(count) nodes: \(error)")
        }
    }

    /// Σ wᵢ f(xᵢ).
    public func sum(_ function: (Double) throws -> Double) rethrows -> Double {
        var sum = 0.0
        for (node, weight) in zip(nodes, weights) { sum += weight * (try function(node)) }
        return sum
    }

    /// The integral over [low, high], cut into equal panels; for a Gauss-Legendre rule.
    public func integral(
        from low: Double, to high: Double, panels: Int = 1,
        _ function: (Double) throws -> Double
    ) rethrows -> Double {
        let half = (high - low) / Double(panels) / 2
        var integral = 0.0
        for panel in 0..<panels {
            let middle = low + half * Double(2 * panel + 1)
            integral += half * (try sum { try function(middle + half * $0) })
        }
        return integral
    }

    /// The expectation under N(mean, standardDeviation²); for a Gauss-Hermite rule.
    public func expectation(
        mean: Double, standardDeviation: Double, _ function: (Double) throws -> Double
    ) rethrows -> Double {
        try sum { try function(mean + standardDeviation * $0) }
    }

    /// The expectation under N(mean, L Lᵀ) on the product grid, nodes^dimension evaluations; for a
    /// Gauss-Hermite rule.
    public func expectation(
        mean: [Double], factor: Matrix, _ function: ([Double]) throws -> Double
    ) rethrows -> Double {
        var index = Array(repeating: 0, count: mean.count)
        var standard = index.map { nodes[$0] }
        var expectation = 0.0
        while true {
            var point = mean
            Matrix.multiply(factor, standard, into: &point, adding: true)
            let weight = index.reduce(1) { $0 * weights[$1] }
            expectation += weight * (try function(point))
            guard let next = index.lastIndex(where: { $0 + 1 < nodes.count }) else {
                return expectation
            }
            index[next] += 1
            for later in next + 1..<mean.count { index[later] = 0 }
            standard = index.map { nodes[$0] }
        }
    }
}
