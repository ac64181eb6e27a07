import OptimistCore
import OptimistProbability
import OptimistTorch

/// A state-space model with a deterministic and a stochastic path (Hafner et al. 2019, PlaNet),
/// whose inference network makes it a filter.
///
///     h_t = GRU(h_{t−1}, [z_{t−1}, a_{t−1}])
///     p(z_t | h_t)             the transition prior
///     q(z_t | h_t, evidence)   what the encoder makes of an arrival
///
/// Observations enter through z alone, so that p(z_t | h_t) is the prior given all that was sampled
/// and done before.
public struct RecurrentStateSpaceModel: Module {
    /// Makes the next h.
    public let cell: GRUCell
    /// h to the parameters of p(z | h).
    public let transition: MultilayerPerceptron
    /// (h, evidence) to the parameters of q(z | h, evidence).
    public let encoder: MultilayerPerceptron
    /// What z is made of.
    public let kind: LatentKind
    /// The smallest deviation of a Gaussian z, under prior and posterior alike.
    public let deviationFloor: Double
    /// The share of a uniform law in those of a categorical z, under prior and posterior alike.
    public let uniformShare: Double
    /// Whether h is there when the state is inferred. Without it, for comparison, a filter sees no
    /// more than the last arrival; imagination keeps its h.
    public let remembers: Bool

    /// A model with drawn weights.
    ///
    /// - Parameters:
    ///   - evidence: numbers in a row of what arrives.
    ///   - action: numbers in a row of an action.
    ///   - hidden: the size of h.
    ///   - latent: the size of z; the classes of a categorical one.
    ///   - kind: what z is made of.
    ///   - units: the widths of the hidden layers of both networks.
    ///   - activation: between layers.
    ///   - deviationFloor: the smallest deviation of a Gaussian z.
    ///   - uniformShare: the share of a uniform law in those of a categorical z.
    ///   - remembers: whether h is there when the state is inferred.
    ///   - type: of parameters.
    ///   - device: where parameters are.
    ///   - generator: draws the weights.
    public init(
        evidence: Int, action: Int, hidden: Int, latent: Int, kind: LatentKind = .gaussian,
        units: [Int], activation: Activation = .elu, deviationFloor: Double = 0.05,
        uniformShare: Double = 0, remembers: Bool = true, type: ElementType = .float32,
        device: Device = .cpu, using generator: inout Generator
    ) {
        let parameters = kind.parameterCount(latent)
        cell = GRUCell(
            inputs: latent + action, hidden: hidden, type: type, device: device, using: &generator)
        transition = MultilayerPerceptron(
            sizes: [hidden] + units + [parameters], activation: activation, type: type,
            device: device, using: &generator)
        encoder = MultilayerPerceptron(
            sizes: [hidden + evidence] + units + [parameters], activation: activation, type: type,
            device: device, using: &generator)
        self.kind = kind
        self.deviationFloor = deviationFloor
        self.uniformShare = uniformShare
        self.remembers = remembers
    }

    /// The size of h.
    public var hiddenSize: Int { cell.hiddenSize }
    /// The size of z.
    public var latentSize: Int {
        transition.layers.last!.weight.size(axis: 0) / kind.parameterCount(1)
    }

    /// The parameters `cell`, `transition` and `encoder`.
    public var parameters: [NamedTensor] {
        cell.parameters.named("cell") + transition.parameters.named("transition")
            + encoder.parameters.named("encoder")
    }

    /// The state before anything has arrived: zeros, `[rows, ...]`.
    public func initialState(_ rows: Int) -> LatentState {
        let weight = cell.hiddenWeight
        return LatentState(
            hidden: .zeros([rows, hiddenSize], type: weight.elementType, device: weight.device),
            sample: .zeros([rows, latentSize], type: weight.elementType, device: weight.device))
    }

    /// The next h, `[rows, hidden]`, after an action `[rows, action]`.
    public func advance(_ state: LatentState, doing action: Tensor) -> Tensor {
        cell(Tensor.concatenated([state.sample, action], axis: -1), hidden: state.hidden)
    }

    /// p(z | h), `[...]` of `[..., hidden]`.
    public func prior(_ hidden: Tensor) -> LatentLaw { law(transition(hidden)) }

    /// q(z | h, evidence), `[...]` of `[..., hidden]` and `[..., evidence]`.
    public func posterior(_ hidden: Tensor, evidence: Tensor) -> LatentLaw {
        law(encoder(Tensor.concatenated([hidden, evidence], axis: -1)))
    }

    private func law(_ output: Tensor) -> LatentLaw {
        if kind == .categorical {
            return .categorical(OneHotStraightThrough(logits: output, unimix: uniformShare))
        }
        let parts = output.split(sizes: [latentSize, latentSize])
        return .gaussian(
            Normal(
                mean: parts[0], standardDeviation: parts[1].softplus() + deviationFloor,
                eventRank: 1))
    }
}
