import OptimistCore

/// A map of numbers on a grid of cells, dark where they are large; walls are gray.
public struct HeatMap: Codable, Hashable, Sendable {
    /// What it shows.
    public var title: String
    /// One sentence or two below the map.
    public var caption: String
    /// The numbers, row by row, equally long; nil for walls.
    public var rows: [[Double?]]
    /// The width in pixels.
    public var width = 680.0

    /// A map of numbers.
    public init(title: String, caption: String, rows: [[Double?]]) {
        (self.title, self.caption, self.rows) = (title, caption, rows)
    }

    /// The map as an SVG document; each cell holds its number with two decimals.
    public var svg: String {
        let columns = rows.first?.count ?? 0
        if columns == 0 || rows.contains(where: { $0.count != columns }) {
            fail("HeatMap.svg", "rows of \(rows.map(\.count)) cells")
        }
        let frame = ChartFrame(
            width: width, title: title, entries: [], caption: caption,
            indent: ChartFrame.outer)
        let size = min(52, (width - 2 * ChartFrame.outer) / Double(columns))
        let bottom = frame.top + size * Double(rows.count)
        var drawing = Drawing(width: width, height: bottom + frame.bottom + 2 * ChartFrame.outer)
        let numbers = rows.flatMap { $0.compactMap { $0 } }
        let (least, most) = (numbers.min() ?? 0, numbers.max() ?? 1)
        for (row, values) in rows.enumerated() {
            for (column, value) in values.enumerated() {
                let corner = Drawing.Point(
                    ChartFrame.outer + Double(column) * size, frame.top + Double(row) * size)
                let share = value.map { most > least ? ($0 - least) / (most - least) : 0.5 }
                drawing.rectangle(
                    corner, width: size - 1, height: size - 1,
                    share.map { .fill(Ink.series[0], opacity: 0.08 + 0.92 * $0) }
                        ?? .fill(Ink.faint))
                guard let value, let share else { continue }
                drawing.text(
                    NumberText.fixed(value, decimals: 2),
                    .init(corner.x + size / 2, corner.y + size / 2 + 4),
                    .init(
                        size: 11, color: share > 0.55 ? "white" : Ink.text, anchor: .middle))
            }
        }
        frame.draw(into: &drawing, titleAt: ChartFrame.outer)
        return drawing.svg
    }
}
