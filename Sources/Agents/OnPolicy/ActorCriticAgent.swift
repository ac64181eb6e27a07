import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistModels
import OptimistTorch

/// An agent that learns a policy and a value from what they have lived.
///
/// How it acts, what it carries and how its networks are saved is the same for all of them. What an
/// agent of its own brings is what it makes of a `Rollout`: returns, a loss, steps of an optimizer.
/// One that changes rewards does so in `rollout.batch.rewards` before it asks for returns; one that
/// adds losses on what a memory remembers adds them to the loss of `FusedLearner.minimize`.
public protocol ActorCriticAgent: Agent where Carry == PolicyCarry {
    /// Where it acts.
    var world: World { get }
    /// Policy, value, memory and encoder.
    var networks: ActorCritic { get }

    /// Writes what it has learned and counts beside its networks: optimizers, prices, steps.
    func saveProgress(to archive: Archive) throws
    /// Reads what `saveProgress` wrote.
    func loadProgress(from archive: Archive) throws
}

extension ActorCriticAgent {
    /// A memory's state, where there is one.
    public func carry(for environments: Int) -> PolicyCarry { networks.carry(for: environments) }

    /// Draws from the policy, or takes its best actions where the mode is deterministic.
    public func act(
        on arrival: Arrival, carrying carry: inout PolicyCarry, mode: ActingMode,
        using generator: inout Generator
    ) throws -> Action {
        networks.act(on: arrival, carrying: &carry, mode: mode, using: &generator)
    }

    /// Writes the networks and the rest.
    public func save(to archive: Archive) throws {
        networks.save(to: archive.scope("networks"))
        try saveProgress(to: archive)
    }

    /// Reads what `save` wrote.
    public func load(from archive: Archive) throws {
        try networks.load(from: archive.scope("networks"))
        try loadProgress(from: archive)
    }

    /// What rollouts or episodes mean to the networks as they are now.
    package func rollout(of material: Material) -> Rollout {
        switch material {
        case .rollouts(let batch): Rollout(batch, networks)
        case .episodes(let episodes): Rollout(Batch(episodes), networks)
        case .replay, .all: fail("\(Self.self).learn", "fed neither rollouts nor episodes")
        }
    }
}
