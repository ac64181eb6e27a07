import Foundation

extension Generator {
    /// A number uniform in [0, 1), a multiple of 2⁻⁵³.
    @inlinable
    public mutating func uniform() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// A number uniform in [low, high).
    @inlinable
    public mutating func uniform(_ low: Double, _ high: Double) -> Double {
        low + (high - low) * uniform()
    }

    /// An integer uniform in 0..<count.
    public mutating func integer(below count: Int) -> Int {
        if count <= 0 { fail("Generator.integer(below:)", "the bound is \(count), not positive") }
        return Int.random(in: 0..<count, using: &self)
    }

    /// A standard normal draw (Box and Muller, 1958; two words a draw).
    @inlinable
    public mutating func normal() -> Double {
        let radius = (-2 * log(1 - uniform())).squareRoot()
        return radius * cos(2 * Double.pi * uniform())
    }

    /// True with the given probability.
    @inlinable
    public mutating func bernoulli(_ probability: Double) -> Bool { uniform() < probability }

    /// An index drawn in proportion to `weights`, which are not negative and not all zero.
    public mutating func categorical(_ weights: [Double]) -> Int {
        let total = weights.reduce(0, +)
        if !(total > 0 && total.isFinite) || weights.contains(where: { $0 < 0 }) {
            fail("Generator.categorical", "weights \(weights) are not a law up to a constant")
        }
        var remaining = uniform() * total
        for (index, weight) in weights.enumerated() {
            remaining -= weight
            if remaining < 0 { return index }
        }
        return weights.lastIndex { $0 > 0 }!
    }

    /// The numbers 0..<count in random order.
    public mutating func permutation(_ count: Int) -> [Int] {
        var order = Array(0..<count)
        order.shuffle(using: &self)
        return order
    }
}
