import OptimistCore

/// The settings of an algorithm.
public protocol AgentSettings: Configuration {
    /// Steps of random actions before the agent first learns; a run caps it at a quarter of its
    /// steps. Algorithms without a warm-up leave it 0.
    var warmUpSteps: Int { get set }
}

extension AgentSettings {
    /// No warm-up, unless the settings say otherwise.
    public var warmUpSteps: Int {
        get { 0 }
        set {}
    }
}
