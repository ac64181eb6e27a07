import OptimistCore

/// Several copies of an environment, stepped together on flat buffers.
///
/// No copy resets itself: the driver resets each that ended. What a buffer holds is valid until
/// the next call; whoever keeps it copies it.
public protocol VectorEnvironment: AnyObject {
    /// The environment's name.
    var name: String { get }
    /// Copies.
    var count: Int { get }
    /// What observations look like.
    var observationSpace: Space { get }
    /// What actions look like, in the environment's own units.
    var actionSpace: Space { get }
    /// The reward as a function of batches, where it is known.
    var knownReward: RewardFunction? { get }
    /// The termination as a function of batches, where it is known.
    var knownTermination: TerminationFunction? { get }
    /// The task's own tables, where it has some and nothing changes what is seen or done.
    var table: TaskTable? { get }
    /// What the last resets and steps brought, one row a copy.
    var outcome: VectorOutcome { get }

    /// Starts an episode in one copy and writes its observation row.
    func reset(_ copy: Int, seed: UInt64) throws
    /// Steps every copy for which `active` is true with its row of `actions`.
    func step(actions: UnsafeBufferPointer<Float>, active: [Bool]) throws
    /// All that could be observed in a copy's present state, also what masks and flicker hide: to
    /// judge what an agent believes, never to act on. What is shown, unless the environment tells
    /// more.
    func wholeObservation(_ copy: Int) -> [Float]
    /// Draws one copy, where the environment can be drawn.
    func render(_ copy: Int, width: Int, height: Int) throws -> Picture?
    /// Frees what lies outside this process.
    func close()
}

extension VectorEnvironment {
    /// None, unless the environment tells of some.
    public var table: TaskTable? { nil }

    /// What is shown, unless the environment tells more.
    public func wholeObservation(_ copy: Int) -> [Float] { shown(copy) }

    /// The observation row that stands in the last outcome.
    public func shown(_ copy: Int) -> [Float] {
        let width = observationSpace.width
        let range = copy * width..<(copy + 1) * width
        return switch outcome.observations {
        case .floats(let rows): Array(rows[range])
        case .bytes(let rows): rows[range].map(Float.init)
        }
    }
}

/// Rows that the copies of a vector environment wrote last.
public struct VectorOutcome: Sendable {
    /// Observation rows: `count × width` floats, or bytes for pictures.
    public var observations: Observation
    /// What each copy's last action brought.
    public var rewards: [Double]
    /// How each copy's last step ended.
    public var endings: [Ending]
    /// Extra named numbers of each copy's last step.
    public var info: [[Metric]]

    /// An outcome with room for `count` copies of a space's observations.
    public init(count: Int, space: Space) {
        let cells = count * space.width
        observations =
            space.kind == .bytes
            ? .bytes(.init(repeating: 0, count: cells)) : .floats(.init(repeating: 0, count: cells))
        rewards = .init(repeating: 0, count: count)
        endings = .init(repeating: .none, count: count)
        info = .init(repeating: [], count: count)
    }
}
