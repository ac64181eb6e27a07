import OptimistCore
import OptimistModels
import OptimistTorch

/// Soft Q-learning of several actions: values, posterior and its normalizer are exact sums.
final class DiscreteSoftQ: SoftQLearner {
    private let settings: SoftQLearningSettings
    private let backup: SoftBackup
    private let values: ValueNetwork

    init(
        _ settings: SoftQLearningSettings, actions: Int, features: Int,
        using generator: inout Generator
    ) {
        self.settings = settings
        backup = SoftBackup(
            logPrior: SoftBackup.logPrior(settings, actions: actions),
            rewardScale: settings.rewardScale, discount: settings.discount)
        values = ValueNetwork(
            settings.networks.network(
                inputs: features, outputs: actions + (settings.dueling ? 1 : 0),
                using: &generator),
            target: settings.target, learningRate: settings.learningRate)
    }

    /// Nats in a unit of the network's outputs.
    private var unit: Double { settings.valueUnit == .nats ? 1 : settings.rewardScale }

    /// Q in nats, of the network's outputs.
    private func actionValues(_ outputs: Tensor) -> Tensor {
        let scaled = unit == 1 ? outputs : outputs * unit
        return settings.dueling ? backup.dueling(scaled) : scaled
    }

    func actionValues(of features: Tensor) -> Tensor {
        withoutGradient { actionValues(values.network.predict(features).squeezed(axis: 0)) }
    }

    func actions(
        _ features: Tensor, mode: ActingMode, using generator: inout Generator
    ) -> Tensor {
        let law = backup.law(actionValues(of: features))
        return mode == .deterministic ? law.mode : law.sample(using: &generator)
    }

    /// One step of Q towards rewardScale · r + γ V(s′); the loss before.
    func update(
        _ rows: ReplayedRows, updates: Int, using generator: inout Generator
    ) throws -> Double {
        let targets = withoutGradient {
            let following = actionValues(values.target.predict(rows.nextFeatures).squeezed(axis: 0))
            return backup.targets(
                rewards: rows.rewards, continuation: rows.continuation,
                values: backup.value(following))
        }
        let chosen = rows.actions.unsqueezed(axis: 1)
        let error = values.step(on: rows.features, updates: updates) { outputs in
            let found = actionValues(outputs).gather(axis: 1, chosen).squeezed(axis: 1)
            return settings.loss((found - targets) / unit)
        }
        try requireFinite(error, "values' gradient", "of soft Q-learning")
        return error
    }

    func divergence(_ features: Tensor, using generator: inout Generator) -> SoftDivergence {
        .exact(backup.divergence(actionValues(of: features)))
    }

    func save(to archive: Archive) { values.save(to: archive) }

    func load(from archive: Archive) throws { try values.load(from: archive) }
}
