import OptimistCore

/// The inner product of two vectors of one length.
public func dot(_ left: [Double], _ right: [Double]) -> Double {
    if left.count != right.count { fail("dot", "\(left.count) and \(right.count) elements") }
    var sum = 0.0
    for index in left.indices { sum += left[index] * right[index] }
    return sum
}

/// The Euclidean norm, scaled so that it neither overflows nor vanishes.
public func norm(_ vector: [Double]) -> Double {
    let largest = largestMagnitude(vector)
    if largest == 0 || !largest.isFinite { return largest }
    if largest > 1e-140, largest < 1e140 { return dot(vector, vector).squareRoot() }
    var sum = 0.0
    for value in vector { sum += (value / largest) * (value / largest) }
    return largest * sum.squareRoot()
}

/// The largest absolute value; 0 for no values, NaN where one is NaN.
public func largestMagnitude(_ vector: [Double]) -> Double {
    var largest = 0.0
    for value in vector {
        if value.isNaN { return value }
        largest = max(largest, abs(value))
    }
    return largest
}

/// Adds `scale · right` to `left` in place.
public func add(_ right: [Double], times scale: Double, to left: inout [Double]) {
    if left.count != right.count { fail("add", "\(right.count) elements to \(left.count)") }
    for index in left.indices { left[index] += scale * right[index] }
}

/// The difference of two vectors of one length.
public func subtract(_ left: [Double], _ right: [Double]) -> [Double] {
    if left.count != right.count { fail("subtract", "\(left.count) and \(right.count) elements") }
    return left.indices.map { left[$0] - right[$0] }
}
