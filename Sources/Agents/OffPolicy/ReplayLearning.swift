import OptimistCore
import OptimistModels
import OptimistTorch

/// What every agent that learns from a replay keeps beside its networks: where it acts, how it reads
/// observations, and how far it is.
public final class ReplayLearning {
    /// Where it acts.
    public let world: World
    /// What actions are.
    public let kind: ActionKind
    /// What observations are to the networks: as the replay has them when learning begins.
    public internal(set) var encoder: ObservationEncoder
    /// Updates so far, the one that is being made included.
    public internal(set) var updates = 0
    /// Steps of exploring so far, where their share of random actions falls.
    var explored = 0
    /// Numbers of the updates since the last record.
    var means = RunningMeans()

    /// Learning that has not begun.
    ///
    /// - Parameters:
    ///   - world: where the agent acts.
    ///   - kind: what actions are.
    ///   - standardizesObservations: by what was seen.
    init(_ world: World, _ kind: ActionKind, standardizesObservations: Bool) {
        self.world = world
        self.kind = kind
        encoder = ObservationEncoder(
            world.observationSpace, isStandardizing: standardizesObservations)
    }

    /// Whether there was an update; actions are drawn at random before.
    var hasBegun: Bool { updates > 0 }

    func save(to archive: Archive) {
        encoder.save(to: archive.scope("encoder"))
        archive.store(updates, as: "updates")
        archive.store(explored, as: "explored")
        archive.store(means, as: "means")
    }

    func load(from archive: Archive) throws {
        try encoder.load(from: archive.scope("encoder"))
        updates = try archive.value("updates")
        explored = try archive.value("explored")
        means = try archive.value("means")
    }
}
