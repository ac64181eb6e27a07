import OptimistCore
import OptimistInference
import OptimistModels
import OptimistTorch

/// The updates of a policy with options: the reverse model first, then policies, selection and
/// values by one step of Adam.
package final class OptionLearner {
    package let networks: OptionNetworks
    package let reverse: OptionReverseLearner?
    package let settings: OptionAgentSettings
    /// Updates so far.
    package private(set) var updates = 0
    private let learner: FusedLearner
    private let valueLearner: FusedLearner

    /// A learner with networks of its own.
    package init(
        _ settings: OptionAgentSettings, kind: ActionKind, features: Int,
        using generator: inout Generator
    ) {
        self.settings = settings
        networks = OptionNetworks(settings, kind: kind, features: features, using: &generator)
        reverse =
            settings.estimator == .collapsed || !settings.reverse.isLearned
            ? nil
            : OptionReverseLearner(settings, kind: kind, features: features, using: &generator)
        learner = FusedLearner(
            [networks.policies, networks.selection], others: networks.others,
            learningRate: settings.learningRate, clippingNorm: settings.clippingNorm)
        valueLearner = FusedLearner([networks.critic], learningRate: settings.valueRate)
    }

    /// The size of a step, for schedules.
    package var learningRate: Double {
        get { learner.learningRate }
        set { learner.learningRate = newValue }
    }

    /// The temperature of relaxed options.
    var heat: Double {
        let share = min(1, Double(updates) / Double(settings.coolingUpdates))
        return settings.hottest + (settings.coldest - settings.hottest) * share
    }

    /// What an update found.
    package struct Update {
        /// The terms of the bound along the trajectories, before the update.
        package var terms: OptionTerms
        /// The gradient's global norm, and the losses of values and reverse model.
        package var metrics: [Metric]
    }

    /// One update from trajectories of the present policy.
    ///
    /// - Throws: `AgentError.notFinite`.
    package func update(_ trajectories: OptionTrajectories) throws -> Update {
        let evaluation = OptionEvaluation(trajectories, networks, settings)
        if let over = settings.annealedOver {
            let share = min(1, Double(updates) / Double(over))
            learner.learningRate = settings.learningRate * (1 - 0.95 * share)
        }
        defer { updates += 1 }
        if settings.estimator == .gumbel { return try relaxedUpdate(evaluation) }
        let (credits, factors, reverseLoss) = credits(of: evaluation)
        let rows = trajectories.rows
        let features = features(trajectories, rows)
        let norm = learner.minimize(features) {
            surrogate(trajectories, credits, $0, rows: rows)
        }
        try requireFinite(norm, "gradient", "of options")
        let cells = [trajectories.steps * trajectories.batch, credits.fittedPerStep]
        let error = try fitValues(
            features, Tensor(credits.fitted, shape: cells).indexSelect(axis: 0, rows),
            to: Tensor(credits.targets.map { Float($0) }, shape: cells).indexSelect(
                axis: 0, rows))
        let terms = OptionTerms(
            evaluation, reverse: settings.estimator == .collapsed ? .summedOut : .factors(factors))
        return Update(terms: terms, metrics: metrics(norm, error, reverseLoss))
    }

    /// Steps of the critic towards targets; the mean squared error before them, over the reward scale
    /// squared.
    ///
    /// - Parameters:
    ///   - features: `[rows, features]`.
    ///   - fitted: which of the critic's numbers, `[rows, n]`.
    ///   - targets: in nats, `[rows, n]`.
    /// - Throws: `AgentError.notFinite`.
    private func fitValues(_ features: Tensor, _ fitted: Tensor, to targets: Tensor) throws
        -> Double
    {
        let scaled = targets / settings.rewardScale
        let losses = (0..<settings.valueSteps).map { _ in
            valueLearner.step(on: features) { outputs in
                (outputs.gather(axis: 1, fitted) - scaled).square().mean()
            }
        }
        for loss in losses { try requireFinite(loss, "values' loss", "of options") }
        return losses[0]
    }

    private func metrics(_ norm: Double, _ value: Double, _ reverse: Double?) -> [Metric] {
        [Metric("loss.value", value), Metric("gradient.norm", norm)]
            + (reverse.map { [Metric("loss.reverse", $0)] } ?? [])
    }

    private func features(_ trajectories: OptionTrajectories, _ rows: Tensor) -> Tensor {
        trajectories.features.flattened(from: 0, to: 1).indexSelect(axis: 0, rows)
    }

    /// What every decision is credited with; the reverse model is fitted first.
    private func credits(
        of evaluation: OptionEvaluation
    ) -> (credits: OptionCredits, factors: [Double]?, loss: Double?) {
        if settings.estimator == .collapsed {
            return (OptionCredits(collapsed: evaluation), nil, nil)
        }
        let (factors, loss) = fitReverse(evaluation)
        let credits = OptionCredits(
            sampled: evaluation, reverse: factors, credit: settings.reverse.credit,
            enumeratesOptions: settings.estimator == .enumerateOption)
        return (credits, factors, loss)
    }

    private func fitReverse(_ evaluation: OptionEvaluation) -> (factors: [Double]?, loss: Double?) {
        guard let reverse else {
            return (settings.reverse == .exact ? evaluation.exactFactors : nil, nil)
        }
        let chosen = reverse.chosen(evaluation.trajectories)
        let (reading, loss) = fit(reverse, evaluation, chosen)
        return (reverse.logFactors(reading, chosen), loss)
    }

    private func fit(
        _ reverse: OptionReverseLearner, _ evaluation: OptionEvaluation, _ chosen: Tensor
    ) -> (OptionReverseNetwork.Reading, Double) {
        let reading = reverse.reading(evaluation)
        let weights = reading.valid / Double(evaluation.trajectories.count)
        var loss = 0.0
        for _ in 0..<settings.reverseSteps {
            loss = reverse.fit(reading, chosen, weights: weights)
        }
        return (reading, loss)
    }

    /// A loss whose gradient is that of minus the bound.
    ///
    /// - Parameters:
    ///   - trajectories: what happened.
    ///   - credits: the bound's derivatives by log-probabilities.
    ///   - outputs: of policies and selection for the rows, each `[rows, outputs]`.
    ///   - rows: indices in `T × B` of the steps that happened.
    package func surrogate(
        _ trajectories: OptionTrajectories, _ credits: OptionCredits, _ outputs: [Tensor],
        rows: Tensor
    ) -> Tensor {
        let count = networks.options
        let cells = trajectories.steps * trajectories.batch
        func part(_ numbers: [Double], _ shape: [Int]) -> Tensor {
            Tensor(numbers.map { Float($0) }, shape: [cells] + shape).indexSelect(
                axis: 0, rows)
        }
        let laws = OptionLaws(networks, policies: outputs[0], selection: outputs[1])
        let isFirst = trajectories.isFirst.indexSelect(axis: 0, rows)
        let actions = trajectories.actions.flattened(from: 0, to: 1).indexSelect(axis: 0, rows)
        let byTransitions = part(credits.transitions, [count, count])
        var gain = (laws.logTransitions(isFirst: isFirst) * byTransitions).sum()
        gain += (laws.heads.logEmissions(actions) * part(credits.emissions, [count])).sum()
        if settings.deliberationCost > 0 {
            gain += (laws.logStop * part(credits.stops, [count])).sum()
        }
        return -gain
    }

    func save(to archive: Archive) {
        networks.save(to: archive.scope("networks"))
        reverse?.save(to: archive.scope("reverse"))
        learner.save(to: archive.scope("learner"))
        valueLearner.save(to: archive.scope("valueLearner"))
        archive.store(updates, as: "updates")
    }

    func load(from archive: Archive) throws {
        try networks.load(from: archive.scope("networks"))
        try reverse?.load(from: archive.scope("reverse"))
        try learner.load(from: archive.scope("learner"))
        try valueLearner.load(from: archive.scope("valueLearner"))
        updates = try archive.value("updates")
    }
}

