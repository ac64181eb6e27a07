import OptimistCore
import OptimistInference
import OptimistModels
import OptimistTorch

/// What an `OptionCritic` learns with.
public enum OptionCriticForm: String, SettingValue, CaseIterable {
    /// Networks, several steps at a time (Harb et al. 2018).
    case networks
    /// Tables, after every step (Bacon et al. 2017).
    case tables
}

/// The settings of `OptionCritic`.
public struct OptionCriticSettings: AgentSettings {
    /// Networks or tables.
    @Setting("Whether networks or tables learn.") public var form = OptionCriticForm.networks
    /// The settings of tables.
    public var tables = OptionCriticLearner.Configuration()
    /// K, with networks.
    @Setting("The number of options, with networks.", 1...64) public var options = 4
    /// Steps of each environment between updates, with networks.
    @Setting("Steps of each environment between updates, with networks.", 1...1_000_000)
    public var steps = 5
    /// γ, with networks.
    @Setting("The discount of a step, with networks.", 0.0...1) public var discount = 0.99
    /// The share of random choices of options, with networks.
    @Setting("The share of random choices of options, with networks.", 0.0...1)
    public var epsilon = 0.1
    /// η, in reward units.
    @Setting(
        "What it costs to end an option, in reward; part of all values, with networks.", 0.0...1e6)
    public var deliberationCost = 0.0
    /// ξ, in reward units.
    @Setting(
        "Added to the advantage of going on with an option, in reward, with networks.", 0.0...1e6)
    public var terminationRegularizer = 0.01
    /// τ, reward that a nat of the policies' entropy is worth.
    @Setting(
        "Reward that a nat of entropy of the options' policies is worth, with networks.", 0.0...1e6)
    public var entropyWeight = 0.01
    /// The weight of the critic's loss.
    @Setting("The weight of the critic's loss, with networks.", 0.0...1e6) public var valueWeight =
        0.5
    /// Gradients of a greater global norm are scaled down to it.
    @Setting("Gradients of a greater global norm are scaled down to it.", 1e-6...1e9)
    public var clippingNorm = 0.5
    /// The size of a step of RMSProp.
    @Setting("The size of a step of RMSProp.", 1e-9...1) public var learningRate = 7e-4
    /// Widths of hidden layers.
    @Setting("Widths of the hidden layers; empty for linear ones.", 1...8192)
    public var units = [64, 64]
    /// Between layers.
    @Setting("Between layers: relu, tanh, silu, elu, sigmoid or identity.")
    public var activation = Activation.tanh
    /// The deviation of continuous actions at first.
    @Setting("The deviation of continuous actions at first.", 1e-6...1e3)
    public var initialDeviation = 1.0
    /// Whether observations are standardized by what was seen.
    @Setting("Whether observations are standardized by what was seen.")
    public var standardizesObservations = false
    /// Steps between records of tables.
    @Setting("Steps between records, with tables.", 1...1_000_000_000) public var reportEvery = 1000

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
