import OptimistTorch

/// What an agent believes at a step, as a recurrent model carries it: a deterministic memory of all
/// that was sampled and done, and one sample of what it does not know.
public struct LatentState {
    /// h, `[..., hidden]`: the past z and actions, e_t of Marino and Yue (2019).
    public var hidden: Tensor
    /// z, `[..., latent]`.
    public var sample: Tensor

    /// A state with its parts.
    public init(hidden: Tensor, sample: Tensor) {
        self.hidden = hidden
        self.sample = sample
    }

    /// (h, z) side by side, `[..., hidden + latent]`: what heads see.
    public var features: Tensor { Tensor.concatenated([hidden, sample], axis: -1) }

    /// The state that `features` are of.
    ///
    /// - Parameters:
    ///   - features: `[..., hidden + latent]`.
    ///   - hidden: how many of them are h.
    public init(features: Tensor, hidden: Int) {
        let width = features.size(axis: -1)
        self.init(
            hidden: features.slice(axis: -1, 0..<hidden),
            sample: features.slice(axis: -1, hidden..<width))
    }

    /// The same numbers, cut off from the graph.
    public func detached() -> LatentState {
        LatentState(hidden: hidden.detached(), sample: sample.detached())
    }
}
