import OptimistCore

/// Shows the last few observations together, the oldest first; the first one is repeated.
///
/// Vectors are joined end to end; pictures [height, width, channels] along their channels. Only
/// boxes and pictures can be stacked. Known reward and termination read the newest frame; for
/// stacked pictures they are dropped.
public struct FrameStack<Base: Environment>: EnvironmentWrapper {
    /// The environment inside.
    public var base: Base
    /// The frames shown, the oldest first.
    public var memory = Frames(rows: [])
    /// Frames shown together.
    public let frames: Int
    /// The stacked space.
    public let observationSpace: Space

    /// Observations, the oldest first.
    public struct Frames: Codable, Sendable {
        /// One row a frame.
        public var rows: [[Float]]
    }

    /// An environment that shows `frames` observations together, at least one.
    public init(_ base: Base, frames: Int) {
        if frames < 1 { fail("FrameStack", "\(frames) frames") }
        guard let space = FrameStack.space(base.observationSpace, frames) else {
            fail("FrameStack", "cannot stack \(base.observationSpace)")
        }
        self.base = base
        self.frames = frames
        observationSpace = space
    }

    /// What stacked observations look like; nil where they cannot be stacked.
    static func space(_ space: Space, _ frames: Int) -> Space? {
        switch space.kind {
        case .box(let low, let high) where space.shape.count <= 1:
            .box(
                low: .init((0..<frames).map { _ in low }.joined()),
                high: .init((0..<frames).map { _ in high }.joined()))
        case .bytes where space.shape.count == 3:
            .bytes(shape: [space.shape[0], space.shape[1], space.shape[2] * frames])
        default: nil
        }
    }

    private var newest: RowSlices? {
        let (wide, width) = (observationSpace.width, base.observationSpace.width)
        guard observationSpace.kind != .bytes else { return nil }
        return RowSlices(
            observationWidth: wide, observationSlice: wide - width..<wide,
            actionWidth: actionSpace.width, actionSlice: 0..<actionSpace.width)
    }

    /// The base's, of the newest frame.
    public var knownReward: RewardFunction? {
        newest.flatMap { slices in base.knownReward.map(slices.convert) }
    }
    /// The base's, of the newest frame.
    public var knownTermination: TerminationFunction? {
        newest.flatMap { slices in base.knownTermination.map(slices.convert) }
    }

    /// Resets the base; shows its first observation `frames` times.
    public mutating func reset(seed: UInt64) throws -> Observation {
        let first = try base.reset(seed: seed)
        memory.rows = .init(repeating: first.floats, count: frames)
        return stacked
    }

    /// Steps the base; the oldest frame goes.
    public mutating func step(_ action: [Float]) throws -> Step {
        var step = try base.step(action)
        if !memory.rows.isEmpty { memory.rows.removeFirst() }
        memory.rows.append(step.observation.floats)
        step.observation = stacked
        return step
    }

    private var stacked: Observation {
        guard observationSpace.kind == .bytes else { return .floats(Array(memory.rows.joined())) }
        let channels = base.observationSpace.shape[2]
        let pixels = base.observationSpace.width / channels
        var cells: [UInt8] = []
        cells.reserveCapacity(observationSpace.width)
        for pixel in 0..<pixels {
            for row in memory.rows {
                cells += row[pixel * channels..<(pixel + 1) * channels].map { UInt8($0) }
            }
        }
        return .bytes(cells)
    }
}

extension FrameStack: Simulator where Base: Simulator {}
