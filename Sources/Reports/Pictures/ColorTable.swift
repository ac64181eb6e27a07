/// At most 256 colors for a frame: its own where they are few, else those of a median cut
/// (Heckbert 1982) through the frame's colors at 5 bits a channel.
struct ColorTable {
    /// Colors as 0xRRGGBB.
    let colors: [UInt32]
    /// The place in `colors` of each color that occurs exactly, or of each 15-bit cell.
    private let exact: [UInt32: UInt8]
    private let cells: [UInt8]

    /// A table for the pixels of a frame.
    init(rgb: [UInt8]) {
        self = ColorTable.exact(rgb) ?? ColorTable.cut(rgb)
    }

    private init(colors: [UInt32], exact: [UInt32: UInt8], cells: [UInt8]) {
        self.colors = colors
        self.exact = exact
        self.cells = cells
    }

    /// A table of all colors of a frame; nil if there are more than 256.
    private static func exact(_ rgb: [UInt8]) -> ColorTable? {
        var order: [UInt32] = []
        var seen: [UInt32: UInt8] = [:]
        var last: UInt32?
        for index in stride(from: 0, to: rgb.count, by: 3) {
            let color = ColorTable.color(rgb, index)
            if color == last { continue }
            last = color
            if seen[color] != nil { continue }
            if order.count == 256 { return nil }
            seen[color] = UInt8(order.count)
            order.append(color)
        }
        return ColorTable(colors: order, exact: seen, cells: [])
    }

    private static func cut(_ rgb: [UInt8]) -> ColorTable {
        var counts = [Int](repeating: 0, count: 1 << 15)
        for index in stride(from: 0, to: rgb.count, by: 3) {
            counts[ColorTable.cell(ColorTable.color(rgb, index))] += 1
        }
        var boxes = [ColorBox(cells: counts.indices.filter { counts[$0] > 0 }, counts: counts)]
        while boxes.count < 256, let widest = ColorBox.widest(of: boxes) {
            let (low, high) = boxes[widest].halves(counts)
            boxes[widest] = low
            boxes.append(high)
        }
        var cells = [UInt8](repeating: 0, count: 1 << 15)
        for (index, box) in boxes.enumerated() {
            for cell in box.cells { cells[cell] = UInt8(index) }
        }
        return ColorTable(colors: boxes.map { $0.mean(counts) }, exact: [:], cells: cells)
    }

    /// Whether every pixel of a frame is in the table exactly.
    func holds(_ rgb: [UInt8]) -> Bool {
        if exact.isEmpty { return false }
        var last: UInt32?
        for index in stride(from: 0, to: rgb.count, by: 3) {
            let color = ColorTable.color(rgb, index)
            if color != last, exact[color] == nil { return false }
            last = color
        }
        return true
    }

    /// The place in the table for a pixel of the frame that the table was made for.
    func index(of color: UInt32) -> UInt8 {
        exact.isEmpty ? cells[ColorTable.cell(color)] : exact[color] ?? 0
    }

    static func color(_ rgb: [UInt8], _ index: Int) -> UInt32 {
        UInt32(rgb[index]) << 16 | UInt32(rgb[index + 1]) << 8 | UInt32(rgb[index + 2])
    }

    private static func cell(_ color: UInt32) -> Int {
        Int(color >> 19 & 0x1F) << 10 | Int(color >> 11 & 0x1F) << 5 | Int(color >> 3 & 0x1F)
    }
}

/// A box of colors in the median cut.
private struct ColorBox {
    /// 15-bit colors, 5 bits a channel.
    let cells: [Int]
    /// The channel with the widest range, as a shift, and that range times the pixels in the box.
    let shift: Int
    let weight: Int

    init(cells: [Int], counts: [Int]) {
        self.cells = cells
        let ranges = [10, 5, 0].map { shift -> (shift: Int, range: Int) in
            let values = cells.map { $0 >> shift & 0x1F }
            return (shift, (values.max() ?? 0) - (values.min() ?? 0))
        }
        let widest = ranges.max { $0.range < $1.range } ?? (10, 0)
        shift = widest.shift
        weight = widest.range * cells.reduce(0) { $0 + counts[$1] }
    }

    static func widest(of boxes: [ColorBox]) -> Int? {
        let best = boxes.indices.max { boxes[$0].weight < boxes[$1].weight }
        return best.flatMap { boxes[$0].weight > 0 ? $0 : nil }
    }

    /// The box cut where half of its pixels lie on each side.
    func halves(_ counts: [Int]) -> (ColorBox, ColorBox) {
        let channel = shift
        let sorted = cells.sorted { ($0 >> channel & 0x1F, $0) < ($1 >> channel & 0x1F, $1) }
        let half = cells.reduce(0) { $0 + counts[$1] } / 2
        var (sum, cut) = (0, 0)
        while cut < sorted.count - 1, sum <= half {
            sum += counts[sorted[cut]]
            cut += 1
        }
        return (
            ColorBox(cells: Array(sorted[..<cut]), counts: counts),
            ColorBox(cells: Array(sorted[cut...]), counts: counts)
        )
    }

    /// The mean color of the box's pixels.
    func mean(_ counts: [Int]) -> UInt32 {
        let total = max(1, cells.reduce(0) { $0 + counts[$1] })
        return [10, 5, 0].reduce(0) { color, shift in
            let sum = cells.reduce(0) { $0 + ($1 >> shift & 0x1F) * counts[$1] }
            // A channel of 31 is full brightness.
            return color << 8 | UInt32((sum * 255 + total * 31 / 2) / (total * 31))
        }
    }
}
