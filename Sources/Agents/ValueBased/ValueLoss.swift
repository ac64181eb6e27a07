import OptimistCore
import OptimistTorch

/// What an error of a value costs.
public enum ValueLoss: String, SettingValue, CaseIterable {
    /// Half its square.
    case squared
    /// Half its square up to 1, linear beyond (Huber 1964).
    case huber

    /// The mean cost of errors `[rows]`, a single number.
    package func callAsFunction(_ errors: Tensor) -> Tensor {
        switch self {
        case .squared: return errors.square().mean() * 0.5
        case .huber:
            let size = errors.abs()
            let bent = size.minimum(1)
            return (bent * (size - bent * 0.5)).mean()
        }
    }
}
