/// A cyclic redundancy check over 32 bits, reflected, by table.
package struct CyclicRedundancyCheck: Sendable {
    /// The checksum of PNG and zlib (ISO 3309).
    package static let ieee = CyclicRedundancyCheck(reflectedPolynomial: 0xEDB8_8320)
    /// The checksum of TFRecord files (Castagnoli 1993; RFC 3720).
    package static let castagnoli = CyclicRedundancyCheck(reflectedPolynomial: 0x82F6_3B78)

    private let table: [UInt32]

    private init(reflectedPolynomial polynomial: UInt32) {
        table = (0..<256).map { byte in
            (0..<8).reduce(UInt32(byte)) { value, _ in
                value & 1 == 1 ? value >> 1 ^ polynomial : value >> 1
            }
        }
    }

    /// The checksum of some bytes.
    package func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
        ~bytes.reduce(0xFFFF_FFFF) { value, byte in
            value >> 8 ^ table[Int(UInt8(truncatingIfNeeded: value) ^ byte)]
        }
    }
}

/// The checksum at the end of a zlib stream (RFC 1950).
package func adler32(_ bytes: [UInt8]) -> UInt32 {
    var (low, high): (UInt32, UInt32) = (1, 0)
    for byte in bytes {
        low = (low + UInt32(byte)) % 65_521
        high = (high + low) % 65_521
    }
    return high << 16 | low
}
