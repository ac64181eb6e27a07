import OptimistCore

/// The nonlinearity after a layer.
public enum Activation: String, SettingValue, CaseIterable {
    /// None.
    case identity
    /// max(x, 0).
    case relu
    /// The hyperbolic tangent.
    case tanh
    /// x · sigmoid(x), also called swish.
    case silu
    /// x where positive, else exp(x) − 1.
    case elu
    /// x times the standard normal distribution function.
    case gelu
    /// 1/(1 + exp(−x)).
    case sigmoid
    /// log(1 + exp(x)).
    case softplus

    /// Applies it to each element.
    public func callAsFunction(_ input: Tensor) -> Tensor {
        switch self {
        case .identity: input
        case .relu: input.relu()
        case .tanh: input.tanh()
        case .silu: input.silu()
        case .elu: input.elu()
        case .gelu: input.gelu()
        case .sigmoid: input.sigmoid()
        case .softplus: input.softplus()
        }
    }
}
