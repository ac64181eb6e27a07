import OptimistCore

/// A small software rasteriser: anti-aliased shapes in world units on an RGB picture.
///
/// Each pixel takes the share of the shape's color that its distance to the shape's edge gives,
/// so that the same drawing has the same bytes on every machine with the same arithmetic.
public struct Canvas: Sendable {
    /// Pixels in a row.
    public let width: Int
    /// Rows.
    public let height: Int
    private let scale: Double
    private let origin: Point
    private var cells: [SIMD3<Float>]

    /// An empty canvas that shows the world from `low` to `high`, centred, nothing stretched.
    public init(
        width: Int, height: Int, from low: Point, to high: Point, background: Color = .white
    ) {
        if width < 1 || height < 1 || !(low.x < high.x && low.y < high.y) {
            fail("Canvas", "\(width) × \(height) pixels for a world from \(low) to \(high)")
        }
        self.width = width
        self.height = height
        let extent = high - low
        scale = min(Double(width) / extent.x, Double(height) / extent.y)
        let middle = (low + high) / 2
        origin = Point(Double(width) / 2 - middle.x * scale, Double(height) / 2 + middle.y * scale)
        cells = .init(repeating: background.parts, count: width * height)
    }

    /// A line with round ends, `thickness` wide.
    public mutating func line(
        from start: Point, to end: Point, thickness: Double, color: Color
    ) {
        let (a, b, radius) = (pixel(start), pixel(end), thickness * scale / 2)
        let (low, high) = (
            Point(min(a.x, b.x), min(a.y, b.y)), Point(max(a.x, b.x), max(a.y, b.y))
        )
        paint(color, from: low - radius, to: high + radius) {
            SignedDistance.segment($0, a, b, radius: radius)
        }
    }

    /// Lines from each point to the next.
    public mutating func path(_ points: [Point], thickness: Double, color: Color) {
        for (start, end) in zip(points, points.dropFirst()) {
            line(from: start, to: end, thickness: thickness, color: color)
        }
    }

    /// A filled disc.
    public mutating func disc(center: Point, radius: Double, color: Color) {
        let (center, radius) = (pixel(center), radius * scale)
        paint(color, from: center - radius, to: center + radius) {
            SignedDistance.disc($0, center: center, radius: radius)
        }
    }

    /// A filled upright rectangle.
    public mutating func rectangle(center: Point, width: Double, height: Double, color: Color) {
        let (center, half) = (pixel(center), Point(width, height) * (scale / 2))
        paint(color, from: center - half, to: center + half) {
            SignedDistance.rectangle($0, center: center, half: half)
        }
    }

    /// What was drawn, 8 bits a channel.
    public var picture: Picture {
        let pixels = cells.flatMap { cell in
            let scaled = (cell.clamped(lowerBound: .zero, upperBound: .one) * 255)
                .rounded(.toNearestOrEven)
            return [UInt8(scaled.x), UInt8(scaled.y), UInt8(scaled.z)]
        }
        return Picture(width: width, height: height, pixels: pixels)
    }

    private func pixel(_ point: Point) -> Point {
        Point(origin.x + point.x * scale, origin.y - point.y * scale)
    }

    private mutating func paint(
        _ color: Color, from low: Point, to high: Point, distance: (Point) -> Double
    ) {
        guard let columns = Canvas.range(low.x, high.x, width),
            let rows = Canvas.range(low.y, high.y, height)
        else { return }
        for row in rows {
            for column in columns {
                let share = SignedDistance.coverage(
                    distance(Point(Double(column) + 0.5, Double(row) + 0.5)))
                if share > 0 {
                    let cell = cells[row * width + column]
                    cells[row * width + column] = cell + (color.parts - cell) * Float(share)
                }
            }
        }
    }

    /// Pixels between two coordinates and one more on each side; nil where none is on the canvas.
    private static func range(_ low: Double, _ high: Double, _ count: Int) -> Range<Int>? {
        guard low.isFinite, high.isFinite else { return nil }
        let first = max(low.rounded(.down) - 1, 0)
        let last = min(high.rounded(.up) + 1, Double(count))
        return first < last ? Int(first)..<Int(last) : nil
    }
}
