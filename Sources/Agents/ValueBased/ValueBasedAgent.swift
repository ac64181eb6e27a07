import OptimistCore
import OptimistExperience
import OptimistModels
import OptimistTorch

/// Settings of an agent that acts by values and explores with uniform actions.
public protocol ValueBasedSettings: ReplaySettings {
    /// Uniform actions among those that values choose.
    var exploration: ExplorationSettings { get }
}

/// An agent that acts by the values of actions, mixed with uniform actions while it explores.
public protocol ValueBasedAgent: ReplayFedAgent
where Settings: ValueBasedSettings, Carry == NoCarry {
    /// Actions for features `[env, features]` by what was learned: `[env]` indices, or
    /// `[env, width]`.
    func choose(
        by features: Tensor, mode: ActingMode, using generator: inout Generator
    ) -> Tensor
}

extension ValueBasedAgent {
    /// What values choose, mixed with uniform actions while exploring; at random before the first
    /// update.
    public func act(
        on arrival: Arrival, carrying carry: inout NoCarry, mode: ActingMode,
        using generator: inout Generator
    ) throws -> Action {
        let kind = learning.kind
        defer { if mode == .explore { learning.explored += arrival.count } }
        guard learning.hasBegun else {
            return Action(values: kind.randomValues(arrival.count, using: &generator))
        }
        let chosen = ActionLaw.values(
            choose(by: learning.encoder(arrival.observations), mode: mode, using: &generator))
        guard mode == .explore else { return Action(values: chosen) }
        return Action(
            values: kind.exploring(chosen, share: explorationShare, using: &generator))
    }

    /// The share of uniform actions now.
    var explorationShare: Double { settings.exploration.share(after: learning.explored) }
}
