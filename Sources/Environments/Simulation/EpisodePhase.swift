/// Where an environment stands in an episode.
public enum EpisodePhase: UInt8, Codable, Sendable {
    /// Never reset.
    case fresh
    /// In an episode.
    case running
    /// After an ending.
    case over

    /// Refuses a step outside an episode; `steps` were taken in it.
    ///
    /// - Throws: `EnvironmentError.notReset` or `.episodeOver`.
    func checkRunning(_ environment: String, copy: Int? = nil, steps: Int) throws {
        switch self {
        case .running: return
        case .fresh: throw EnvironmentError.notReset(environment: environment, copy: copy)
        case .over:
            throw EnvironmentError.episodeOver(environment: environment, copy: copy, step: steps)
        }
    }
}
