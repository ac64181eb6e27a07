import OptimistCore

/// The set that observations or actions come from.
///
/// Values travel as flat rows: floats for `box`, and the index (or indices) as whole floats for
/// the discrete kinds, exact up to 2²⁴. `encode` makes the row that networks see.
public struct Space: Codable, Hashable, Sendable {
    /// The kind of set.
    public enum Kind: Codable, Hashable, Sendable {
        /// Real vectors between two bounds, inclusive; bounds may be infinite.
        case box(low: [Float], high: [Float])
        /// The whole numbers 0..<count.
        case discrete(count: Int)
        /// Several independent discrete choices.
        case multiDiscrete(counts: [Int])
        /// Bits.
        case multiBinary(count: Int)
        /// Bytes 0…255, such as pixels.
        case bytes
    }

    /// The kind of set, with its bounds or counts.
    public let kind: Kind
    /// The shape of one value, row-major; `[]` for a single discrete value.
    public let shape: [Int]

    /// A space of a kind and shape; the two must agree.
    public init(_ kind: Kind, shape: [Int]) {
        self.kind = kind
        self.shape = shape
        let width = shape.reduce(1, *)
        switch kind {
        case .box(let low, let high):
            if low.count != width || high.count != width {
                fail(
                    "Space", "shape \(shape) needs \(width) bounds, got \(low.count), \(high.count)"
                )
            }
            for (index, (least, most)) in zip(low, high).enumerated() where !(least <= most) {
                fail("Space", "bound \(index): low \(least) is not at most high \(most)")
            }
        case .discrete(let count):
            if count < 1 || width != 1 { fail("Space", "discrete(\(count)) with shape \(shape)") }
        case .multiDiscrete(let counts):
            if counts.count != width || counts.contains(where: { $0 < 1 }) {
                fail("Space", "multiDiscrete(\(counts)) with shape \(shape)")
            }
        case .multiBinary(let count):
            if count != width { fail("Space", "multiBinary(\(count)) with shape \(shape)") }
        case .bytes: break
        }
    }

    /// A box with the same bounds for every entry.
    public static func box(_ low: Float, _ high: Float, shape: [Int]) -> Space {
        let width = shape.reduce(1, *)
        let lows = [Float](repeating: low, count: width)
        return Space(
            .box(low: lows, high: .init(repeating: high, count: width)), shape: shape)
    }

    /// A vector box with bounds for each entry.
    public static func box(low: [Float], high: [Float]) -> Space {
        Space(.box(low: low, high: high), shape: [low.count])
    }

    /// The whole numbers 0..<count.
    public static func discrete(_ count: Int) -> Space {
        Space(.discrete(count: count), shape: [])
    }

    /// Images or other bytes.
    public static func bytes(shape: [Int]) -> Space { Space(.bytes, shape: shape) }

    /// Numbers in one row.
    public var width: Int { shape.reduce(1, *) }

    /// Whether values are indices rather than magnitudes.
    public var isDiscrete: Bool {
        switch kind {
        case .discrete, .multiDiscrete, .multiBinary: true
        case .box, .bytes: false
        }
    }

    /// Whether this is a box with all bounds finite, whose actions agents see in [−1, 1].
    public var isBounded: Bool {
        guard case .box(let low, let high) = kind else { return false }
        return low.allSatisfy(\.isFinite) && high.allSatisfy(\.isFinite)
    }
}
