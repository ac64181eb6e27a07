import OptimistCore

/// A task as an environment whose state can be read, set and copied.
///
/// Terminates when the task does and truncates at the time limit; termination wins where both
/// fall on one step.
public struct TaskEnvironment<T: Task>: Simulator {
    /// The task's state with what an episode needs around it.
    public struct State: Codable, Sendable {
        /// The state of the task.
        public var task: T.State
        /// Steps taken in this episode.
        public var steps: Int
        /// Where the rest of the episode draws from.
        public var generator: Generator
        /// Where in the episode it stands.
        public var phase: EpisodePhase
    }

    /// The task.
    public let task: T
    /// Steps after which an episode is cut, nil for never.
    public let timeLimit: Int?
    /// The present state.
    public var state: State
    /// The task's name.
    public let name: String
    /// What observations look like.
    public let observationSpace: Space
    /// What actions look like.
    public let actionSpace: Space
    private let check: ActionCheck

    /// An environment with the task's own time limit.
    public init(_ task: T) { self.init(task, timeLimit: task.timeLimit) }

    /// An environment with another time limit, nil for none.
    public init(_ task: T, timeLimit: Int?) {
        self.task = task
        self.timeLimit = timeLimit
        name = task.name
        observationSpace = task.observationSpace
        actionSpace = task.actionSpace
        check = ActionCheck(actionSpace, of: name)
        var generator = Generator(seed: 0)
        let start = task.start(using: &generator)
        state = State(task: start, steps: 0, generator: generator, phase: .fresh)
    }

    /// The reward as a function of batches, where it is known.
    public var knownReward: RewardFunction? { task.knownReward }
    /// The termination as a function of batches, where it is known.
    public var knownTermination: TerminationFunction? { task.knownTermination }

    /// Starts an episode and returns its first observation.
    public mutating func reset(seed: UInt64) -> Observation {
        var generator = Generator(seed: seed)
        let start = task.start(using: &generator)
        state = State(task: start, steps: 0, generator: generator, phase: .running)
        return observe()
    }

    /// Takes an action and returns what it brought.
    ///
    /// - Throws: `EnvironmentError` for an action that is not in the space, or outside an episode.
    public mutating func step(_ action: [Float]) throws -> Step {
        try state.phase.checkRunning(name, steps: state.steps)
        try check.check(action, step: state.steps + 1)
        let (reward, terminated) = action.withUnsafeBufferPointer {
            task.advance(&state.task, action: $0.baseAddress!, using: &state.generator)
        }
        state.steps += 1
        let truncated = timeLimit.map { state.steps >= $0 } ?? false
        let ending = Ending(terminated: terminated, truncated: truncated)
        if ending != .none { state.phase = .over }
        return Step(observation: observe(), reward: reward, ending: ending)
    }

    /// The row that is seen in the present state.
    public func observe() -> Observation {
        let row = task.observation(of: state.task)
        guard observationSpace.kind == .bytes else { return .floats(row) }
        return .bytes(row.map { UInt8(min(max($0, 0), 255).rounded()) })
    }

    /// All that could be observed in the present state.
    public var wholeObservation: [Float]? {
        task.wholeObservation(of: state.task) ?? task.observation(of: state.task)
    }

    /// Draws the present state, where the task can be drawn.
    public func render(width: Int, height: Int) -> Picture? {
        task.draw(state.task, width: width, height: height)
    }
}
