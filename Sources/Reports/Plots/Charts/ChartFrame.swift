/// What every chart has around its plot: title, legend, caption, and where the plot lies.
struct ChartFrame {
    /// An entry of a legend.
    struct Entry {
        var name: String
        var color: String
        var dash = ""
        var band = false
        var line = true
    }

    static let outer = 14.0
    private static let legendRow = 20.0
    private static let captionRow = 15.0

    let width: Double
    let title: String
    private let legend: [[(entry: Entry, x: Double)]]
    private let caption: [String]

    init(width: Double, title: String, entries: [Entry], caption: String, indent: Double) {
        self.width = width
        self.title = title
        legend = ChartFrame.rows(of: entries, from: indent, width: width - ChartFrame.outer)
        self.caption = Drawing.wrapped(caption, size: 11, width: width - 2 * ChartFrame.outer)
    }

    /// Pixels above the plot.
    var top: Double {
        ChartFrame.outer + (title.isEmpty ? 0 : 24)
            + Double(legend.count) * ChartFrame.legendRow + 6
    }

    /// Pixels that the caption needs below everything else.
    var bottom: Double {
        caption.isEmpty ? 0 : Double(caption.count) * ChartFrame.captionRow + 6
    }

    private static func rows(
        of entries: [Entry], from start: Double, width: Double
    ) -> [[(entry: Entry, x: Double)]] {
        var rows: [[(entry: Entry, x: Double)]] = []
        var x = start
        for entry in entries {
            let needed = 30 + Drawing.textWidth(entry.name, size: 12) + 18
            if rows.isEmpty || x + needed - 18 > width {
                rows.append([])
                x = start
            }
            rows[rows.count - 1].append((entry, x))
            x += needed
        }
        return rows
    }

    /// Draws title, legend and caption.
    func draw(into drawing: inout Drawing, titleAt x: Double) {
        var y = ChartFrame.outer
        if !title.isEmpty {
            drawing.text(title, .init(x, y + 12), .init(size: 15, bold: true))
            y += 24
        }
        for row in legend {
            for (entry, x) in row { ChartFrame.draw(entry, at: .init(x, y + 9), &drawing) }
            y += ChartFrame.legendRow
        }
        let first =
            drawing.height - ChartFrame.outer + 3
            - Double(max(0, caption.count - 1)) * ChartFrame.captionRow
        for (index, line) in caption.enumerated() {
            drawing.text(
                line, .init(ChartFrame.outer, first + Double(index) * ChartFrame.captionRow),
                .init(size: 11, color: Ink.faint))
        }
    }

    private static func draw(_ entry: Entry, at point: Drawing.Point, _ drawing: inout Drawing) {
        if entry.band {
            drawing.rectangle(
                .init(point.x, point.y - 6), width: 24, height: 12,
                .fill(entry.color, opacity: 0.18))
        }
        if entry.line {
            drawing.line(
                point, .init(point.x + 24, point.y), .stroke(entry.color, 2, dash: entry.dash))
        } else {
            drawing.circle(.init(point.x + 12, point.y), radius: 2.2, .fill(entry.color))
        }
        drawing.text(entry.name, .init(point.x + 30, point.y + 4))
    }
}
