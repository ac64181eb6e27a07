/// Point estimates with intervals, side by side: one row for each algorithm, one panel for each
/// quantity.
public struct IntervalChart: Codable, Hashable, Sendable {
    /// How an interval is drawn.
    public enum Style: String, Codable, Sendable {
        /// A band from end to end with a stroke at the estimate.
        case bands
        /// A bar from zero to the estimate with a whisker.
        case bars
    }

    /// One quantity.
    public struct Panel: Codable, Hashable, Sendable {
        /// The quantity's name.
        public var title: String
        /// One interval for each row.
        public var intervals: [Interval]
        /// A level to compare with, such as 0.5 for a probability.
        public var reference: Double?

        /// A quantity with its intervals.
        public init(_ title: String, _ intervals: [Interval], reference: Double? = nil) {
            self.title = title
            self.intervals = intervals
            self.reference = reference
        }
    }

    /// What the chart shows; none if empty.
    public var title: String
    /// Small words below the chart.
    public var caption: String
    /// Words below all panels, such as the score's name.
    public var xLabel: String
    /// The rows' names.
    public var rows: [String]
    /// The panels, left to right.
    public var panels: [Panel]
    /// How intervals are drawn.
    public var style: Style
    /// Whether each row has its own color; not where rows are no algorithms.
    public var colored = true
    /// Width in pixels.
    public var width = 640.0

    /// A chart of intervals; each panel has one for each row.
    public init(
        title: String = "", caption: String = "", xLabel: String = "", rows: [String],
        panels: [Panel], style: Style = .bands
    ) {
        self.title = title
        self.caption = caption
        self.xLabel = xLabel
        self.rows = rows
        self.panels = panels
        self.style = style
    }
}
