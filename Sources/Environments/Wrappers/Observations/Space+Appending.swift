import OptimistCore

extension Space {
    /// This box as a vector with further entries; nil where the space is no box.
    func appending(low: Float, high: Float, count: Int) -> Space? {
        guard case .box(let lows, let highs) = kind else { return nil }
        return .box(
            low: lows + .init(repeating: low, count: count),
            high: highs + .init(repeating: high, count: count))
    }

    /// This box as a vector with further entries; stops the program where it is no box.
    func requireAppending(
        low: Float, high: Float, count: Int, for operation: String
    ) -> Space {
        guard let space = appending(low: low, high: high, count: count) else {
            fail(operation, "needs a box, got \(kind)")
        }
        return space
    }
}
