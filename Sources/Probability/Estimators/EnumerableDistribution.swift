import OptimistCore
import OptimistTorch

/// A law over finitely many outcomes, few enough to be listed.
public protocol EnumerableDistribution: TensorDistribution {
    /// Every outcome once, `[outcomes, event...]`, in a fixed order.
    var outcomes: Tensor { get }
}

extension EnumerableDistribution {
    /// Every outcome for every law of the batch, `[outcomes, batch..., event...]`.
    public var enumerated: Tensor {
        let list = outcomes
        let ones = [Int](repeating: 1, count: batchShape.count)
        return list.reshaped([list.size(axis: 0)] + ones + eventShape)
            .expanded([list.size(axis: 0)] + shape)
    }

    /// E[f], `[batch...]`, as a sum over all outcomes, differentiable in law and function.
    ///
    /// - Parameter function: f of outcomes `[outcomes, batch..., event...]`, finite,
    ///   `[outcomes, batch...]`.
    public func expectation(_ function: (Tensor) throws -> Tensor) rethrows -> Tensor {
        let values = enumerated
        return (logDensity(values).exp() * (try function(values))).sum(axis: 0)
    }
}

/// The most outcomes that are listed.
private let outcomeLimit = 1 << 20

/// All rows of `digits` digits below `base`, `[base^digits, digits]`, of type `int64`, the last
/// digit running fastest.
private func numerals(_ operation: String, base: Int, digits: Int) -> Tensor {
    var count = 1
    for _ in 0..<digits {
        let (product, overflow) = count.multipliedReportingOverflow(by: base)
        if overflow || product > outcomeLimit {
            fail(operation, "\(base) to the power of \(digits) outcomes are too many to list")
        }
        count = product
    }
    var values: [Int] = []
    values.reserveCapacity(count * digits)
    var place = count
    let places = (0..<digits).map { _ in
        place /= base
        return place
    }
    for number in 0..<count {
        for place in places { values.append(number / place % base) }
    }
    return Tensor(values, shape: [count, digits])
}

extension Categorical: EnumerableDistribution {
    /// The indices of the classes, `[classes]`.
    public var outcomes: Tensor {
        Tensor(Array(0..<classes), device: logProbabilities.device)
    }
}

extension OneHotStraightThrough: EnumerableDistribution {
    /// All one-hot vectors, or all rows of them where there are groups,
    /// `[classes^groups, event...]`; about a million at most.
    public var outcomes: Tensor {
        let groups = eventShape.dropLast().reduce(1, *)
        let digits = numerals("OneHotStraightThrough.outcomes", base: classes, digits: groups)
        return digits.to(logProbabilities.device)
            .oneHot(classes: classes, type: logProbabilities.elementType)
            .reshaped([digits.size(axis: 0)] + eventShape)
    }
}

extension Bernoulli: EnumerableDistribution {
    /// All rows of zeros and ones, `[2^elements, event...]`; about a million at most.
    public var outcomes: Tensor {
        let digits = numerals(
            "Bernoulli.outcomes", base: 2, digits: eventShape.reduce(1, *))
        return digits.to(logits.device).to(logits.elementType)
            .reshaped([digits.size(axis: 0)] + eventShape)
    }
}
