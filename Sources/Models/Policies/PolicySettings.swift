import OptimistCore
import OptimistTorch

/// The networks of an agent that has a policy and a value.
public struct PolicySettings: Configuration {
    /// Widths of the hidden layers of policy and value.
    @Setting("Widths of the hidden layers of policy and value.", 1...8192)
    public var units = [64, 64]
    /// Between layers: relu, tanh, silu, elu, sigmoid or identity.
    @Setting("Between layers: relu, tanh, silu, elu, sigmoid or identity.")
    public var activation = Activation.tanh
    /// Units of a recurrent memory, for tasks whose observations do not tell the state; 0 for none.
    @Setting("Units of a recurrent memory; 0 for none.", 0...8192)
    public var memory = 0
    /// The deviation of numbers at first.
    @Setting("The deviation of continuous actions at first.", 1e-6...1e3)
    public var initialDeviation = 1.0
    /// Whether observations are standardized by what was seen.
    @Setting("Whether observations are standardized by what was seen.")
    public var standardizesObservations = false

    /// The settings of classic control.
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
