import OptimistCTorch
import OptimistCore

/// A recurrent latent model with its habit, reward and value, that is rolled through time in one
/// call; `float32` on the CPU, without gradients.
///
/// With features (h, z), row by row and step by step:
///
///     raw action  ~ Normal(mean, low + (high − low) sigmoid(raw)),   (mean, raw) = habit(h, z)
///     h′          = cell((z, tanh(raw action)), h)
///     z′          ~ Normal(mean, softplus(raw) + floor),             (mean, raw) = transition(h′)
///     log p(O)    = (reward(h′, z′) + rewardShift) · rewardScale
///     goes on     with probability sigmoid(−ending(h′, z′))
///
/// The parameters are those of ordinary layers, read where they are at each call: nothing is kept
/// of them, so they may change between calls by whatever means.
public struct FusedLatentModel {
    /// Makes the next h.
    public let cell: GRUCell
    /// h to the parameters of z's law.
    public let transition: MultilayerPerceptron
    /// (h, z) to the parameters of a raw action's law.
    public let habit: MultilayerPerceptron
    /// (h, z) to the reward.
    public let reward: MultilayerPerceptron
    /// (h, z) to the logit of an ending; nil where there is none.
    public let ending: MultilayerPerceptron?
    /// (h, z) to the value, in units of `valueUnit`; nil where nothing is counted on.
    public let value: MultilayerPerceptron?
    /// The smallest deviation of z.
    public var deviationFloor = 0.0
    /// Where the deviations of raw actions lie.
    public var deviations = 0.1...1.0
    /// Added to the reward.
    public var rewardShift = 0.0
    /// Nats per unit of reward.
    public var rewardScale = 1.0
    /// Nats per unit of value.
    public var valueUnit = 1.0

    /// A model of given parts; nil unless the kernels serve all of them: `float32` on the CPU,
    /// without normalizations, with activations other than gelu and softplus.
    ///
    /// - Parameters:
    ///   - cell: its inputs are z and the action.
    ///   - transition: its outputs are means and raw deviations of z.
    ///   - habit: its outputs are means and raw deviations of the action.
    ///   - reward: one output.
    ///   - ending: one output.
    ///   - value: one output.
    public init?(
        cell: GRUCell, transition: MultilayerPerceptron, habit: MultilayerPerceptron,
        reward: MultilayerPerceptron, ending: MultilayerPerceptron?, value: MultilayerPerceptron?
    ) {
        self.cell = cell
        self.transition = transition
        self.habit = habit
        self.reward = reward
        self.ending = ending
        self.value = value
        let networks = [transition, habit, reward] + [ending, value].compactMap { $0 }
        guard networks.allSatisfy(\.hasKernels), cell.parameters.allSatisfy(\.tensor.hasKernels)
        else { return nil }
        check(networks)
    }

    /// The size of h.
    public var hidden: Int { cell.hiddenSize }
    /// The size of z.
    public var latent: Int { transition.outputs / 2 }
    /// Numbers in an action.
    public var action: Int { habit.outputs / 2 }

    private func check(_ networks: [MultilayerPerceptron]) {
        let features = hidden + latent
        let inputs = networks.map(\.inputs)
        let fits =
            cell.inputWeight.shape == [3 * hidden, latent + action] && inputs[0] == hidden
            && inputs.dropFirst().allSatisfy { $0 == features }
            && transition.outputs == 2 * latent && habit.outputs == 2 * action
            && networks.dropFirst(2).allSatisfy { $0.outputs == 1 }
        if !fits {
            fail(
                "FusedLatentModel",
                "a cell of weights \(cell.inputWeight.shape), networks from \(inputs) to "
                    + "\(networks.map(\.outputs)) numbers")
        }
    }
}

extension FusedLatentModel {
    /// Calls with the model as the kernels take it.
    func withKernelModel<Result>(_ body: (UnsafePointer<OTLatentModel>) -> Result) -> Result {
        let networks = [habit, transition, reward, ending, value]
        let layers = networks.flatMap { $0?.kernelLayers ?? [] }
        return layers.withUnsafeBufferPointer { buffer in
            var next = buffer.baseAddress!
            let parts = networks.map { network in
                let count = network?.layers.count ?? 0
                defer { next += count }
                return OTLatentNetwork(count: count, layers: next)
            }
            var model = OTLatentModel(
                hidden: hidden, latent: latent, action: action,
                input_weight: cell.inputWeight.floatPointer("FusedLatentModel"),
                hidden_weight: cell.hiddenWeight.floatPointer("FusedLatentModel"),
                input_bias: cell.inputBias.floatPointer("FusedLatentModel"),
                hidden_bias: cell.hiddenBias.floatPointer("FusedLatentModel"),
                habit: parts[0], transition: parts[1], reward: parts[2], ending: parts[3],
                value: parts[4], lowest_deviation: Float(deviations.lowerBound),
                highest_deviation: Float(deviations.upperBound),
                deviation_floor: Float(deviationFloor), reward_shift: Float(rewardShift),
                reward_scale: Float(rewardScale), value_scale: Float(valueUnit))
            return withExtendedLifetime(self) { body(&model) }
        }
    }
}

extension MultilayerPerceptron {
    fileprivate var inputs: Int { layers[0].weight.size(axis: 1) }
    fileprivate var outputs: Int { layers[layers.count - 1].weight.size(axis: 0) }

    /// Whether the kernels know all that it consists of.
    fileprivate var hasKernels: Bool {
        normalizations.isEmpty && activation.fusedCode != nil && outputActivation.fusedCode != nil
            && layers.allSatisfy { $0.weight.hasKernels && $0.bias?.hasKernels ?? true }
    }

    /// Its layers with pointers into its parameters.
    fileprivate var kernelLayers: [OTLatentLayer] {
        layers.enumerated().map { index, layer in
            let isLast = index == layers.count - 1
            return OTLatentLayer(
                outputs: layer.weight.size(axis: 0),
                activation: (isLast ? outputActivation : activation).fusedCode!,
                weight: layer.weight.floatPointer("FusedLatentModel"),
                bias: layer.bias.map { UnsafePointer($0.floatPointer("FusedLatentModel")) })
        }
    }
}

extension Tensor {
    fileprivate var hasKernels: Bool {
        elementType == .float32 && device == .cpu && isContiguous
    }
}
