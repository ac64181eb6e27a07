import Foundation
import OptimistCore

/// Copies of an environment of Gymnasium, stepped by Python in processes of their own.
///
/// The copies are spread over a few worker processes, which step at the same time; rows lie in
/// memory that both sides share. No copy ever resets itself. A worker that dies, hangs or raises
/// is a `GymnasiumError` that names the copy and the step, and the copies cannot be used again;
/// nothing is left running.
///
/// Observations of Box, Discrete, MultiDiscrete and MultiBinary keep their kind, with indices
/// counted from 0; Dict and Tuple become one flat box, indices in them one-hot; a Box of bytes
/// 0…255 stays bytes. Actions may be Box, Discrete, MultiDiscrete and MultiBinary.
public final class GymnasiumEnvironments: VectorEnvironment {
    /// The name as it was asked for, such as `gym:HalfCheetah-v5`.
    public let name: String
    /// Copies.
    public let count: Int
    /// What observations look like.
    public let observationSpace: Space
    /// What actions look like, in the environment's own units, indices from 0.
    public let actionSpace: Space
    /// Never known.
    public let knownReward: RewardFunction? = nil
    /// Never known.
    public let knownTermination: TerminationFunction? = nil
    /// What the last resets and steps brought, one row a copy.
    public private(set) var outcome: VectorOutcome

    /// The environment's full registered name; the newest version where none was asked for.
    public let identifier: String
    /// Steps after which Gymnasium truncates an episode, nil for never.
    public let timeLimit: Int?
    /// Whether the environment is registered as one that is not deterministic.
    public let isRegisteredNondeterministic: Bool
    /// How MuJoCo draws without a screen, `egl` or `osmesa`; nil where drawing was not asked for
    /// or neither works.
    public let renderer: String?

    let options: GymnasiumOptions
    private(set) var workers: [GymnasiumWorker]
    private var problem: (any Error)?
    /// Steps of each copy's open episode; nil where it has none.
    private var steps: [Int?]
    /// Steps of the episode that ended last, until the next reset.
    private var lengths: [Int?]
    private var infoLayout: [Int?]
    private var infoSeen: [Bool]

    /// Starts workers that make the copies.
    ///
    /// - Parameters:
    ///   - name: `gym:Id` or `gym:module:Id`, read.
    ///   - count: copies.
    ///   - arguments: what the environment's constructor gets.
    ///   - options: how the workers are run.
    /// - Throws: `GymnasiumError`: Python or a package missing, an unknown name, arguments that
    ///   the constructor refuses, a kind of space that cannot be used, a worker that fails.
    public init(
        _ name: GymnasiumName, count: Int = 1,
        arguments: [(key: String, value: GymnasiumArgument)] = [],
        options: GymnasiumOptions = GymnasiumOptions()
    ) throws {
        if count < 1 { fail("GymnasiumEnvironments", "\(count) copies") }
        let start = GymnasiumStart(name: name, arguments: arguments, options: options)
        let (workers, greeting) = try start.launch(count)
        self.name = name.description
        self.count = count
        self.options = options
        self.workers = workers
        if workers.count == 1 { workers[0].awaitEagerly() }
        observationSpace = greeting.observation
        actionSpace = greeting.action
        identifier = greeting.facts.identifier
        timeLimit = greeting.facts.timeLimit
        isRegisteredNondeterministic = greeting.facts.nondeterministic
        renderer = greeting.facts.renderer
        outcome = VectorOutcome(count: count, space: greeting.observation)
        steps = .init(repeating: nil, count: count)
        lengths = .init(repeating: nil, count: count)
        infoLayout = .init(repeating: nil, count: count)
        infoSeen = .init(repeating: false, count: count)
    }

    deinit { close() }

    /// Process identifiers of the workers, for those who watch them.
    public var workerIdentifiers: [Int32] { workers.map(\.identifier) }

    /// The last lines that Python wrote for people: prints of environments, warnings.
    public var lastLines: String {
        workers.map { $0.lastLines() }.filter { !$0.isEmpty }.joined(separator: "\n")
    }

    /// Starts an episode in one copy and writes its observation row; the extra numbers are those
    /// that the reset gave.
    ///
    /// - Throws: `GymnasiumError`.
    public func reset(_ copy: Int, seed: UInt64) throws {
        try checkUsable("reset")
        if !(0..<count).contains(copy) {
            fail("GymnasiumEnvironments.reset", "copy \(copy) of \(count)")
        }
        let worker = worker(of: copy)
        var body = WorkerBytes()
        body.append(UInt32(copy - worker.copies.lowerBound))
        body.append(seed)
        steps[copy] = nil
        lengths[copy] = nil
        try ending {
            let place = { [name] in GymnasiumPlace(environment: name, copy: copy, step: 0) }
            let deadline = WorkerDeadline(after: options.stepLimit)
            try worker.send(.reset, body.bytes, by: deadline, at: place)
            try worker.receive(by: deadline, at: place) { try takeInfo(worker, &$0) }
        }
        clearUnseenInfo(worker) { $0 == copy }
        outcome.rewards[copy] = 0
        outcome.endings[copy] = .none
        steps[copy] = 0
        try takeObservations(worker) { $0 == copy }
    }

