import Foundation

/// Decimal numbers from bytes, correctly rounded.
enum DecimalNumber {
    private static let powers: [Double] = (0...22).map { pow(10, Double($0)) }

    /// The number that all of the bytes spell; nil if they spell none or one that is not finite.
    static func parse(_ bytes: UnsafeRawBufferPointer) -> Double? {
        var (mantissa, digits, scale, index) = (UInt64(0), 0, 0, 0)
        var seen = false
        let negative = bytes.first == 0x2D
        if negative || bytes.first == 0x2B { index = 1 }
        var fraction = false
        while index < bytes.count {
            let byte = bytes[index]
            if byte == 0x2E, !fraction {
                fraction = true
            } else if byte >= 0x30, byte <= 0x39 {
                seen = true
                if mantissa > 0 || byte > 0x30 { digits += 1 }
                if digits > 18 { return slow(bytes) }
                mantissa = mantissa &* 10 &+ UInt64(byte &- 0x30)
                if fraction { scale += 1 }
            } else {
                return seen ? slow(bytes) : nil
            }
            index += 1
        }
        if !seen { return nil }
        // Both are exact in a double, so the quotient is rounded once.
        if mantissa > 1 << 53 || scale > 22 { return slow(bytes) }
        let value = Double(mantissa) / powers[scale]
        return negative ? -value : value
    }

    private static func slow(_ bytes: UnsafeRawBufferPointer) -> Double? {
        guard let value = Double(String(decoding: bytes, as: UTF8.self)), value.isFinite else {
            return nil
        }
        return value
    }
}
