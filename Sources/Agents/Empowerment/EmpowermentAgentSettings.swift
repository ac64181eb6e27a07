import OptimistCore
import OptimistTorch

/// The settings of `EmpowermentAgent`.
public struct EmpowermentAgentSettings: AgentSettings {
    /// K.
    @Setting("Steps of an action sequence, the horizon of empowerment.", 1...64)
    public var horizon = 2
    /// β.
    @Setting("The inverse temperature of the source; 1 gives the bound.", 1e-6...1e6)
    public var inverseTemperature = 1.0
    /// The share of decisions at which a sequence of the source is tried.
    @Setting("The share of decisions at which a sequence is tried to its end.", 1e-3...1)
    public var tries = 0.5
    /// The share of random actions between sequences.
    @Setting("The share of random actions between sequences.", 0.0...1) public var exploration = 0.2
    /// γ of the values.
    @Setting("The discount of a step of the values of empowerment.", 0.0...0.9999)
    public var discount = 0.9
    /// Episodes between rounds of updates.
    @Setting("Episodes between rounds of updates.", 1...100_000) public var episodes = 4
    /// Updates of a round.
    @Setting("Updates of a round.", 1...100_000) public var updates = 32
    /// Rows of an update.
    @Setting("Sequences, and transitions, of an update.", 1...100_000) public var batch = 128
    /// Sequences kept.
    @Setting("Sequences kept: the source that tried them must not be old.", 1...10_000_000)
    public var sequencesKept = 2000
    /// Transitions kept.
    @Setting("Transitions kept.", 1...10_000_000) public var transitionsKept = 20_000
    /// The size of a step of the decoder.
    @Setting("The size of a step of the decoder.", 1e-9...1) public var decoderRate = 3e-3
    /// The size of a step of source and Ψ.
    @Setting("The size of a step of the source and its normalizer.", 1e-9...1)
    public var sourceRate = 1e-3
    /// The size of a step of values.
    @Setting("The size of a step of values.", 1e-9...1) public var valueRate = 1e-3
    /// How far older values move towards newer ones at each update.
    @Setting("How far older values move towards newer ones at each update.", 1e-6...1)
    public var targetRate = 0.02
    /// Widths of hidden layers.
    @Setting("Widths of the hidden layers.", 1...8192) public var units = [64]
    /// Between layers.
    @Setting("Between layers: relu, tanh, silu, elu, sigmoid or identity.")
    public var activation = Activation.silu

    /// The default settings.
    public init() {}

    /// Fused networks need an activation with kernels.
    public func validate() throws {
        if activation == .gelu || activation == .softplus {
            throw ConfigurationError.outOfRange(
                key: "activation", value: activation.rawValue,
                allowed: "relu, tanh, silu, elu, sigmoid or identity")
        }
    }
}
