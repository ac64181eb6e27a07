import OptimistCore
import OptimistExperience
import OptimistModels
import OptimistTorch

/// The networks of an option-critic and their update from rollouts (Harb, Bacon, Klissarov and
/// Precup 2018, arXiv 1709.04571).
package final class OptionCriticNetworks {
    package let settings: OptionCriticSettings
    package let policies: FusedNetwork
    /// Features to the logits of β(s, o), `[K]`.
    package let terminations: FusedNetwork
    /// Features to Q(s, o), `[K]`, in reward.
    package let critic: FusedNetwork
    package let logDeviations: Tensor?
    private let learner: FusedLearner

    /// Networks with drawn weights.
    package init(
        _ settings: OptionCriticSettings, kind: ActionKind, features: Int,
        using generator: inout Generator
    ) {
        self.settings = settings
        let count = settings.options
        func network(_ outputs: Int, gain: Double) -> FusedNetwork {
            FusedNetwork(
                sizes: [features] + settings.units + [outputs], activation: settings.activation,
                hidden: .orthogonal(gain: 2.0.squareRoot()), output: .orthogonal(gain: gain),
                using: &generator)
        }
        policies = network(count * kind.codeWidth, gain: 0.1)
        terminations = network(count, gain: 0.01)
        critic = network(count, gain: 1)
        logDeviations = OptionHeads.logDeviations(
            kind, options: count, deviation: settings.initialDeviation)
        learner = FusedLearner(
            [policies, terminations, critic],
            others: logDeviations.map { [NamedTensor("logDeviations", $0)] } ?? [],
            learningRate: settings.learningRate, method: .rmsProp(),
            clippingNorm: settings.clippingNorm)
    }

    /// What the networks say of rows of features, constants to gradients.
    func predict(_ features: Tensor) -> (heads: OptionHeads, ends: [Double], values: [Double]) {
        withoutGradient {
            (
                heads(policies.predict(features).squeezed(axis: 0)),
                terminations.predict(features).squeezed(axis: 0).sigmoid().doubles(),
                critic.predict(features).squeezed(axis: 0).doubles()
            )
        }
    }

    private func heads(_ outputs: Tensor) -> OptionHeads {
        OptionHeads(outputs, options: settings.options, logDeviations: logDeviations)
    }

    /// V(s) of a row of Q(s, ·): the ε-greedy choice.
    func value(_ values: ArraySlice<Double>) -> Double {
        let mean = values.reduce(0, +) / Double(values.count)
        return (1 - settings.epsilon) * values.max()! + settings.epsilon * mean
    }

    /// One step of the optimizer on a rollout.
    ///
    /// - Parameters:
    ///   - batch: with the columns `option`, the option of each step, and `ended`, 1 where another
    ///     one had ended on arrival.
    ///   - encode: makes features of observations.
    func update(_ batch: Batch, encode: (Tensor) -> Tensor) -> Result {
        let features = encode(batch.observations).flattened(from: 0, to: 1)
        let (_, ends, values) = predict(features)
        let rollout = OptionCriticRollout(batch, self, ends: ends, values: values)
        var loss: OptionCriticLoss!
        let norm = learner.minimize(features) { outputs in
            loss = OptionCriticLoss(
                heads(outputs[0]), terminations: outputs[1], values: outputs[2],
                acting: rollout.acting, arriving: rollout.arriving,
                entropyWeight: settings.entropyWeight, valueWeight: settings.valueWeight)
            return loss.total
        }
        return Result(
            norm: norm, criticLoss: loss.critic.item(), entropy: loss.entropy.item(),
            termination: rollout.meanTermination)
    }

    /// What an update found.
    struct Result {
        var norm: Double
        var criticLoss: Double
        var entropy: Double
        /// The mean of β(s′, o) over arrivals.
        var termination: Double
    }

    func save(to archive: Archive) {
        policies.save(to: archive.scope("policies"))
        terminations.save(to: archive.scope("terminations"))
        critic.save(to: archive.scope("critic"))
        if let logDeviations { archive.store(logDeviations, as: "logDeviations") }
        learner.save(to: archive.scope("learner"))
    }

    func load(from archive: Archive) throws {
        try policies.load(from: archive.scope("policies"))
        try terminations.load(from: archive.scope("terminations"))
        try critic.load(from: archive.scope("critic"))
        if let logDeviations {
            logDeviations.detached().assign(
                try archive.tensor("logDeviations", like: logDeviations))
        }
        try learner.load(from: archive.scope("learner"))
    }
}

/// A rollout's steps and arrivals with what they are credited with.
package struct OptionCriticRollout {
    package let acting: OptionCriticLoss.Acting
    package let arriving: OptionCriticLoss.Arriving
    let meanTermination: Double

    /// Credits a rollout.
    ///
    /// - Parameters:
    ///   - batch: with the columns `option` and `ended`.
    ///   - networks: whose settings say what options cost.
    ///   - ends: β(s, o) of every observation, `[time + 1, column, K]`.
    ///   - values: Q(s, o) of every observation, `[time + 1, column, K]`.
    package init(
        _ batch: Batch, _ networks: OptionCriticNetworks, ends: [Double], values: [Double]
    ) {
        let (count, settings) = (networks.settings.options, networks.settings)
        let options = batch.columns[OptionCritic.optionColumn]!.floats().map { Int($0) }
        let ended = batch.columns[OptionCritic.endedColumn]!.doubles()
        let rewards = batch.rewards.doubles()
        let going = batch.continuation.doubles()
        let lengths = batch.valid.sum(axis: 0).floats().map { Int($0) }
        let (width, steps) = (batch.width, lengths.reduce(0, +))
        var (rows, advantages, targets) = ([Int](), [Double](), [Double]())
        var (arrivals, arrivingOptions, staying) = ([Int](), [Int](), [Double]())
        var termination = 0.0
        for column in 0..<width {
            var later = 0.0
            for step in (0..<lengths[column]).reversed() {
                let row = step * width + column
                let (option, next) = (options[row], row + width)
                let arrival = values[next * count..<(next + 1) * count]
                let value = networks.value(arrival)
                let stay = values[next * count + option]
                let stop = ends[next * count + option]
                if going[row] > 0 {
                    arrivals.append(next)
                    arrivingOptions.append(option)
                    staying.append(
                        stay - value + settings.deliberationCost
                            + settings.terminationRegularizer)
                    termination += stop
                }
                if step + 1 == lengths[column] {
                    later = (1 - stop) * stay + stop * (value - settings.deliberationCost)
                } else {
                    later -= settings.deliberationCost * ended[next]
                }
                later = rewards[row] + settings.discount * going[row] * later
                rows.append(row)
                targets.append(later)
                advantages.append(later - values[row * count + option])
            }
        }
        let indices = Tensor(rows)
        func tensor(_ values: [Double]) -> Tensor { Tensor(values.map { Float($0) }) }
        let weights = Tensor.full([steps], 1 / Double(steps))
        acting = OptionCriticLoss.Acting(
            rows: indices, options: Tensor(rows.map { options[$0] }),
            actions: batch.actions.flattened(from: 0, to: 1).indexSelect(axis: 0, indices),
            advantages: tensor(advantages), targets: tensor(targets), weights: weights)
        arriving = OptionCriticLoss.Arriving(
            rows: Tensor(arrivals), options: Tensor(arrivingOptions),
            advantages: tensor(staying),
            weights: Tensor.full([arrivals.count], 1 / Double(steps)))
        meanTermination = termination / Double(max(arrivals.count, 1))
    }
}
