import OptimistCore

/// The share of actions drawn uniformly instead of by what was learned, which falls linearly.
public struct ExplorationSettings: Configuration {
    /// The share at first.
    @Setting("The share of uniform actions at first.", 0.0...1)
    public var start = 1.0
    /// The share in the end.
    @Setting("The share of uniform actions in the end.", 0.0...1)
    public var end = 0.05
    /// Steps in which it falls.
    @Setting("Steps in which the share falls.", 1...1_000_000_000)
    public var steps = 10_000

    /// From always to one in twenty.
    public init() {}

    /// From one share to another.
    init(start: Double, end: Double, steps: Int) {
        (self.start, self.end, self.steps) = (start, end, steps)
    }

    /// The share after so many steps of exploring.
    func share(after done: Int) -> Double {
        start + (end - start) * min(1, Double(done) / Double(steps))
    }
}
