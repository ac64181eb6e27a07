/// The framing of TFRecord files: length, its checksum, content, its checksum.
enum EventFrame {
    /// A content in its frame.
    static func frame(_ content: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.appendLittleEndian(UInt64(content.count))
        bytes.appendLittleEndian(maskedChecksum(bytes))
        bytes += content
        bytes.appendLittleEndian(maskedChecksum(content))
        return bytes
    }

    /// CRC-32C, rotated right by 15 and moved by a constant, so that checksums of bytes that hold
    /// checksums stay useful.
    static func maskedChecksum(_ bytes: [UInt8]) -> UInt32 {
        let sum = CyclicRedundancyCheck.castagnoli.checksum(bytes)
        return (sum >> 15 | sum << 17) &+ 0xA282_EAD8
    }
}
