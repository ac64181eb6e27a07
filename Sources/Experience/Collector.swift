import OptimistCore
import OptimistEnvironments
import OptimistTorch

/// Steps environments, seeds and counts, and stores everything that happens.
///
/// It resets an environment when the next action is asked for after an ending. It knows no agent:
/// whoever acts calls `arrive`, then `step`.
public final class Collector {
    /// The environments, in the units that agents act in.
    public let environments: any VectorEnvironment
    /// Where every step is stored.
    public let replay: Replay
    /// Where arrivals are put.
    public let device: Device
    /// Steps taken, summed over copies.
    public private(set) var steps = 0
    /// Episodes that have ended.
    public private(set) var episodes = 0
    /// Episodes that ended since `forgetFinished`, or with the last step of all copies.
    public private(set) var finished: [Episode] = []
    private var copies: [Copy]
    private let seeds: Generator

    /// One copy's place in its episodes.
    struct Copy: Codable, Equatable {
        /// The open episode's identifier, nil before a reset.
        var episode: Int?
        /// Episodes begun in this copy.
        var begun = 0
        /// The reward that came with the present observation.
        var reward = 0.0
    }

    /// A collector whose environments have not been reset yet.
    ///
    /// - Parameters:
    ///   - environments: the environments, in the units that agents act in.
    ///   - replay: where every step is stored.
    ///   - generator: seeds episodes: copy c's n-th episode has the same seed in every run.
    ///   - device: where arrivals are put.
    public init(
        environments: any VectorEnvironment, replay: Replay, generator: Generator,
        device: Device = .cpu
    ) {
        self.environments = environments
        self.replay = replay
        self.device = device
        seeds = generator
        copies = .init(repeating: Copy(), count: environments.count)
    }

    /// What the environments show now; those whose episode ended are reset first.
    ///
    /// - Throws: what the environment throws, `CollectorError.notFinite`.
    public func arrive() throws -> Arrival {
        for index in copies.indices where copies[index].episode == nil { try begin(index) }
        return Arrival(
            observations: environments.observationTensor(on: device), rewards: copies.map(\.reward),
            isFirst: copies.map { replay.episode($0.episode!).count == 0 })
    }

    /// Steps every environment with its action and stores what happened.
    ///
    /// - Returns: the episodes that ended, in order of copy.
    /// - Throws: what the environment throws, `CollectorError.notFinite`.
    public func step(_ action: Action) throws -> [Episode] {
        finished = []
        try check(action.values, "action")
        try action.values.withUnsafeBufferPointer {
            try environments.step(
                actions: $0, active: .init(repeating: true, count: copies.count))
        }
        return try copies.indices.compactMap { try store(action, row: $0, copy: $0) }
    }

    private func store(_ action: Action, row: Int, copy index: Int) throws -> Episode? {
        let width = replay.layout.actionWidth
        let outcome = environments.outcome
        let step = Step(
            observation: outcome.row(index, width: replay.layout.observationWidth),
            reward: outcome.rewards[index], ending: outcome.endings[index],
            info: outcome.info[index])
        try check(step, copy: index)
        let identifier = copies[index].episode!
        replay.append(
            to: identifier, action: action.values[row * width..<(row + 1) * width], step: step,
            columns: action.columns.map { ($0.name, $0.rows[row]) })
        steps += 1
        copies[index].reward = step.reward
        guard step.ending != .none else { return nil }
        copies[index].episode = nil
        episodes += 1
        finished.append(replay.episode(identifier))
        return finished.last
    }

    private func begin(_ index: Int) throws {
        let seed = seed(copy: index, episode: copies[index].begun)
        try environments.reset(index, seed: seed)
        let row = environments.outcome.row(index, width: replay.layout.observationWidth)
        try check(row.floats, "first observation of copy \(index)")
        copies[index].episode = replay.begin(seed: seed, first: row)
        copies[index].begun += 1
        copies[index].reward = 0
    }

    /// Seeds stay below 2³¹, which every simulator accepts.
    private func seed(copy: Int, episode: Int) -> UInt64 {
        var generator = seeds.split(copy).split(episode)
        return generator.next() >> 33
    }
}

