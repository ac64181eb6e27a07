import OptimistCore

/// A task as pure functions of its state: what every built-in environment is made of.
///
/// `TaskEnvironment` makes a `Simulator` of one, `VectorTask` steps many at once on flat buffers,
/// and planners that know the true model roll plans out with `advance(_:)` and `returns(of:)`.
/// A task is a value that never changes; the spaces should be stored, not computed.
public protocol Task: Sendable {
    /// The state of the world, without any generator.
    associatedtype State: Codable & Sendable

    /// The task's name.
    var name: String { get }
    /// What observations look like.
    var observationSpace: Space { get }
    /// What actions look like.
    var actionSpace: Space { get }
    /// Steps after which an episode is cut, nil for never.
    var timeLimit: Int? { get }
    /// The reward as a function of batches, where it is known.
    var knownReward: RewardFunction? { get }
    /// The termination as a function of batches, where it is known.
    var knownTermination: TerminationFunction? { get }

    /// A state to start from.
    func start(using generator: inout Generator) -> State
    /// Moves the state by one action, a row of `actionSpace`; says what that brought.
    func advance(
        _ state: inout State, action: UnsafePointer<Float>, using generator: inout Generator
    ) -> (reward: Double, terminated: Bool)
    /// Writes the row that is seen in a state, `observationSpace.width` floats; bytes as whole
    /// floats 0…255.
    func observe(_ state: State, into row: UnsafeMutablePointer<Float>)
    /// All that could be observed in a state, also what the task hides; nil where it hides nothing.
    func wholeObservation(of state: State) -> [Float]?
    /// Draws a state, where the task can be drawn.
    func draw(_ state: State, width: Int, height: Int) -> Picture?

    /// Moves many states by one action each.
    ///
    /// The default loops over `advance` and `observe`. It is a requirement so that the loop is
    /// compiled for each task: called through the protocol it costs one call a batch.
    func advance(_ rows: TaskRows<State>)
    /// Sums the rewards of many action sequences; a requirement for the same reason.
    func returns(of plans: TaskPlans<State>, into sums: UnsafeMutablePointer<Double>)
}

extension Task {
    /// Unknown, unless the task says otherwise.
    public var knownReward: RewardFunction? { nil }
    /// Unknown, unless the task says otherwise.
    public var knownTermination: TerminationFunction? { nil }
    /// Nothing is hidden, unless the task says otherwise.
    public func wholeObservation(of state: State) -> [Float]? { nil }
    /// The row that is seen in a state.
    public func observation(of state: State) -> [Float] {
        [Float](unsafeUninitializedCapacity: observationSpace.width) { row, count in
            row.initialize(repeating: 0)
            observe(state, into: row.baseAddress!)
            count = row.count
        }
    }
    /// Not drawn, unless the task says otherwise.
    public func draw(_ state: State, width: Int, height: Int) -> Picture? { nil }
}

/// A task that is made from named settings, as `--env-set` gives them.
public protocol ConfiguredTask: Task {
    /// The task's arguments.
    associatedtype Configuration: OptimistCore.Configuration
    /// The task with these arguments.
    init(_ configuration: Configuration)
}

extension ConfiguredTask {
    /// The task with its default arguments.
    public init() { self.init(Configuration()) }
}
