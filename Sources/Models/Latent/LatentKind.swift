import OptimistCore
import OptimistProbability
import OptimistTorch

/// What a sampled latent state z is made of.
public enum LatentKind: String, SettingValue, CaseIterable {
    /// Real numbers, independent normal laws.
    case gaussian
    /// One of several classes, as a one-hot vector with straight-through gradients: for worlds of
    /// few states, where everything that is expected over z can be summed exactly.
    case categorical

    /// Parameters of a law over `size` numbers.
    public func parameterCount(_ size: Int) -> Int { self == .gaussian ? 2 * size : size }

    /// What a draw of z is made of: standard normal numbers, or standard Gumbel ones.
    ///
    /// - Parameters:
    ///   - shape: the whole shape, `[..., size]`.
    ///   - generator: what is random.
    public func noise(_ shape: [Int], using generator: inout Generator) -> Tensor {
        switch self {
        case .gaussian: Tensor.normal(shape, using: &generator)
        case .categorical: -(-Tensor.uniform(shape, using: &generator).log()).log()
        }
    }
}
