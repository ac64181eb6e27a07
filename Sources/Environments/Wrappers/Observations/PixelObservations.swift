import OptimistCore

/// Shows the environment's drawing instead of its observation: bytes [height, width, 3].
///
/// Known reward and termination are dropped.
public struct PixelObservations<Base: Environment>: EnvironmentWrapper {
    /// The environment inside.
    public var base: Base
    /// Nothing.
    public var memory = NoMemory()
    /// Bytes [height, width, 3].
    public let observationSpace: Space

    /// An environment seen through its drawing.
    public init(_ base: Base, width: Int, height: Int) {
        if width < 1 || height < 1 { fail("PixelObservations", "\(width) × \(height) pixels") }
        self.base = base
        observationSpace = .bytes(shape: [height, width, 3])
    }

    /// Unknown.
    public var knownReward: RewardFunction? { nil }
    /// Unknown, unless it is known never to come.
    public var knownTermination: TerminationFunction? {
        base.knownTermination?.whereOnlyNeverIsKnown
    }

    /// Resets the base and shows its drawing.
    ///
    /// - Throws: `EnvironmentError.cannotWrap` where the base cannot be drawn.
    public mutating func reset(seed: UInt64) throws -> Observation {
        _ = try base.reset(seed: seed)
        return try picture()
    }

    /// Steps the base and shows its drawing.
    ///
    /// - Throws: `EnvironmentError.cannotWrap` where the base cannot be drawn.
    public mutating func step(_ action: [Float]) throws -> Step {
        var step = try base.step(action)
        step.observation = try picture()
        return step
    }

    private mutating func picture() throws -> Observation {
        let (height, width) = (observationSpace.shape[0], observationSpace.shape[1])
        guard let picture = try base.render(width: width, height: height) else {
            throw EnvironmentError.cannotWrap(
                environment: name, wrapper: "pixels", reason: "it cannot be drawn")
        }
        return .bytes(picture.pixels)
    }
}

extension PixelObservations: Simulator where Base: Simulator {}