    /// Steps every copy for which `active` is true with its row of `actions`.
    ///
    /// - Parameters:
    ///   - actions: `count × actionSpace.width`, row-major; indices as whole numbers from 0.
    ///   - active: one a copy; a copy without an open episode must not be active.
    /// - Throws: `GymnasiumError`.
    public func step(actions: UnsafeBufferPointer<Float>, active: [Bool]) throws {
        try checkUsable("step")
        try check(actions, active)
        let deadline = WorkerDeadline(after: options.stepLimit)
        for worker in workers {
            worker.isStepping = worker.copies.contains { active[$0] }
            guard worker.isStepping else { continue }
            worker.write(actions, active, width: actionSpace.width)
            try ending {
                try worker.send(.step, by: deadline, at: { place(worker) })
            }
        }
        for worker in workers where worker.isStepping {
            try ending {
                try worker.receive(by: deadline, at: { place(worker) }) {
                    try takeInfo(worker, &$0)
                }
            }
            clearUnseenInfo(worker) { active[$0] }
        }
        try takeResults(active)
    }

    /// Ends the workers, at most a few seconds later by force. Called again, it does nothing.
    public func close() {
        for worker in workers { worker.endInput() }
        for worker in workers { worker.stop(grace: 2) }
        workers = []
    }

    func worker(of copy: Int) -> GymnasiumWorker {
        guard let worker = workers.first(where: { $0.copies.contains(copy) }) else {
            fail("GymnasiumEnvironments", "copy \(copy) of \(count)")
        }
        return worker
    }

    func checkUsable(_ operation: String) throws {
        if let problem { throw problem }
        if workers.isEmpty { fail("GymnasiumEnvironments.\(operation)", "\(name) was closed") }
    }

    /// The step that a worker is at, as far as it says.
    private func place(_ worker: GymnasiumWorker) -> GymnasiumPlace {
        let copy = worker.busyCopy
        let step = copy.flatMap { steps[$0] }.map { $0 + 1 }
        return GymnasiumPlace(environment: name, copy: copy, step: step)
    }

    /// Runs part of a reset or step; after an error nothing is left running.
    private func ending(_ body: () throws -> Void) throws {
        do { try body() } catch { throw giveUp(error) }
    }

    /// Sends a command that is no step and reads its reply; an exception leaves the worker usable.
    func ask<Result>(
        _ worker: GymnasiumWorker, _ command: WorkerCommand, _ body: [UInt8] = [],
        at place: GymnasiumPlace, _ read: (inout WorkerReader) throws -> Result
    ) throws -> Result {
        let deadline = WorkerDeadline(after: options.stepLimit)
        do {
            try worker.send(command, body, by: deadline, at: { place })
            return try worker.receive(by: deadline, at: { place }, read)
        } catch let error as GymnasiumError where !error.endsWorker {
            throw error
        } catch {
            throw giveUp(error)
        }
    }

    /// Ends all workers; every later call throws the same error.
    private func giveUp(_ error: any Error) -> any Error {
        problem = error
        for worker in workers { worker.stop(grace: 0) }
        workers = []
        return error
    }
}

// MARK: - Results

extension GymnasiumEnvironments {
    /// Refuses actions that are not finite or out of range, and copies without an open episode; stops
    /// for rows of another shape.
    private func check(_ actions: UnsafeBufferPointer<Float>, _ active: [Bool]) throws {
        let width = actionSpace.width
        if actions.count != count * width || active.count != count {
            fail(
                "GymnasiumEnvironments.step",
                "\(actions.count) numbers and \(active.count) flags for \(count) × \(width)")
        }
        for copy in 0..<count where active[copy] {
            let shown = count > 1 ? copy : nil
            guard let step = steps[copy] else {
                throw lengths[copy].map {
                    EnvironmentError.episodeOver(environment: name, copy: shown, step: $0)
                } ?? EnvironmentError.notReset(environment: name, copy: shown)
            }
            let row = UnsafeBufferPointer(rebasing: actions[copy * width..<(copy + 1) * width])
            if let entry = actionSpace.firstOutside(row) {
                if row[entry].isFinite {
                    throw EnvironmentError.badAction(
                        environment: name, copy: shown, step: step + 1, entry: entry,
                        value: "\(row[entry])", allowed: actionSpace.kindInWords)
                }
                let place = GymnasiumPlace(environment: name, copy: copy, step: step + 1)
                throw GymnasiumError.notFinite(place, quantity: "action", entry: entry)
            }
        }
    }

