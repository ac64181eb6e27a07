import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistModels
import OptimistTorch

/// V-MPO (Song et al. 2019, arXiv 1909.12238): expectation maximization with a learned value alone.
///
/// As inference: the policy that acted is the prior. Expectation: a posterior over the steps of a
/// batch, the better half of them, ∝ exp(A / η), with η such that it stays within a divergence of
/// equal weights. Maximization: the policy is fitted to it, within a divergence of the prior.
public final class VMPO: ActorCriticAgent {
    /// The algorithm's settings.
    public let settings: VMPOSettings
    /// Where it acts.
    public let world: World
    /// Policy and value.
    public let networks: ActorCritic
    private let learner: FusedLearner
    private let temperature: DualVariable
    private let region: SoftPolicyRegion
    /// Steps learned from.
    private var steps = 0

    /// An agent that has seen nothing.
    ///
    /// - Throws: `AgentError.unsuitable` for actions that no policy here has.
    public init(_ settings: VMPOSettings, world: World, using generator: inout Generator) throws {
        self.settings = settings
        self.world = world
        networks = try ActorCritic(
            settings.networks, world: world, algorithm: "v-mpo", using: &generator)
        learner = networks.learner(
            learningRate: settings.descent.learningRate, method: .adam(),
            clippingNorm: settings.descent.clippingNorm)
        temperature = DualVariable(
            settings.initialTemperature, learningRate: settings.dualLearningRate)
        region = SoftPolicyRegion(networks.kind, settings)
    }

    /// The last steps of every environment.
    public var diet: Diet { .rollouts(steps: settings.steps) }

    /// Passes over a rollout in minibatches.
    public func learn(
        from material: Material, using generator: inout Generator
    ) throws -> [Record] {
        let rollout = rollout(of: material)
        let returns = rollout.returns(settings.returns)
        let rows = rollout.rows(advantages: returns.advantages, targets: returns.targets)
        learner.learningRate = settings.descent.learningRate(after: steps)
        var progress = DescentProgress()
        for _ in 0..<settings.epochs {
            for part in rows.minibatches(of: settings.minibatch, using: &generator) {
                progress.add(try update(part))
            }
        }
        steps += rows.count
        networks.observe(rollout.batch)
        let all = rows.all
        let new = networks.policy.predict(all.features.detached())
        let heat = temperature.value.item()
        // The temperature is one of standardized advantages.
        let unit =
            settings.descent.standardizesAdvantages
            ? max(all.advantages.standardDeviation().item(), 1e-8) : 1
        return [
            PolicyReport.record(
                of: rollout, rewardScale: 1 / (heat * unit),
                divergence: new.divergence(to: all.law),
                progress.metrics + [
                    Metric("policy.temperature", heat), Metric("policy.penalty", region.price),
                ])
        ]
    }

    /// An expectation and a maximization step on a minibatch.
    private func update(_ rows: PolicyMinibatch) throws -> PolicyDescent {
        let standardizes = settings.descent.standardizesAdvantages
        let best = TopAdvantages(
            standardizes ? rows.advantages.standardized : rows.advantages,
            share: settings.topShare)
        let weights = best.weights(temperature: temperature.value)
        let actions = rows.actions.indexSelect(axis: 0, best.rows)
        let old = rows.law
        var (divergence, parts) = (Tensor(0), (policy: Tensor(0), value: Tensor(0)))
        let norm = learner.minimize(rows.features) { outputs in
            let law = networks.policy.law(ofOutputs: outputs[0])
            parts.policy = -(law.rows(best.rows).logDensity(actions) * weights).sum()
            parts.value = (outputs[1].squeezed(axis: 1) - rows.targets).square().mean()
            divergence = region.divergence(from: old, to: law)
            return parts.policy + region.cost(divergence) + parts.value * settings.valueWeight
        }
        try requireFinite(norm, "gradient", "of V-MPO")
        temperature.descend {
            best.temperatureLoss($0, maximumDivergence: settings.weightDivergence)
        }
        region.adapt(to: divergence.detached())
        return PolicyDescent(
            norm: norm, policyLoss: parts.policy.item(), valueLoss: parts.value.item(),
            divergence: divergence.detached().sum().item())
    }

    /// Which factors are known, assumed or learned.
    public var specification: BoundSpecification {
        policySpecification(
            world: world, terms: [.reward, .actionConsistency], prior: "the policy that acted",
            priorStatus: .learned, remembers: networks.memory != nil,
            action: "amortized: fitted to the better steps, weighed by exp(A/η)")
    }

    /// Writes optimizers, temperature, prices and count.
    public func saveProgress(to archive: Archive) throws {
        learner.save(to: archive.scope("learner"))
        temperature.save(to: archive.scope("temperature"))
        region.save(to: archive.scope("region"))
        archive.store(steps, as: "steps")
    }

    /// Reads what `saveProgress` wrote.
    public func loadProgress(from archive: Archive) throws {
        try learner.load(from: archive.scope("learner"))
        try temperature.load(from: archive.scope("temperature"))
        try region.load(from: archive.scope("region"))
        steps = try archive.value("steps")
    }
}
