import OptimistCore

/// An animated GIF (version 89a), frame by frame: only the encoded frames are kept in memory.
///
/// A frame with at most 256 colors is stored as it is, others with 256 colors by median cut. After
/// the first frame only the rectangle that changed is stored.
public struct AnimatedGIF {
    /// Width in pixels.
    public let width: Int
    /// Height in pixels.
    public let height: Int
    /// The number of frames so far.
    public private(set) var frames = 0
    private let delay: UInt16
    private var bytes: [UInt8] = []
    private var last: [UInt8] = []
    private var table: ColorTable?

    /// An animation that repeats for ever.
    ///
    /// - Parameters:
    ///   - width: pixels in a row.
    ///   - height: rows.
    ///   - framesPerSecond: rounded so that a frame lasts whole hundredths of a second, at least
    ///     two, which is what viewers honor.
    public init(width: Int, height: Int, framesPerSecond: Double) {
        let sizes = 1...65_535
        if !sizes.contains(width) || !sizes.contains(height) || !(framesPerSecond > 0) {
            fail("AnimatedGIF", "\(width) x \(height) pixels, \(framesPerSecond) frames a second")
        }
        self.width = width
        self.height = height
        delay = UInt16(min(max(2, (100 / framesPerSecond).rounded()), 65_535))
        bytes += Array("GIF89a".utf8)
        bytes.appendLittleEndian(UInt16(width))
        bytes.appendLittleEndian(UInt16(height))
        // No global colors, 8 bits a channel.
        bytes += [0x70, 0, 0]
        bytes += [0x21, 0xFF, 11] + Array("NETSCAPE2.0".utf8) + [3, 1, 0, 0, 0]
    }

    /// Adds a frame.
    ///
    /// - Parameter rgb: `height` rows of `width` pixels of 3 bytes, from the top left.
    public mutating func append(rgb: [UInt8]) {
        if rgb.count != 3 * width * height {
            fail("AnimatedGIF.append", "\(rgb.count) bytes for \(width) x \(height) pixels of 3")
        }
        let box = last.isEmpty ? (x: 0..<width, y: 0..<height) : changed(rgb)
        let part = crop(rgb, box.x, box.y)
        let colors: ColorTable
        if let table, table.holds(part) { colors = table } else { colors = ColorTable(rgb: part) }
        table = colors
        // Control: keep what was drawn, wait.
        bytes += [0x21, 0xF9, 4, 1 << 2]
        bytes.appendLittleEndian(delay)
        bytes += [0, 0]
        appendImage(part, box.x, box.y, colors)
        last = rgb
        frames += 1
    }

    /// The whole file; a file without frames is not a picture.
    public func finished() -> [UInt8] {
        if frames == 0 { fail("AnimatedGIF.finished", "no frames") }
        return bytes + [0x3B]
    }

    private mutating func appendImage(
        _ part: [UInt8], _ x: Range<Int>, _ y: Range<Int>, _ colors: ColorTable
    ) {
        var bits = 2
        while 1 << bits < colors.colors.count { bits += 1 }
        bytes.append(0x2C)
        for value in [x.lowerBound, y.lowerBound, x.count, y.count] {
            bytes.appendLittleEndian(UInt16(value))
        }
        bytes.append(0x80 | UInt8(bits - 1))
        for index in 0..<(1 << bits) {
            let color = index < colors.colors.count ? colors.colors[index] : 0
            for shift in [16, 8, 0] as [UInt32] { bytes.append(UInt8(color >> shift & 0xFF)) }
        }
        let indices = stride(from: 0, to: part.count, by: 3).map {
            colors.index(of: ColorTable.color(part, $0))
        }
        bytes.append(UInt8(bits))
        let data = LempelZivWelch.compressed(indices, bits: bits)
        for start in stride(from: 0, to: data.count, by: 255) {
            let block = data[start..<min(start + 255, data.count)]
            bytes.append(UInt8(block.count))
            bytes += block
        }
        bytes.append(0)
    }

    /// The smallest rectangle with all pixels that differ from the last frame; one pixel if none.
    private func changed(_ rgb: [UInt8]) -> (x: Range<Int>, y: Range<Int>) {
        var (left, right, top, bottom) = (width, 0, height, 0)
        for y in 0..<height {
            let row = (y * width * 3)..<((y + 1) * width * 3)
            guard let first = row.first(where: { rgb[$0] != last[$0] }),
                let final = row.last(where: { rgb[$0] != last[$0] })
            else { continue }
            left = min(left, (first - row.lowerBound) / 3)
            right = max(right, (final - row.lowerBound) / 3 + 1)
            top = min(top, y)
            bottom = y + 1
        }
        return right == 0 ? (0..<1, 0..<1) : (left..<right, top..<bottom)
    }

    private func crop(_ rgb: [UInt8], _ x: Range<Int>, _ y: Range<Int>) -> [UInt8] {
        if x.count == width, y.count == height { return rgb }
        return y.flatMap { row in
            rgb[((row * width + x.lowerBound) * 3)..<((row * width + x.upperBound) * 3)]
        }
    }
}
