/// A counter-based random number generator: a key and a position in its stream.
///
/// The stream of a key is Philox4x32-10 (Salmon, Moraes, Dror and Shaw, "Parallel Random Numbers:
/// As Easy as 1, 2, 3", 2011) applied to 0, 1, 2…, so that a generator is 16 bytes of plain data:
/// it can be stored in a checkpoint, compared, and split by name without touching its position.
/// All randomness in Optimist comes from an explicit `Generator`.
public struct Generator: RandomNumberGenerator, Codable, Hashable, Sendable {
    /// The key that names the stream.
    public let key: UInt64
    /// The number of 64-bit words already drawn.
    public private(set) var position: UInt64

    /// The generator at the start of the stream of `seed`.
    public init(seed: UInt64) {
        self.init(key: Philox.block(key: 0x9E37_79B9_7F4A_7C15, counter: seed, domain: 1).0)
    }

    init(key: UInt64, position: UInt64 = 0) {
        self.key = key
        self.position = position
    }

    /// An independent generator named `name`; depends on the key and the name alone, never on how
    /// many numbers were drawn.
    public func split(_ name: String) -> Generator {
        split(Generator.hash(name))
    }

    /// An independent generator numbered `index`.
    public func split(_ index: Int) -> Generator {
        split(UInt64(bitPattern: Int64(index)))
    }

    private func split(_ label: UInt64) -> Generator {
        Generator(key: Philox.block(key: key, counter: label, domain: 2).0)
    }

    /// The next 64 random bits.
    @inlinable
    public mutating func next() -> UInt64 {
        let block = Philox.block(key: key, counter: position >> 1, domain: 0)
        let word = position & 1 == 0 ? block.0 : block.1
        advance()
        return word
    }

    @usableFromInline
    mutating func advance() { position &+= 1 }

    /// A 64-bit FNV-1a hash, the same in every process (unlike `Hasher`).
    private static func hash(_ name: String) -> UInt64 {
        name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
    }
}

/// The Philox4x32-10 block function.
@usableFromInline
package enum Philox {
    /// Two 64-bit words for a key, a counter and a domain that keeps uses apart.
    @inlinable
    static func block(key: UInt64, counter: UInt64, domain: UInt64) -> (UInt64, UInt64) {
        let words = permute(
            (
                UInt32(truncatingIfNeeded: counter), UInt32(truncatingIfNeeded: counter >> 32),
                UInt32(truncatingIfNeeded: domain), UInt32(truncatingIfNeeded: domain >> 32)
            ),
            (UInt32(truncatingIfNeeded: key), UInt32(truncatingIfNeeded: key >> 32)))
        return (
            UInt64(words.1) << 32 | UInt64(words.0), UInt64(words.3) << 32 | UInt64(words.2)
        )
    }

    /// Ten rounds over four 32-bit words with a two-word key.
    @inlinable
    package static func permute(
        _ counter: (UInt32, UInt32, UInt32, UInt32), _ key: (UInt32, UInt32)
    ) -> (UInt32, UInt32, UInt32, UInt32) {
        var (c0, c1, c2, c3) = counter
        var (k0, k1) = key
        for _ in 0..<10 {
            let first = UInt64(c0) &* 0xD251_1F53
            let second = UInt64(c2) &* 0xCD9E_8D57
            (c0, c1, c2, c3) = (
                UInt32(truncatingIfNeeded: second >> 32) ^ c1 ^ k0,
                UInt32(truncatingIfNeeded: second),
                UInt32(truncatingIfNeeded: first >> 32) ^ c3 ^ k1,
                UInt32(truncatingIfNeeded: first)
            )
            k0 &+= 0x9E37_79B9
            k1 &+= 0xBB67_AE85
        }
        return (c0, c1, c2, c3)
    }
}
