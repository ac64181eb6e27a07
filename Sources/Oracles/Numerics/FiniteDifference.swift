import OptimistCore

/// The derivative of a function of one number by the five-point central difference, whose error
/// is of fourth order in the step.
///
/// - Parameters:
///   - point: where the derivative is taken.
///   - step: the distance between points; by default 10⁻³ · max(1, |point|).
///   - function: the function, smooth around the point.
public func centralDifference(
    at point: Double, step: Double? = nil, _ function: (Double) throws -> Double
) rethrows -> Double {
    let step = step ?? 1e-3 * max(1, abs(point))
    let near = try function(point + step) - function(point - step)
    let far = try function(point + 2 * step) - function(point - 2 * step)
    return (8 * near - far) / (12 * step)
}

/// The gradient of a function of several numbers, one five-point central difference a coordinate.
public func centralGradient(
    at point: [Double], step: Double? = nil, _ function: ([Double]) throws -> Double
) rethrows -> [Double] {
    var moved = point
    return try point.indices.map { index in
        defer { moved[index] = point[index] }
        return try centralDifference(at: point[index], step: step) { value in
            moved[index] = value
            return try function(moved)
        }
    }
}

/// The Jacobian of a vector function of several numbers, by five-point central differences;
/// `[output][input]`.
public func centralJacobian(
    at point: [Double], step: Double? = nil, _ function: ([Double]) throws -> [Double]
) rethrows -> [[Double]] {
    let outputs = try function(point).count
    let gradients = try (0..<outputs).map { output in
        try centralGradient(at: point, step: step) { try function($0)[output] }
    }
    return gradients
}
