/// A line chart.
public struct Chart: Codable, Hashable, Sendable {
    /// A level to compare with, such as the return of a solved task, or an upright.
    public struct Reference: Codable, Hashable, Sendable {
        /// The vertical position; that of an upright is horizontal.
        public var value: Double
        /// The words beside the line.
        public var label: String

        /// A line with its words.
        public init(_ value: Double, _ label: String) {
            self.value = value
            self.label = label
        }
    }

    /// What the chart shows, in a few words; none if empty.
    public var title: String
    /// Small words below the chart, such as what the band means.
    public var caption: String
    /// Words at the horizontal axis.
    public var xLabel: String
    /// Words at the vertical axis.
    public var yLabel: String
    /// The lines, the first ones in front.
    public var series: [Series]
    /// Dashed levels.
    public var references: [Reference] = []
    /// Dashed uprights at horizontal positions, such as where a forecast begins.
    public var uprights: [Reference] = []
    /// Spread of the horizontal axis.
    public var xScale = AxisScale.linear
    /// Spread of the vertical axis.
    public var yScale = AxisScale.linear
    /// How the horizontal axis writes numbers.
    public var xFormat = AxisFormat.number
    /// The horizontal range; from the data if nil.
    public var xRange: ClosedRange<Double>?
    /// The vertical range; from the data if nil.
    public var yRange: ClosedRange<Double>?
    /// Width in pixels.
    public var width = 640.0
    /// Height in pixels.
    public var height = 400.0

    /// A chart; what is not given keeps its default.
    public init(
        title: String = "", caption: String = "", xLabel: String, yLabel: String,
        series: [Series]
    ) {
        self.title = title
        self.caption = caption
        self.xLabel = xLabel
        self.yLabel = yLabel
        self.series = series
    }
}