    /// Takes what the busy workers wrote for the active copies, then says what is wrong with it.
    private func takeResults(_ active: [Bool]) throws {
        var wrong: GymnasiumError?
        for worker in workers where worker.isStepping {
            for copy in worker.copies where active[copy] {
                let step = (steps[copy] ?? 0) + 1
                let (reward, ending) = worker.result(of: copy)
                outcome.rewards[copy] = reward
                outcome.endings[copy] = ending
                steps[copy] = step
                if !reward.isFinite, wrong == nil {
                    let place = GymnasiumPlace(environment: name, copy: copy, step: step)
                    wrong = .notFinite(place, quantity: "reward", entry: nil)
                }
            }
            do {
                try takeObservations(worker) { active[$0] }
            } catch let error as GymnasiumError {
                wrong = wrong ?? error
            }
            for copy in worker.copies where active[copy] && outcome.endings[copy] != .none {
                lengths[copy] = steps[copy]
                steps[copy] = nil
            }
        }
        if let wrong { throw wrong }
    }

    /// Copies the observation rows of some of a worker's copies, then checks them.
    private func takeObservations(
        _ worker: GymnasiumWorker, where isTaken: (Int) -> Bool
    ) throws {
        let width = observationSpace.width
        var wrong: (copy: Int, entry: Int, value: Float)?
        switch outcome.observations {
        case .bytes(var rows):
            outcome.observations = .bytes([])
            for copy in worker.copies where isTaken(copy) {
                worker.copyObservation(of: copy, width: width, into: &rows)
            }
            outcome.observations = .bytes(rows)
        case .floats(var rows):
            outcome.observations = .floats([])
            for copy in worker.copies where isTaken(copy) {
                worker.copyObservation(of: copy, width: width, into: &rows)
                rows.withUnsafeBufferPointer { all in
                    let row = UnsafeBufferPointer(
                        rebasing: all[copy * width..<(copy + 1) * width])
                    if wrong == nil, let entry = observationSpace.firstOutside(row) {
                        wrong = (copy, entry, row[entry])
                    }
                }
            }
            outcome.observations = .floats(rows)
        }
        if let (copy, entry, value) = wrong {
            let place = GymnasiumPlace(environment: name, copy: copy, step: steps[copy])
            throw value.isFinite
                ? GymnasiumError.outsideSpace(place, entry: entry, value: value)
                : GymnasiumError.notFinite(place, quantity: "observation", entry: entry)
        }
    }

    /// Reads the extra numbers of a reply into the outcome.
    private func takeInfo(_ worker: GymnasiumWorker, _ reader: inout WorkerReader) throws {
        for copy in worker.copies { infoSeen[copy] = false }
        try worker.readInfo(&reader) { copy, layout, names, reader in
            infoSeen[copy] = true
            if infoLayout[copy] == layout {
                for index in names.indices {
                    outcome.info[copy][index].value = try reader.real()
                }
            } else {
                infoLayout[copy] = layout
                outcome.info[copy] = try names.map { Metric($0, try reader.real()) }
            }
        }
    }

    /// Drops the extra numbers of copies that just gave none.
    private func clearUnseenInfo(_ worker: GymnasiumWorker, where isTaken: (Int) -> Bool) {
        for copy in worker.copies where isTaken(copy) && !infoSeen[copy] {
            if infoLayout[copy] != nil {
                infoLayout[copy] = nil
                outcome.info[copy] = []
            }
        }
    }
}

extension Space {
    /// The first entry of a row that is not finite or, for the discrete kinds, out of range.
    fileprivate func firstOutside(_ row: UnsafeBufferPointer<Float>) -> Int? {
        switch kind {
        case .box:
            // The exponent of numbers that are not finite is all ones.
            let largest = row.reduce(UInt32(0)) { max($0, $1.bitPattern & 0x7FFF_FFFF) }
            return largest < 0x7F80_0000 ? nil : row.firstIndex { !$0.isFinite }
        case .discrete(let count):
            return isIndex(row[0], count) ? nil : 0
        case .multiDiscrete(let counts):
            return row.indices.first { !isIndex(row[$0], counts[$0]) }
        case .multiBinary: return row.firstIndex { !isIndex($0, 2) }
        case .bytes: return row.firstIndex { !isIndex($0, 256) }
        }
    }

    private func isIndex(_ value: Float, _ count: Int) -> Bool {
        value >= 0 && value < Float(count) && value == value.rounded(.towardZero)
    }
}