// Relaxed options.
extension OptionLearner {
    private func relaxedUpdate(_ evaluation: OptionEvaluation) throws -> Update {
        let trajectories = evaluation.trajectories
        let fitted = fitRelaxed(evaluation)
        let all = Tensor.arange(trajectories.steps * trajectories.batch)
        var parts: RelaxedLoss!
        let norm = learner.minimize(features(trajectories, all)) { outputs in
            let laws = OptionLaws(networks, policies: outputs[0], selection: outputs[1])
            parts = RelaxedLoss(
                evaluation, relaxation(trajectories, laws), credit: settings.reverse.credit
            ) { weights in
                fitted.map { reading, _ in
                    (reverse!.network.logLaws(reading, options: weights) * weights).sum(axis: 2)
                }
            }
            return parts.total
        }
        try requireFinite(norm, "gradient", "of relaxed options")
        let rows = trajectories.rows
        let targets = Tensor(parts.targets.map { Float($0) }).indexSelect(axis: 0, rows)
        let error = try fitValues(
            features(trajectories, rows), Tensor.zeros([rows.count, 1], type: .int64),
            to: targets.unsqueezed(axis: 1))
        return Update(terms: parts.terms, metrics: metrics(norm, error, fitted?.loss))
    }

    private func relaxation(
        _ trajectories: OptionTrajectories, _ laws: OptionLaws
    ) -> OptionRelaxation {
        OptionRelaxation(trajectories, laws, heat: heat, isHard: settings.straightThrough)
    }

    private func fitRelaxed(
        _ evaluation: OptionEvaluation
    ) -> (reading: OptionReverseNetwork.Reading, loss: Double)? {
        guard let reverse else { return nil }
        let trajectories = evaluation.trajectories
        let weights = withoutGradient {
            let flat = trajectories.features.flattened(from: 0, to: 1)
                .slice(axis: 0, 0..<trajectories.steps * trajectories.batch)
            return relaxation(trajectories, networks.laws(flat)).weights
                * trajectories.valid.unsqueezed(axis: 2)
        }
        let (reading, loss) = fit(reverse, evaluation, weights)
        return (reading, loss)
    }
}
