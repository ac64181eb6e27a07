/// What an agent learns from, and when.
public enum Diet: Equatable, Sendable {
    /// Batches from the replay: `updates` calls' worth every `every` steps, each of `batch`
    /// columns of `window` steps. Copies of the environment step together, and at most one round
    /// comes after that.
    case replay(batch: Int, window: Int, every: Int, updates: Int)
    /// The last `steps` steps of every environment, each seen once.
    case rollouts(steps: Int)
    /// Each time that `count` episodes have ended, those.
    case episodes(count: Int)
    /// The whole data set, every `every` steps; where `orEpisodeEnd`, no sooner than the end of
    /// the episode.
    case all(every: Int, orEpisodeEnd: Bool)
    /// The agent collects for itself.
    case own

    /// Whether the replay is learned from again and again, so that old transitions may go.
    package var learnsFromReplay: Bool {
        switch self {
        case .replay, .all: true
        case .rollouts, .episodes, .own: false
        }
    }
}
