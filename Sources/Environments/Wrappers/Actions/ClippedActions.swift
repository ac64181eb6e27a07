import OptimistCore

/// Takes any finite action and clips it to the base's box.
///
/// The action space becomes unbounded, so that agents act in the environment's own units. Known
/// reward and termination clip as the step does. Spaces other than boxes are left alone.
public struct ClippedActions<Base: Environment>: EnvironmentWrapper {
    /// The environment inside.
    public var base: Base
    /// Nothing.
    public var memory = NoMemory()
    /// The unbounded box.
    public let actionSpace: Space
    private let clipping: Clipping

    /// An environment that clips its actions.
    public init(_ base: Base) {
        self.base = base
        if case .box(let low, let high) = base.actionSpace.kind {
            clipping = Clipping(low: low, high: high)
            actionSpace = .box(-.infinity, .infinity, shape: base.actionSpace.shape)
        } else {
            clipping = Clipping(low: [], high: [])
            actionSpace = base.actionSpace
        }
    }

    /// The base's, of the clipped actions.
    public var knownReward: RewardFunction? {
        let clipping = clipping
        return base.knownReward.map { reward in
            RewardFunction { rows, out in
                clipping.withClippedActions(of: rows) { reward.evaluate($0, out) }
            }
        }
    }

    /// The base's, of the clipped actions.
    public var knownTermination: TerminationFunction? {
        let clipping = clipping
        return base.knownTermination.map { termination in
            if termination.isNever { return termination }
            return TerminationFunction { rows, out in
                clipping.withClippedActions(of: rows) { termination.evaluate($0, out) }
            }
        }
    }

    /// Steps the base with the clipped action; numbers that are not finite are left to it.
    public mutating func step(_ action: [Float]) throws -> Step {
        var row = action
        row.withUnsafeMutableBufferPointer(clipping.clip)
        return try base.step(row)
    }
}

extension ClippedActions: Simulator where Base: Simulator {}

/// Clips rows to the bounds of a box; without bounds it leaves them alone.
private struct Clipping: Sendable {
    let low: [Float]
    let high: [Float]

    func clip(_ rows: inout UnsafeMutableBufferPointer<Float>) {
        if low.isEmpty { return }
        for index in rows.indices where rows[index].isFinite {
            let entry = index % low.count
            rows[index] = min(max(rows[index], low[entry]), high[entry])
        }
    }

    func withClippedActions(of rows: TransitionRows, _ body: (TransitionRows) -> Void) {
        withUnsafeTemporaryAllocation(of: Float.self, capacity: rows.actions.count) { actions in
            _ = actions.initialize(from: rows.actions)
            var actions = actions
            clip(&actions)
            body(rows.replacing(actions: UnsafeBufferPointer(actions)))
        }
    }
}
