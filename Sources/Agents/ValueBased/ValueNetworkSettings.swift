import OptimistCore
import OptimistTorch

/// The network of an agent that acts by the values of actions.
public struct ValueNetworkSettings: Configuration {
    /// Widths of the hidden layers.
    @Setting("Widths of the hidden layers.", 1...8192)
    public var units = [128, 128]
    /// Between layers: relu, tanh, silu, elu, sigmoid or identity.
    @Setting("Between layers: relu, tanh, silu, elu, sigmoid or identity.")
    public var activation = Activation.relu
    /// Whether observations are standardized by what was seen.
    @Setting("Whether observations are standardized by what was seen.")
    public var standardizesObservations = false

    /// The settings of classic control.
    public init() {}

    /// A network with drawn weights.
    func network(
        inputs: Int, outputs: Int, using generator: inout Generator
    ) -> FusedNetwork {
        FusedNetwork(
            sizes: [inputs] + units + [outputs], activation: activation, hidden: .fanInUniform,
            output: .fanInUniform, using: &generator)
    }

    /// Fused networks need an activation with kernels.
    public func validate() throws {
        if activation == .gelu || activation == .softplus {
            throw ConfigurationError.outOfRange(
                key: "activation", value: activation.rawValue,
                allowed: "relu, tanh, silu, elu, sigmoid or identity")
        }
    }
}
