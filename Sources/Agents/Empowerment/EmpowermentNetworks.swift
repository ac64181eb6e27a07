import OptimistCore
import OptimistTorch

/// The networks of variational empowerment (Mohamed and Rezende 2015, arXiv 1509.08731): a decoder
/// q(a_1 … a_K | s, s′) and a source h(a_1 … a_K | s), both action by action, and Ψ(s), the logarithm
/// of the source's normalizer.
package final class EmpowermentNetworks {
    /// K.
    package let horizon: Int
    /// The number of actions.
    package let actions: Int
    /// States, the end, actions so far and the step to logits of the next action.
    package let decoder: FusedNetwork
    /// The state, actions so far and the step to logits of the next action.
    package let source: FusedNetwork
    /// States to Ψ.
    package let normalizer: FusedNetwork
    private let inverseTemperature: Double
    private let decoderLearner: FusedLearner
    private let sourceLearner: FusedLearner
    private let normalizerLearner: FusedLearner

    /// Networks with drawn weights.
    package init(
        _ settings: EmpowermentAgentSettings, features: Int, actions: Int,
        using generator: inout Generator
    ) {
        (horizon, self.actions) = (settings.horizon, actions)
        inverseTemperature = settings.inverseTemperature
        let history = settings.horizon * (actions + 1)
        func network(_ inputs: Int, _ outputs: Int) -> FusedNetwork {
            FusedNetwork(
                sizes: [inputs] + settings.units + [outputs], activation: settings.activation,
                hidden: .orthogonal(gain: 2.0.squareRoot()), output: .orthogonal(gain: 0.1),
                using: &generator)
        }
        decoder = network(2 * features + history, actions)
        source = network(features + history, actions)
        normalizer = network(features, 1)
        decoderLearner = FusedLearner([decoder], learningRate: settings.decoderRate)
        sourceLearner = FusedLearner([source], learningRate: settings.sourceRate)
        normalizerLearner = FusedLearner([normalizer], learningRate: settings.sourceRate)
    }

    /// The one-hot actions before each step and the step itself, `[rows · K, K (A + 1)]`, row by row.
    private func histories(_ sequences: Tensor) -> Tensor {
        let rows = sequences.size(axis: 0)
        let codes = sequences.oneHot(classes: actions)
        // Step k sees the actions of the steps before it.
        let earlier = Tensor.ones([horizon, horizon]).lowerTriangle(offset: -1)
        let seen =
            codes.unsqueezed(axis: 1) * earlier.reshaped([1, horizon, horizon, 1])
        let steps = Tensor.identity(horizon).unsqueezed(axis: 0).expanded([rows, horizon, horizon])
        return Tensor.concatenated(
            [seen.reshaped([rows, horizon, horizon * actions]), steps], axis: 2
        ).flattened(from: 0, to: 1)
    }

    private func inputs(_ given: [Tensor], _ sequences: Tensor) -> Tensor {
        Tensor.concatenated(
            given.map { $0.repeatedElements(horizon, axis: 0) } + [histories(sequences)], axis: 1)
    }

    /// Σ_k log of the chosen actions, `[rows]`, of logits `[rows · K, A]`.
    private func logProbability(_ logits: Tensor, _ sequences: Tensor) -> Tensor {
        logits.logSoftmax().gather(axis: 1, sequences.reshaped([sequences.count, 1]))
            .reshaped([sequences.size(axis: 0), horizon]).sum(axis: 1)
    }

    /// log q(a_1 … a_K | s, s′) in nats, `[rows]`, a constant.
    ///
    /// - Parameters:
    ///   - starts: features, `[rows, features]`.
    ///   - ends: features, `[rows, features]`.
    ///   - sequences: actions, `[rows, K]`.
    package func logDecoder(_ starts: Tensor, _ ends: Tensor, _ sequences: Tensor) -> Tensor {
        logProbability(
            decoder.predict(inputs([starts, ends], sequences)).squeezed(axis: 0), sequences)
    }

    /// log h(a_1 … a_K | s) in nats, `[rows]`, a constant.
    package func logSource(_ starts: Tensor, _ sequences: Tensor) -> Tensor {
        logProbability(source.predict(inputs([starts], sequences)).squeezed(axis: 0), sequences)
    }

    /// Ψ(s) / β, what is held to be the empowerment of states, in nats, `[rows]`.
    package func empowerment(_ features: Tensor) -> Tensor {
        normalizer.predict(features).flattened() / inverseTemperature
    }

    /// Draws a sequence from the source for each row, `[rows, K]`.
    package func drawSequences(_ starts: Tensor, using generator: inout Generator) -> Tensor {
        let rows = starts.size(axis: 0)
        var sequences = Tensor.zeros([rows, horizon], type: .int64)
        for step in 0..<horizon {
            let all = source.predict(inputs([starts], sequences)).reshaped(
                [rows, horizon, actions])
            let drawn = Tensor.categorical(
                probabilities: all.select(axis: 1, step).softmax(), count: 1, using: &generator
            ).reshaped([rows, 1])
            sequences = sequences.scatter(
                axis: 1, Tensor.full([rows, 1], Double(step), type: .int64), drawn)
        }
        return sequences
    }

    /// What an update found, in nats.
    package struct Update {
        /// The mean of −log q.
        package var decoderLoss: Double
        /// The mean square of log h + Ψ − β log q.
        package var sourceLoss: Double
        /// The mean of log q − log h; for sequences of the present source that the decoder has not
        /// seen, a bound on their information from below.
        package var information: Double
    }

    /// One update of all three: the decoder by likelihood, source and normalizer by the square of
    /// log h(a | s) + Ψ(s) − β log q(a | s, s′).
    ///
    /// - Parameters:
    ///   - starts: features, `[rows, features]`.
    ///   - ends: features, `[rows, features]`.
    ///   - sequences: actions, `[rows, K]`.
    package func update(_ starts: Tensor, _ ends: Tensor, _ sequences: Tensor) -> Update {
        var logDecoder: Tensor!
        let decoderLoss = decoderLearner.step(on: inputs([starts, ends], sequences)) { outputs in
            let found = logProbability(outputs, sequences)
            logDecoder = found.detached()
            return -found.mean()
        }
        let target = logDecoder * inverseTemperature
        let before = normalizer.predict(starts).flattened()
        var logSource: Tensor!
        _ = sourceLearner.minimize(inputs([starts], sequences)) { outputs in
            let found = logProbability(outputs[0], sequences)
            logSource = found.detached()
            return (found + before - target).square().mean()
        }
        let sourceLoss = normalizerLearner.step(on: starts) { outputs in
            (outputs.flattened() + logSource - target).square().mean()
        }
        return Update(
            decoderLoss: decoderLoss, sourceLoss: sourceLoss,
            information: (logDecoder - logSource).mean().item())
    }

    func save(to archive: Archive) {
        for (name, network, learner) in parts {
            network.save(to: archive.scope(name))
            learner.save(to: archive.scope(name + "Learner"))
        }
    }

    func load(from archive: Archive) throws {
        for (name, network, learner) in parts {
            try network.load(from: archive.scope(name))
            try learner.load(from: archive.scope(name + "Learner"))
        }
    }

    private var parts: [(String, FusedNetwork, FusedLearner)] {
        [
            ("decoder", decoder, decoderLearner), ("source", source, sourceLearner),
            ("normalizer", normalizer, normalizerLearner),
        ]
    }
}
