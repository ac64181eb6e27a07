import OptimistCore

/// How an open episode came back when it was replayed.
public enum Restoration: Sendable, Equatable {
    /// The last observation is the expected one, bit for bit.
    case exact
    /// The environment is not deterministic: the episode ended at this step already.
    case endedEarly(step: Int)
    /// The environment is not deterministic: this entry of the last observation differs.
    case differs(entry: Int)

    /// Whether the episode can go on as if it had never stopped.
    public var isExact: Bool { self == .exact }
}

extension VectorEnvironment {
    /// Restores a copy's open episode: resets it with the episode's seed and takes its actions.
    ///
    /// A simulator's state cannot be saved in general; most give the same episode again, bit for
    /// bit, for the same seed and actions. Where the result is not exact, the driver resumes with
    /// the next episode.
    ///
    /// - Parameters:
    ///   - copy: which of the copies.
    ///   - seed: the seed that the episode was reset with.
    ///   - actions: rows of the actions taken so far, `steps × actionSpace.width`.
    ///   - expected: the last observation row of the episode.
    /// - Throws: what `reset` and `step` throw.
    public func replay(
        _ copy: Int, seed: UInt64, actions: [Float], expectedObservation expected: Observation
    ) throws -> Restoration {
        let width = actionSpace.width
        if actions.count % width != 0 {
            fail("VectorEnvironment.replay", "\(actions.count) numbers for rows of \(width)")
        }
        let steps = actions.count / width
        var rows = [Float](repeating: 0, count: count * width)
        var active = [Bool](repeating: false, count: count)
        active[copy] = true
        try reset(copy, seed: seed)
        for step in 0..<steps {
            if outcome.endings[copy] != .none { return .endedEarly(step: step) }
            let action = actions[step * width..<(step + 1) * width]
            rows.replaceSubrange(copy * width..<(copy + 1) * width, with: action)
            try rows.withUnsafeBufferPointer { try self.step(actions: $0, active: active) }
        }
        if steps > 0, outcome.endings[copy] != .none { return .endedEarly(step: steps) }
        let entry = outcome.observations.firstDifference(
            fromRow: copy, width: observationSpace.width, to: expected)
        return entry.map { .differs(entry: $0) } ?? .exact
    }
}

extension Observation {
    /// The first entry where a row of this batch has other bits than `row`; all rows of another
    /// type or width differ at entry 0.
    fileprivate func firstDifference(fromRow index: Int, width: Int, to row: Observation) -> Int? {
        guard row.count == width else { return 0 }
        switch (self, row) {
        case (.floats(let all), .floats(let one)):
            return one.indices.first { all[index * width + $0].bitPattern != one[$0].bitPattern }
        case (.bytes(let all), .bytes(let one)):
            return one.indices.first { all[index * width + $0] != one[$0] }
        default: return 0
        }
    }
}
