/// A line or points in a chart.
public struct Series: Codable, Hashable, Sendable {
    /// The legend's words; no entry if empty.
    public var name: String
    /// Horizontal positions.
    public var x: [Double]
    /// Vertical positions, one for each horizontal one; the line is interrupted where one is not
    /// finite.
    public var y: [Double]
    /// The shaded band's lower end, one for each position; nil for no band.
    public var low: [Double]?
    /// The shaded band's upper end, one for each position; nil for no band.
    public var high: [Double]?
    /// Whether to mark each point.
    public var marks: Bool
    /// Whether points are joined by a line.
    public var line: Bool
    /// Whether the line runs level to the next point and jumps there.
    public var steps: Bool

    /// A line or points, with a shaded band where both ends are given.
    public init(
        _ name: String, x: [Double], y: [Double], low: [Double]? = nil, high: [Double]? = nil,
        marks: Bool = false, line: Bool = true, steps: Bool = false
    ) {
        self.name = name
        self.x = x
        self.y = y
        self.low = low
        self.high = high
        self.marks = marks
        self.line = line
        self.steps = steps
    }
}
