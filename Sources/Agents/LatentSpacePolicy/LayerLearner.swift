import OptimistCore
import OptimistModels
import OptimistProbability
import OptimistTorch

/// Trains one layer by soft actor-critic in nats: temperature 1, rewards times their scale, and the
/// prior of what the layer makes in the critics' targets and in the layer's own loss.
package final class LayerLearner {
    /// What is trained.
    package let layer: InvertibleLayer
    private let critics: SoftCritics
    private let optimizer: Adam
    private let settings: LatentSpacePolicySettings
    private let kind: ActionKind
    private let prior: PolicyPrior

    /// A learner of a layer that is the identity.
    ///
    /// - Parameters:
    ///   - settings: of the agent.
    ///   - kind: what the layer makes: actions, or latents of the layer below.
    ///   - features: numbers of a state.
    ///   - generator: draws weights.
    package init(
        _ settings: LatentSpacePolicySettings, kind: ActionKind, features: Int,
        using generator: inout Generator
    ) {
        guard case .continuous(let width, let isBounded) = kind else {
            fail("LayerLearner", "actions are no numbers")
        }
        self.settings = settings
        self.kind = kind
        prior = isBounded ? .uniform : .gaussian(deviation: 1)
        layer = InvertibleLayer(
            width: width, features: features, isSquashed: isBounded, settings: settings.layer,
            using: &generator)
        critics = SoftCritics(
            inputs: features + width, outputs: 1, settings: settings.criticSettings,
            using: &generator)
        optimizer = Adam(layer.parameters, learningRate: settings.learningRate)
    }

    /// What standard normal noise becomes, and log π/p of it in nats, `[rows]`.
    package func draw(_ noise: Tensor, in states: Tensor) -> (value: Tensor, cost: Tensor) {
        let image = layer.forward(noise, in: states)
        let density = StandardLatents.logDensity(noise) - image.logDeterminant
        return (image.value, density - prior.logDensity(image.value, kind))
    }

    /// One update of critics and layer; the critics' loss and log π/p of draws.
    ///
    /// - Parameters:
    ///   - rows: transitions whose actions are what the layer made, and whose rewards are in nats.
    ///   - generator: draws.
    func update(
        _ rows: ReplayedRows, using generator: inout Generator
    ) throws -> (loss: Double, cost: Tensor) {
        let count = rows.rewards.count
        let targets = withoutGradient {
            let noise = Tensor.normal([count, layer.width], using: &generator)
            let next = draw(noise, in: rows.nextFeatures)
            let pairs = Tensor.concatenated([rows.nextFeatures, next.value], axis: 1)
            let following = critics.target(pairs).squeezed(axis: 1) - next.cost
            return rows.rewards + rows.continuation * following * settings.discount
        }
        let loss = critics.fit(rows.pairs, to: targets.unsqueezed(axis: 1))
        try requireFinite(loss, "critics' loss", "of a latent-space policy")
        let noise = Tensor.normal([count, layer.width], using: &generator)
        let cost = try improve(rows.features, noise: noise) { values in
            let pairs = Tensor.concatenated([rows.features, values], axis: 1)
            return critics.judge(pairs, by: settings.policyCritic).gradient
                .slice(axis: 1, rows.features.size(axis: 1)..<pairs.size(axis: 1))
        }
        critics.follow()
        return (loss, cost)
    }

    /// One step of the layer down E[log π/p − Q] of draws; log π/p of these before.
    ///
    /// - Parameters:
    ///   - states: `[rows, features]`.
    ///   - noise: standard normal, `[rows, width]`.
    ///   - weights: of the rows, summing to 1; nil for equal ones.
    ///   - slope: ∇Q in nats at what the noise became, `[rows, width]`.
    package func improve(
        _ states: Tensor, noise: Tensor, weights: Tensor? = nil, slope: (Tensor) -> Tensor
    ) throws -> Tensor {
        let drawn = draw(noise, in: states)
        let climb = slope(drawn.value.detached())
        // The second sum has the gradient of −Q.
        let terms = drawn.cost - (drawn.value * climb).sum(axis: 1)
        let loss = weights.map { (terms * $0).sum() } ?? terms.mean()
        let norm = optimizer.minimize(loss, allowUnused: true)
        try requireFinite(norm, "layer's gradient", "of a latent-space policy")
        return drawn.cost.detached()
    }

    func save(to archive: Archive) {
        layer.save(to: archive.scope("layer"))
        critics.save(to: archive.scope("critics"))
        optimizer.save(to: archive.scope("optimizer"))
    }

    func load(from archive: Archive) throws {
        try layer.load(from: archive.scope("layer"))
        try critics.load(from: archive.scope("critics"))
        try optimizer.load(from: archive.scope("optimizer"))
    }
}
