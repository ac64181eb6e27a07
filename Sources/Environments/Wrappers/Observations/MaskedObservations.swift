import OptimistCore

/// Shows some entries of the observation only, in the given order.
///
/// Known reward and termination are dropped: they may need what is hidden.
public struct MaskedObservations<Base: Environment>: EnvironmentWrapper {
    /// The environment inside.
    public var base: Base
    /// Nothing.
    public var memory = NoMemory()
    /// The entries shown.
    public let shown: [Int]
    /// The entries' space.
    public let observationSpace: Space

    /// An environment that shows entries of a vector box.
    public init(_ base: Base, shown: [Int]) {
        guard let space = MaskedObservations.space(base.observationSpace, shown) else {
            fail("MaskedObservations", "cannot show entries \(shown) of \(base.observationSpace)")
        }
        self.base = base
        self.shown = shown
        observationSpace = space
    }

    /// What the shown entries look like; nil where there are no such entries.
    static func space(_ space: Space, _ shown: [Int]) -> Space? {
        guard case .box(let low, let high) = space.kind, !shown.isEmpty,
            shown.allSatisfy(low.indices.contains)
        else { return nil }
        return .box(low: shown.map { low[$0] }, high: shown.map { high[$0] })
    }

    /// Unknown.
    public var knownReward: RewardFunction? { nil }
    /// Unknown, unless it is known never to come.
    public var knownTermination: TerminationFunction? {
        base.knownTermination?.whereOnlyNeverIsKnown
    }

    /// Resets the base and shows a part of what it shows.
    public mutating func reset(seed: UInt64) throws -> Observation {
        mask(try base.reset(seed: seed))
    }

    /// Steps the base and shows a part of what it shows.
    public mutating func step(_ action: [Float]) throws -> Step {
        var step = try base.step(action)
        step.observation = mask(step.observation)
        return step
    }

    private func mask(_ observation: Observation) -> Observation {
        let row = observation.floats
        return .floats(shown.map { row[$0] })
    }
}

extension MaskedObservations: Simulator where Base: Simulator {}
