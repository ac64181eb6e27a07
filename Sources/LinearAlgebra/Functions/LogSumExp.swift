import Foundation

/// log Σ exp(values) without overflow; −∞ for no values.
///
/// The largest value is taken out before exponentiating. NaN anywhere gives NaN.
public func logSumExp(_ values: [Double]) -> Double {
    values.withUnsafeBufferPointer { logSumExp($0) }
}

/// log Σ exp(values) of a buffer; see `logSumExp(_:)` of an array.
public func logSumExp(_ values: UnsafeBufferPointer<Double>) -> Double {
    var largest = -Double.infinity
    for value in values {
        if value.isNaN { return value }
        largest = max(largest, value)
    }
    // All −∞, none at all, or a +∞: there is nothing to take out.
    if !largest.isFinite { return largest }
    var sum = 0.0
    for value in values { sum += exp(value - largest) }
    return largest + log(sum)
}

/// log(exp(first) + exp(second)) without overflow.
public func logAddExp(_ first: Double, _ second: Double) -> Double {
    if first.isNaN || second.isNaN { return .nan }
    let largest = max(first, second)
    if !largest.isFinite { return largest }
    return largest + log1p(exp(min(first, second) - largest))
}

/// The log of the mean of exp(values), an estimate of a log evidence from log weights.
public func logMeanExp(_ values: [Double]) -> Double {
    logSumExp(values) - log(Double(values.count))
}

/// Turns log weights into probabilities in place and returns their log-sum-exp.
///
/// Where every weight is zero (−∞) there is no law: the weights become NaN and −∞ is returned.
@discardableResult
public func normalizeLogWeights(_ weights: inout [Double]) -> Double {
    let total = logSumExp(weights)
    for index in weights.indices { weights[index] = exp(weights[index] - total) }
    return total
}
