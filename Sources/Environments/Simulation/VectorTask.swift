import Dispatch
import OptimistCore

/// Many copies of a task, their states side by side, stepped in one call.
///
/// Each copy draws from a generator of its own, so that the numbers do not depend on how many
/// threads share the rows, and equal those of a `TaskEnvironment` with the same seed.
public final class VectorTask<T: Task>: VectorEnvironment {
    /// The task.
    public let task: T
    /// Copies.
    public let count: Int
    /// Steps after which an episode is cut, nil for never.
    public let timeLimit: Int?
    /// Threads that share the rows of a step.
    public let threads: Int
    /// The task's name.
    public let name: String
    /// What observations look like.
    public let observationSpace: Space
    /// What actions look like, in the task's own units.
    public let actionSpace: Space
    /// What the last resets and steps brought, one row a copy.
    public private(set) var outcome: VectorOutcome

    private var states: ContiguousArray<T.State>
    private var generators: ContiguousArray<Generator>
    private var clocks: EpisodeClocks
    private var terminated: ContiguousArray<Bool>
    private var rows: ContiguousArray<Float>
    private let check: ActionCheck

    /// Copies of a task with its own time limit.
    public convenience init(_ task: T, count: Int, threads: Int = 1) {
        self.init(task, count: count, threads: threads, timeLimit: task.timeLimit)
    }

    /// Copies of a task with another time limit, nil for none.
    public init(_ task: T, count: Int, threads: Int, timeLimit: Int?) {
        if count < 1 || threads < 1 {
            fail("VectorTask", "\(count) copies on \(threads) threads; both must be 1 or more")
        }
        self.task = task
        self.count = count
        self.threads = min(threads, count)
        self.timeLimit = timeLimit
        name = task.name
        observationSpace = task.observationSpace
        actionSpace = task.actionSpace
        check = ActionCheck(actionSpace, of: name)
        outcome = VectorOutcome(count: count, space: observationSpace)
        var generator = Generator(seed: 0)
        states = .init(repeating: task.start(using: &generator), count: count)
        generators = .init(repeating: generator, count: count)
        clocks = EpisodeClocks(count: count, limit: timeLimit, name: name)
        terminated = .init(repeating: false, count: count)
        rows = .init(repeating: 0, count: count * observationSpace.width)
    }

    /// The reward as a function of batches, where it is known.
    public var knownReward: RewardFunction? { task.knownReward }
    /// The termination as a function of batches, where it is known.
    public var knownTermination: TerminationFunction? { task.knownTermination }

    /// The task's tables, where it is made of some.
    public var table: TaskTable? { (task as? any TabularTask)?.model }

    /// The state of one copy.
    public func state(_ copy: Int) -> T.State { states[copy] }

    /// Starts an episode in one copy and writes its observation row.
    public func reset(_ copy: Int, seed: UInt64) {
        var generator = Generator(seed: seed)
        let start = task.start(using: &generator)
        begin(copy, at: start, generator: generator)
    }

    /// Starts an episode in one copy at a given state, such as another environment's.
    public func begin(_ copy: Int, at state: T.State, generator: Generator) {
        states[copy] = state
        generators[copy] = generator
        clocks.start(copy)
        outcome.rewards[copy] = 0
        outcome.endings[copy] = .none
        let width = observationSpace.width
        rows.withUnsafeMutableBufferPointer { rows in
            let row = rows.baseAddress! + copy * width
            task.observe(state, into: row)
            outcome.observations.write(row, count: width, at: copy * width)
        }
    }

    /// Steps every active copy with its row of `actions`.
    ///
    /// - Throws: `EnvironmentError`, before anything moves, for an action that is not in the space
    ///   or a copy outside an episode.
    public func step(actions: UnsafeBufferPointer<Float>, active: [Bool]) throws {
        let width = actionSpace.width
        if actions.count != count * width || active.count != count {
            fail(
                "VectorTask.step",
                "\(actions.count) floats, \(active.count) flags for \(count) copies × \(width)")
        }
        try active.withUnsafeBufferPointer { active in
            let (actions, active) = (actions.baseAddress!, active.baseAddress!)
            try clocks.checkAll(actions, active: active, using: check)
            advance(actions, active)
            terminated.withUnsafeBufferPointer {
                clocks.tick($0.baseAddress!, active: active, endings: &outcome.endings)
            }
        }
        publish()
    }

    private func advance(_ actions: UnsafePointer<Float>, _ active: UnsafePointer<Bool>) {
        let (task, count, threads) = (task, count, threads)
        var rewards: [Double] = []
        swap(&rewards, &outcome.rewards)
        states.withUnsafeMutableBufferPointer { states in
            generators.withUnsafeMutableBufferPointer { generators in
                terminated.withUnsafeMutableBufferPointer { terminated in
                    rows.withUnsafeMutableBufferPointer { observations in
                        rewards.withUnsafeMutableBufferPointer { rewards in
                            let rows = TaskRows(
                                states: states.baseAddress!, generators: generators.baseAddress!,
                                actions: actions, actionWidth: actionSpace.width,
                                rewards: rewards.baseAddress!,
                                terminated: terminated.baseAddress!,
                                observations: observations.baseAddress,
                                observationWidth: observationSpace.width, active: active,
                                range: 0..<count)
                            Self.advance(task, rows, count: count, threads: threads)
                        }
                    }
                }
            }
        }
        swap(&rewards, &outcome.rewards)
    }

    private static func advance(
        _ task: T, _ rows: TaskRows<T.State>, count: Int, threads: Int
    ) {
        if threads == 1 { return task.advance(rows) }
        DispatchQueue.concurrentPerform(iterations: threads) { thread in
            var share = rows
            share.range = count * thread / threads..<count * (thread + 1) / threads
            task.advance(share)
        }
    }

    private func publish() {
        rows.withUnsafeBufferPointer {
            outcome.observations.write($0.baseAddress!, count: $0.count)
        }
    }

    /// All that could be observed in one copy's state.
    public func wholeObservation(_ copy: Int) -> [Float] {
        task.wholeObservation(of: states[copy]) ?? shown(copy)
    }

    /// Draws one copy, where the task can be drawn.
    public func render(_ copy: Int, width: Int, height: Int) -> Picture? {
        task.draw(states[copy], width: width, height: height)
    }

    /// Nothing to free.
    public func close() {}
}
