import OptimistCore
import OptimistExperience
import OptimistTorch

/// An ensemble of networks that predict a Gaussian, or a mean alone, for each target (Chua,
/// Calandra, McAllister and Levine 2018; Lakshminarayanan et al. 2017).
///
/// As inference: p(parameters | data) is approximated by members fitted to bootstraps of the data
/// (what is not known), each with a Gaussian head (what is random). The last `logits` targets are
/// truth values; their means are logits and their variances are not used.
public final class ProbabilisticEnsemble {
    /// The settings it was made with.
    public let settings: DynamicsSettings
    /// Numbers in an input row.
    public let inputs: Int
    /// Numbers predicted.
    public let targets: Int
    /// How many of the last targets are truth values.
    public let logits: Int
    /// The networks; outputs `[means | raw log-variances]`, or means alone.
    public let network: FusedNetwork
    /// Moves and scales inputs.
    public internal(set) var normalizer: Normalizer
    /// Members that predictions use, best first.
    public internal(set) var elites: [Int]
    /// How often it was fitted.
    public internal(set) var fits = 0

    let trainer: FusedTrainer
    /// Bounds of the log-variances, `[targets]` each, shared by all members.
    let minimum: Tensor
    let maximum: Tensor
    let boundTrainer: Adam

    /// An ensemble with drawn weights.
    ///
    /// - Parameters:
    ///   - settings: members, layers and how they are fitted.
    ///   - inputs: numbers in an input row.
    ///   - targets: numbers predicted.
    ///   - logits: how many of the last targets are truth values.
    ///   - generator: draws the weights.
    public init(
        _ settings: DynamicsSettings, inputs: Int, targets: Int, logits: Int = 0,
        using generator: inout Generator
    ) {
        self.settings = settings
        self.inputs = inputs
        self.targets = targets
        self.logits = logits
        let outputs = settings.probabilistic ? 2 * targets : targets
        network = FusedNetwork(
            members: settings.members, sizes: [inputs] + settings.hidden + [outputs],
            activation: .silu, using: &generator)
        let decay = settings.weightDecay
        trainer = FusedTrainer(
            network, learningRate: settings.learningRate,
            weightDecay: decay.count == 1
                ? .init(repeating: decay[0], count: settings.hidden.count + 1) : decay)
        minimum = .full([targets], -10)
        maximum = .full([targets], 0.5)
        boundTrainer = Adam(
            [NamedTensor("minimum", minimum), NamedTensor("maximum", maximum)],
            learningRate: settings.learningRate)
        normalizer = Normalizer(width: inputs)
        // Inputs are float32: a smaller deviation is rounding.
        normalizer.smallestDeviation = 1e-5
        elites = Array(0..<settings.members)
    }

    /// The bounds of the log-variances as they stand; nil where means alone are predicted.
    public var bounds: LogVarianceBounds? {
        settings.probabilistic
            ? LogVarianceBounds(minimum: minimum.floats(), maximum: maximum.floats()) : nil
    }

    /// Means and log-variances of every member, `[member, rows, targets]`, for raw inputs
    /// `[rows, inputs]`, or `[member, rows, inputs]` where members see different rows.
    ///
    /// The log-variance is nil where means alone are predicted.
    public func predict(_ rows: Tensor) -> (mean: Tensor, logVariance: Tensor?) {
        let outputs = network.predict(normalizer.normalize(rows))
        guard settings.probabilistic else { return (outputs, nil) }
        let raw = outputs.slice(axis: 2, targets..<2 * targets)
        return (outputs.slice(axis: 2, 0..<targets), boundedLogVariance(raw))
    }

    /// Soft bounds: lv = max − softplus(max − raw), then min + softplus(lv − min).
    public func boundedLogVariance(_ raw: Tensor) -> Tensor {
        let above = maximum - (maximum - raw).softplus()
        return minimum + (above - minimum).softplus()
    }

    /// The mean and variance of the elites' equal mixture, `[rows, targets]`: the mean of means;
    /// the mean variance plus the variance of the means.
    public func mixture(_ rows: Tensor) -> (mean: Tensor, variance: Tensor) {
        let (mean, logVariance) = predict(rows)
        let chosen = Tensor(elites)
        let means = mean.indexSelect(axis: 0, chosen)
        let spread = means.variance(axis: 0, correction: 0)
        guard let logVariance else { return (means.mean(axis: 0), spread) }
        let noise = logVariance.indexSelect(axis: 0, chosen).exp().mean(axis: 0)
        return (means.mean(axis: 0), noise + spread)
    }
}

extension ProbabilisticEnsemble {
    /// Writes parameters, optimizers, normalizer, bounds and elites.
    public func save(to archive: Archive) {
        network.save(to: archive.scope("network"))
        trainer.save(to: archive.scope("trainer"))
        boundTrainer.save(to: archive.scope("boundTrainer"))
        archive.store(minimum, as: "minimum")
        archive.store(maximum, as: "maximum")
        archive.store(normalizer, as: "normalizer")
        archive.store(elites, as: "elites")
        archive.store(fits, as: "fits")
    }

    /// Reads what `save` wrote into an ensemble of the same shape.
    ///
    /// - Throws: `ArchiveError` where a part is missing or of another shape.
    public func load(from archive: Archive) throws {
        let elites: [Int] = try archive.value("elites")
        guard !elites.isEmpty, elites.allSatisfy({ 0 <= $0 && $0 < settings.members }) else {
            throw archive.invalid("elites", "\(elites) of \(settings.members) members")
        }
        let normalizer: Normalizer = try archive.value("normalizer")
        guard normalizer.width == inputs else {
            throw archive.invalid("normalizer", "it has \(normalizer.width) entries, not \(inputs)")
        }
        let bounds = try (
            archive.tensor("minimum", like: minimum), archive.tensor("maximum", like: maximum)
        )
        try network.load(from: archive.scope("network"))
        try trainer.load(from: archive.scope("trainer"))
        try boundTrainer.load(from: archive.scope("boundTrainer"))
        minimum.assign(bounds.0)
        maximum.assign(bounds.1)
        self.normalizer = normalizer
        self.elites = elites
        fits = try archive.value("fits")
    }
}