extension Collector {
    /// What one copy shows now, as an arrival of one row; it is reset first where its episode ended.
    ///
    /// - Throws: what the environment throws, `CollectorError.notFinite`.
    public func arrive(copy index: Int) throws -> Arrival {
        if copies[index].episode == nil { try begin(index) }
        let row = environments.outcome.row(index, width: replay.layout.observationWidth)
        let shape = [1] + environments.observationSpace.shape
        let observation =
            switch row {
            case .floats(let values): Tensor(values, shape: shape)
            case .bytes(let values): Tensor(values, shape: shape)
            }
        return Arrival(
            observations: observation.to(device), rewards: [copies[index].reward],
            isFirst: [replay.episode(copies[index].episode!).count == 0])
    }

    /// Where the next step of one copy will be stored: for copies that are stepped apart from one
    /// another. Its episode is open: `arrive(copy:)` came before.
    public func place(ofCopy index: Int) -> (episode: Int, step: Int) {
        let episode = copies[index].episode!
        return (episode, replay.episode(episode).count)
    }

    /// Steps one copy with an action of one row, and stores what happened; the others wait.
    ///
    /// - Returns: the episode, where it ended.
    /// - Throws: what the environment throws, `CollectorError.notFinite`.
    @discardableResult
    public func step(_ action: Action, copy index: Int) throws -> Episode? {
        try check(action.values, "action")
        let width = replay.layout.actionWidth
        var rows = [Float](repeating: 0, count: copies.count * width)
        rows.replaceSubrange(index * width..<(index + 1) * width, with: action.values)
        try rows.withUnsafeBufferPointer {
            try environments.step(actions: $0, active: copies.indices.map { $0 == index })
        }
        return try store(action, row: 0, copy: index)
    }

    /// Forgets the episodes that ended so far.
    public func forgetFinished() { finished = [] }
}

extension Collector {
    private func check(_ step: Step, copy: Int) throws {
        if !step.reward.isFinite { throw notFinite("reward of copy \(copy)", "\(step.reward)") }
        if case .floats(let row) = step.observation {
            try check(row, "observation of copy \(copy)")
        }
    }

    private func check(_ row: [Float], _ term: String) throws {
        if let index = row.firstIndex(where: { !$0.isFinite }) {
            throw notFinite(term, "entry \(index) is \(row[index])")
        }
    }

    private func notFinite(_ term: String, _ detail: String) -> CollectorError {
        .notFinite(term: term, detail: detail, environment: environments.name, step: steps)
    }
}

extension Collector {
    /// What a checkpoint holds of a collector; its replay is saved apart.
    public struct State: Codable, Equatable, Sendable {
        var steps: Int
        var episodes: Int
        var copies: [Copy]
    }

    /// The present state, between steps.
    public var state: State { State(steps: steps, episodes: episodes, copies: copies) }

    /// Returns to a saved state: each open episode is reset with its seed and its actions are
    /// taken again.
    ///
    /// - Returns: copies whose environment did something else this time; their open episode is
    ///   cut off there, and the next one begins.
    public func restore(_ state: State) throws -> [Int] {
        if state.copies.count != copies.count {
            throw CollectorError.copies(saved: state.copies.count, present: copies.count)
        }
        steps = state.steps
        episodes = state.episodes
        copies = state.copies
        return try copies.indices.filter { try !replayOpenEpisode(copy: $0) }
    }

    private func replayOpenEpisode(copy index: Int) throws -> Bool {
        guard let identifier = copies[index].episode else { return true }
        let episode = replay.episode(identifier)
        let restoration = try environments.replay(
            index, seed: episode.seed, actions: episode.actions,
            expectedObservation: episode.observation(episode.count))
        if restoration.isExact { return true }
        replay.cutOff(identifier)
        copies[index].episode = nil
        return false
    }
}

/// Why collecting stopped.
public enum CollectorError: Error, Equatable, Sendable {
    /// A number that should be finite is not.
    case notFinite(term: String, detail: String, environment: String, step: Int)
    /// The saved state has another number of environments.
    case copies(saved: Int, present: Int)
}

extension CollectorError: CustomStringConvertible {
    /// The sentence that a user reads.
    public var description: String {
        switch self {
        case .notFinite(let term, let detail, let environment, let step):
            "the \(term) of \(environment) is not finite at step \(step): \(detail)"
        case .copies(let saved, let present):
            "the checkpoint has \(saved) environments, this run \(present)"
        }
    }
}

extension VectorOutcome {
    /// One copy's observation row.
    func row(_ copy: Int, width: Int) -> Observation {
        let range = copy * width..<(copy + 1) * width
        return switch observations {
        case .floats(let rows): .floats(Array(rows[range]))
        case .bytes(let rows): .bytes(Array(rows[range]))
        }
    }
}
