import OptimistCore

extension Space {
    /// Numbers in an encoded row: one-hot for the discrete kinds, the row itself otherwise.
    public var encodedWidth: Int {
        switch kind {
        case .box, .multiBinary, .bytes: width
        case .discrete(let count): count
        case .multiDiscrete(let counts): counts.reduce(0, +)
        }
    }

    /// Writes the row that a network sees: discrete values one-hot, others as they are.
    ///
    /// - Parameters:
    ///   - row: `width` numbers.
    ///   - encoded: `encodedWidth` numbers, overwritten.
    public func encode(
        _ row: UnsafeBufferPointer<Float>, into encoded: UnsafeMutableBufferPointer<Float>
    ) {
        if row.count != width || encoded.count != encodedWidth {
            fail("Space.encode", "rows of \(row.count) and \(encoded.count) for \(self)")
        }
        switch kind {
        case .box, .multiBinary, .bytes:
            _ = encoded.update(from: row)
        case .discrete(let count):
            Space.oneHot(row[0], count, encoded.baseAddress!)
        case .multiDiscrete(let counts):
            var start = 0
            for (value, count) in zip(row, counts) {
                Space.oneHot(value, count, encoded.baseAddress! + start)
                start += count
            }
        }
    }

    /// The encoded form of a row.
    public func encode(_ row: [Float]) -> [Float] {
        [Float](unsafeUninitializedCapacity: encodedWidth) { encoded, count in
            encoded.initialize(repeating: 0)
            row.withUnsafeBufferPointer {
                encode($0, into: UnsafeMutableBufferPointer(rebasing: encoded[..<encodedWidth]))
            }
            count = encodedWidth
        }
    }

    private static func oneHot(_ value: Float, _ count: Int, _ out: UnsafeMutablePointer<Float>) {
        guard let index = Int(exactly: value), index >= 0, index < count else {
            fail("Space.encode", "\(value) is not an index below \(count)")
        }
        out.update(repeating: 0, count: count)
        out[index] = 1
    }

    /// A value drawn uniformly: within bounds, normally where a bound is infinite.
    public func sample(using generator: inout Generator) -> [Float] {
        switch kind {
        case .box(let low, let high):
            zip(low, high).map { least, most in
                least.isFinite && most.isFinite
                    ? Float(generator.uniform(Double(least), Double(most)))
                    : min(max(Float(generator.normal()), least), most)
            }
        case .discrete(let count): [Float(generator.integer(below: count))]
        case .multiDiscrete(let counts): counts.map { Float(generator.integer(below: $0)) }
        case .multiBinary(let count):
            (0..<count).map { _ in generator.bernoulli(0.5) ? 1 : 0 }
        case .bytes: (0..<width).map { _ in Float(generator.integer(below: 256)) }
        }
    }

    /// Whether a row is a value of this space.
    public func contains(_ row: [Float]) -> Bool {
        guard row.count == width else { return false }
        switch kind {
        case .box(let low, let high):
            return row.indices.allSatisfy { low[$0] <= row[$0] && row[$0] <= high[$0] }
        case .discrete(let count): return Space.isIndex(row[0], below: count)
        case .multiDiscrete(let counts):
            return zip(row, counts).allSatisfy { Space.isIndex($0, below: $1) }
        case .multiBinary: return row.allSatisfy { $0 == 0 || $0 == 1 }
        case .bytes: return row.allSatisfy { Space.isIndex($0, below: 256) }
        }
    }

    private static func isIndex(_ value: Float, below count: Int) -> Bool {
        Int(exactly: value).map { $0 >= 0 && $0 < count } ?? false
    }
}
