/// Charts below one another in one picture.
public struct ChartStack: Codable, Hashable, Sendable {
    /// The charts, from top to bottom.
    public var charts: [Chart]

    /// A stack of charts.
    public init(_ charts: [Chart]) { self.charts = charts }

    /// The picture as an SVG document, as wide as its widest chart.
    public var svg: String {
        let width = charts.map(\.width).max() ?? 0
        let height = charts.reduce(0) { $0 + $1.height }
        var drawing = Drawing(width: width, height: height)
        var top = 0.0
        for chart in charts {
            drawing.embed(chart.svg, top: top)
            top += chart.height
        }
        return drawing.svg
    }
}
