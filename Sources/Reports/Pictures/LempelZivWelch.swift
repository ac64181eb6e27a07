/// The compression of GIF files (Welch 1984), with codes of up to 12 bits, lowest bits first.
struct LempelZivWelch {
    private var bytes: [UInt8] = []
    private var held: UInt32 = 0
    private var count: UInt32 = 0

    /// Indices below `1 << bits` compressed; `bits` is at least 2.
    static func compressed(_ indices: [UInt8], bits: Int) -> [UInt8] {
        var writer = LempelZivWelch()
        writer.write(indices, bits: bits)
        return writer.bytes
    }

    private mutating func write(_ indices: [UInt8], bits: Int) {
        let clear = 1 << bits
        // Children of each code by index; 0 for none, since no child is a single index.
        var children = [UInt16](repeating: 0, count: 4096 << bits)
        var next = clear + 2
        var size = bits + 1
        put(clear, size)
        var prefix: Int?
        for index in indices {
            guard let code = prefix else {
                prefix = Int(index)
                continue
            }
            let slot = code << bits | Int(index)
            if children[slot] != 0 {
                prefix = Int(children[slot])
                continue
            }
            put(code, size)
            prefix = Int(index)
            if next < 4096 {
                children[slot] = UInt16(next)
                if next == 1 << size { size += 1 }
                next += 1
            } else {
                put(clear, size)
                children = [UInt16](repeating: 0, count: children.count)
                next = clear + 2
                size = bits + 1
            }
        }
        if let prefix { put(prefix, size) }
        // The reader has made one more code by now, which may need another bit.
        if next == 1 << size, size < 12 { size += 1 }
        put(clear + 1, size)
        if count > 0 { bytes.append(UInt8(truncatingIfNeeded: held)) }
    }

    private mutating func put(_ code: Int, _ size: Int) {
        held |= UInt32(code) << count
        count += UInt32(size)
        while count >= 8 {
            bytes.append(UInt8(truncatingIfNeeded: held))
            held >>= 8
            count -= 8
        }
    }
}
