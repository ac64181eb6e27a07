/// Writes the few kinds of Protocol Buffers fields that event files need.
struct ProtocolBuffer {
    private(set) var bytes: [UInt8] = []

    /// A whole number that is not negative, or one that wraps to 64 bits.
    mutating func varint(_ field: Int, _ value: Int64) {
        key(field, wire: 0)
        raw(UInt64(bitPattern: value))
    }

    /// A 64-bit floating-point number.
    mutating func double(_ field: Int, _ value: Double) {
        key(field, wire: 1)
        bytes.appendLittleEndian(value.bitPattern)
    }

    /// A 32-bit floating-point number.
    mutating func float(_ field: Int, _ value: Float) {
        key(field, wire: 5)
        bytes.appendLittleEndian(value.bitPattern)
    }

    /// A text.
    mutating func text(_ field: Int, _ value: String) { block(field, Array(value.utf8)) }

    /// A message inside this one.
    mutating func message(_ field: Int, _ build: (inout ProtocolBuffer) -> Void) {
        var inner = ProtocolBuffer()
        build(&inner)
        block(field, inner.bytes)
    }

    private mutating func block(_ field: Int, _ content: [UInt8]) {
        key(field, wire: 2)
        raw(UInt64(content.count))
        bytes += content
    }

    private mutating func key(_ field: Int, wire: UInt64) { raw(UInt64(field) << 3 | wire) }

    private mutating func raw(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
