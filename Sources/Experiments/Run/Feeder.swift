import OptimistAgents
import OptimistExperience

/// Decides when an agent learns, and from what, by its diet.
struct Feeder {
    /// What a checkpoint holds of it.
    struct State: Codable, Equatable {
        /// Steps when the agent last learned.
        var lastStep = 0
        /// Transitions in the replay when the last rollout ended.
        var lastAppended = 0
        /// Episodes that ended and were not yet learned from, by identifier.
        var waiting: [Int] = []
        /// How often the agent has learned.
        var meals = 0
    }

    let diet: Diet
    /// Steps before the agent first learns.
    let warmUp: Int
    /// Environments stepped together.
    let environments: Int
    private(set) var state: State

    init(diet: Diet, warmUp: Int, environments: Int, state: State = State()) {
        self.diet = diet
        self.warmUp = warmUp
        self.environments = environments
        self.state = state
    }

    /// What the agent should learn from now, if anything.
    ///
    /// - Parameters:
    ///   - steps: environment steps so far.
    ///   - finished: episodes that ended with the last step.
    mutating func material(
        at steps: Int, finished: [Episode], replay: Replay
    ) -> Material? {
        if case .episodes = diet { state.waiting += finished.map(\.identifier) }
        guard steps >= warmUp, isDue(at: steps, episodeEnded: !finished.isEmpty, replay) else {
            return nil
        }
        return serve(at: steps, replay)
    }

    /// What an agent that has learned nothing learns from before its run ends.
    mutating func last(at steps: Int, replay: Replay) -> Material? {
        guard state.meals == 0, replay.count > 0 else { return nil }
        if case .episodes = diet, state.waiting.isEmpty { return nil }
        return serve(at: steps, replay)
    }

    private func isDue(at steps: Int, episodeEnded: Bool, _ replay: Replay) -> Bool {
        switch diet {
        case .replay(_, _, let every, _): steps - state.lastStep >= every
        case .rollouts(let length):
            replay.appended - state.lastAppended >= length * environments
        case .episodes(let count): state.waiting.count >= count
        case .all(let every, let orEpisodeEnd):
            steps - state.lastStep >= every && (episodeEnded || !orEpisodeEnd)
        case .own: false
        }
    }

    private mutating func serve(at steps: Int, _ replay: Replay) -> Material? {
        defer {
            state.lastStep = steps
            state.lastAppended = replay.appended
            state.waiting = []
            state.meals += 1
        }
        switch diet {
        case .replay: return .replay(replay)
        case .rollouts:
            defer { replay.discard(before: replay.appended) }
            return .rollouts(replay.rollout(since: state.lastAppended))
        case .episodes:
            defer { replay.discard(before: replay.appended) }
            return .episodes(state.waiting.map(replay.episode))
        case .all: return .all(replay)
        case .own: return nil
        }
    }
}
