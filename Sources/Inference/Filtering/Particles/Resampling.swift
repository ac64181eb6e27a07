import Foundation
import OptimistCore

/// How particles are drawn by weight. With every scheme the expected number of copies of a particle
/// is the number drawn times its weight; they differ in the variance they add (Douc and Cappé,
/// "Comparison of Resampling Schemes for Particle Filtering", 2005).
public enum Resampling: String, CaseIterable, Codable, Sendable {
    /// One uniform number, then steps of 1/N: a particle gets ⌊N w⌋ or ⌈N w⌉ copies.
    case systematic
    /// One uniform number in each of N equal strata.
    case stratified
    /// N independent draws.
    case multinomial
    /// ⌊N w⌋ copies for certain, the rest by independent draws on what is left of the weights.
    case residual

    /// The indices of the particles drawn, in ascending order; O(count + weights).
    ///
    /// - Parameters:
    ///   - weights: not negative, summing to one up to rounding.
    ///   - count: how many to draw; as many as there are weights unless given.
    ///   - generator: where the draws come from.
    public func indices(
        weights: [Double], count: Int? = nil, _ generator: inout Generator
    ) -> [Int] {
        let count = count ?? weights.count
        let total = weights.reduce(0, +)
        if !(total > 0 && total.isFinite) || count < 0 {
            fail("Resampling.indices", "weights that sum to \(total) for \(count) draws")
        }
        switch self {
        case .systematic:
            let shift = generator.uniform()
            return Resampling.search(weights, total, count) { (Double($0) + shift) / Double(count) }
        case .stratified:
            return Resampling.search(weights, total, count) {
                (Double($0) + generator.uniform()) / Double(count)
            }
        case .multinomial:
            return Resampling.independent(weights, total, count, &generator)
        case .residual:
            return Resampling.residual(weights, total, count, &generator)
        }
    }

    /// For ascending points in [0, 1), the indices where the running sum of weights passes them.
    private static func search(
        _ weights: [Double], _ total: Double, _ count: Int, _ point: (Int) -> Double
    ) -> [Int] {
        let last = weights.lastIndex { $0 > 0 }!
        var (index, passed) = (0, weights[0])
        var indices = [Int]()
        indices.reserveCapacity(count)
        for draw in 0..<count {
            let target = point(draw) * total
            while passed <= target, index < last {
                index += 1
                passed += weights[index]
            }
            indices.append(index)
        }
        return indices
    }

    /// Independent draws through the order statistics of uniform numbers, so that no sort is
    /// needed: the largest of k is distributed as u^(1/k).
    private static func independent(
        _ weights: [Double], _ total: Double, _ count: Int, _ generator: inout Generator
    ) -> [Int] {
        var points = Array(repeating: 0.0, count: count)
        var logPoint = 0.0
        for remaining in stride(from: count, to: 0, by: -1) {
            logPoint += log(1 - generator.uniform()) / Double(remaining)
            points[remaining - 1] = exp(logPoint)
        }
        return search(weights, total, count) { points[$0] }
    }

    private static func residual(
        _ weights: [Double], _ total: Double, _ count: Int, _ generator: inout Generator
    ) -> [Int] {
        let expected = weights.map { $0 / total * Double(count) }
        // Rounding must not cost a copy: 2.9999999999999 is 3.
        var copies = expected.map { Int(($0 + 1e-10).rounded(.down)) }
        var rest = zip(expected, copies).map { max($0 - Double($1), 0) }
        let missing = count - copies.reduce(0, +)
        if missing > 0 {
            let restTotal = rest.reduce(0, +)
            if restTotal == 0 { rest = weights }
            let drawn = independent(
                rest, restTotal == 0 ? total : restTotal, missing, &generator)
            for index in drawn { copies[index] += 1 }
        }
        return copies.indices.flatMap { Array(repeating: $0, count: copies[$0]) }
    }
}
