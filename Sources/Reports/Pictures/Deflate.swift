/// Compression by repeated strings and the fixed Huffman code (RFC 1951), in zlib's frame
/// (RFC 1950).
package enum Deflate {
    /// Bytes compressed.
    package static func zlib(_ bytes: [UInt8]) -> [UInt8] {
        // Deflate with a window of 32 KiB; the second byte makes the pair a multiple of 31.
        var result: [UInt8] = [0x78, 0x9C]
        result += compressed(bytes)
        result.appendBigEndian(adler32(bytes))
        return result
    }

    private static let window = 32_768
    private static let shortest = 3
    private static let longest = 258
    /// How many earlier places of the same three bytes are tried.
    private static let depth = 32

    private static func compressed(_ bytes: [UInt8]) -> [UInt8] {
        var output = BitWriter()
        // One final block with fixed codes.
        output.put(1, bits: 1)
        output.put(1, bits: 2)
        var chains = Chains(count: bytes.count)
        var index = 0
        bytes.withUnsafeBufferPointer { bytes in
            while index < bytes.count {
                let match = chains.longestMatch(at: index, in: bytes)
                let length = match.length >= shortest ? match.length : 1
                if length == 1 {
                    output.putLiteral(Int(bytes[index]))
                } else {
                    output.putMatch(length: length, distance: match.distance)
                }
                for place in index..<(index + length) { chains.insert(place, in: bytes) }
                index += length
            }
        }
        output.putLiteral(256)
        return output.finished()
    }

    /// Earlier places of each three bytes, latest first.
    private struct Chains {
        private var heads = [Int32](repeating: -1, count: 1 << 15)
        private var previous: [Int32]

        init(count: Int) { previous = [Int32](repeating: -1, count: count) }

        private func hash(_ index: Int, _ bytes: UnsafeBufferPointer<UInt8>) -> Int {
            let three = Int(bytes[index]) << 16 | Int(bytes[index + 1]) << 8 | Int(bytes[index + 2])
            return (three &* 0x9E3779B1) >> 12 & 0x7FFF
        }

        mutating func insert(_ index: Int, in bytes: UnsafeBufferPointer<UInt8>) {
            guard index + shortest <= bytes.count else { return }
            let key = hash(index, bytes)
            previous[index] = heads[key]
            heads[key] = Int32(index)
        }

        func longestMatch(
            at index: Int, in bytes: UnsafeBufferPointer<UInt8>
        ) -> (length: Int, distance: Int) {
            guard index + shortest <= bytes.count else { return (0, 0) }
            let limit = min(longest, bytes.count - index)
            var best = (length: 0, distance: 0)
            var place = Int(heads[hash(index, bytes)])
            var tries = depth
            while place >= 0, index - place <= window, tries > 0, best.length < limit {
                var length = 0
                while length < limit, bytes[place + length] == bytes[index + length] {
                    length += 1
                }
                if length > best.length { best = (length, index - place) }
                place = Int(previous[place])
                tries -= 1
            }
            return best
        }
    }
}

/// Bits, lowest first, into bytes.
private struct BitWriter {
    private var bytes: [UInt8] = []
    private var held: UInt64 = 0
    private var count = 0

    mutating func put(_ value: Int, bits: Int) {
        held |= UInt64(value) << UInt64(count)
        count += bits
        while count >= 8 {
            bytes.append(UInt8(truncatingIfNeeded: held))
            held >>= 8
            count -= 8
        }
    }

    /// A Huffman code, whose highest bit comes first.
    private mutating func putCode(_ code: Int, bits: Int) {
        var reversed = 0
        for bit in 0..<bits { reversed |= (code >> bit & 1) << (bits - 1 - bit) }
        put(reversed, bits: bits)
    }

    /// A symbol of the fixed literal and length code.
    mutating func putLiteral(_ symbol: Int) {
        switch symbol {
        case 0..<144: putCode(0x30 + symbol, bits: 8)
        case 144..<256: putCode(0x190 + symbol - 144, bits: 9)
        case 256..<280: putCode(symbol - 256, bits: 7)
        default: putCode(0xC0 + symbol - 280, bits: 8)
        }
    }

    mutating func putMatch(length: Int, distance: Int) {
        let lengthIndex = MatchCodes.lengths.lastIndex { $0.base <= length } ?? 0
        let lengthCode = MatchCodes.lengths[lengthIndex]
        putLiteral(257 + lengthIndex)
        put(length - lengthCode.base, bits: lengthCode.extra)
        let distanceIndex = MatchCodes.distances.lastIndex { $0.base <= distance } ?? 0
        let distanceCode = MatchCodes.distances[distanceIndex]
        putCode(distanceIndex, bits: 5)
        put(distance - distanceCode.base, bits: distanceCode.extra)
    }

    func finished() -> [UInt8] {
        count == 0 ? bytes : bytes + [UInt8(truncatingIfNeeded: held)]
    }
}

/// The codes of lengths and distances (RFC 1951, section 3.2.5).
private enum MatchCodes {
    static let lengths: [(base: Int, extra: Int)] = {
        var codes: [(base: Int, extra: Int)] = []
        var base = 3
        for index in 0..<28 {
            let extra = index < 8 ? 0 : index / 4 - 1
            codes.append((base, extra))
            base += 1 << extra
        }
        // The longest has a code of its own.
        return codes + [(258, 0)]
    }()

    static let distances: [(base: Int, extra: Int)] = {
        var codes: [(base: Int, extra: Int)] = []
        var base = 1
        for index in 0..<30 {
            let extra = index < 4 ? 0 : index / 2 - 1
            codes.append((base, extra))
            base += 1 << extra
        }
        return codes
    }()
}
