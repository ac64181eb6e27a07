import OptimistCore

/// Settings that say when an agent learns from a replay, from how much, and when it tells of it.
public protocol ReplaySettings: AgentSettings {
    /// Steps between rounds of updates.
    var every: Int { get }
    /// Updates in a round.
    var updates: Int { get }
    /// Transitions in an update.
    var batch: Int { get }
    /// Updates that a record tells of.
    var reportEvery: Int { get }
}
