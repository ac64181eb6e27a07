import OptimistCore

/// Pictures as PNG files (ISO/IEC 15948): 8 bits a channel, red, green and blue.
public enum PNG {
    private static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    /// The file of a picture.
    ///
    /// - Parameters:
    ///   - rgb: `height` rows of `width` pixels of 3 bytes, from the top left.
    ///   - width: pixels in a row.
    ///   - height: rows.
    public static func encode(rgb: [UInt8], width: Int, height: Int) -> [UInt8] {
        if width < 1 || height < 1 || rgb.count != 3 * width * height {
            fail("PNG.encode", "\(rgb.count) bytes for \(width) x \(height) pixels of 3")
        }
        var header: [UInt8] = []
        header.appendBigEndian(UInt32(width))
        header.appendBigEndian(UInt32(height))
        // 8 bits, true color, deflate, adaptive filters, not interlaced.
        header += [8, 2, 0, 0, 0]
        let rows = filtered(rgb, stride: 3 * width)
        return signature + chunk("IHDR", header) + chunk("IDAT", Deflate.zlib(rows))
            + chunk("IEND", [])
    }

    private static func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
        let body = Array(name.utf8) + content
        var bytes: [UInt8] = []
        bytes.appendBigEndian(UInt32(content.count))
        bytes += body
        bytes.appendBigEndian(CyclicRedundancyCheck.ieee.checksum(body))
        return bytes
    }

    /// Each row after the filter that leaves the least sum of magnitudes: none, left or up.
    private static func filtered(_ rgb: [UInt8], stride: Int) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(rgb.count + rgb.count / stride)
        for start in Swift.stride(from: 0, to: rgb.count, by: stride) {
            let row = start..<(start + stride)
            let plain = Array(rgb[row])
            let left = row.map { rgb[$0] &- ($0 - start >= 3 ? rgb[$0 - 3] : 0) }
            let up = row.map { rgb[$0] &- (start > 0 ? rgb[$0 - stride] : 0) }
            let candidates = [plain, left, up]
            let costs = candidates.map { row in
                row.reduce(0) { $0 + Int(Int8(bitPattern: $1).magnitude) }
            }
            let best = costs.indices.min { costs[$0] < costs[$1] } ?? 0
            result.append(UInt8(best))
            result += candidates[best]
        }
        return result
    }
}
