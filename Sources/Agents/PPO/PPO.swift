import Foundation
import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistModels
import OptimistTorch

/// Proximal policy optimization (Schulman et al. 2017, arXiv 1707.06347).
///
/// As inference: the policy that acted is the prior of the next one. Its rollouts serve several
/// steps of the maximization, with ratios of probabilities for the change of law, and stay useful
/// as long as the policy stays near: by clipping ratios, or by the price of the divergence, which
/// is then the bound's action consistency.
public final class PPO: Agent {
    /// The algorithm's settings.
    public let settings: PPOSettings
    private let world: World
    private let networks: ActorCritic
    private let learner: FusedLearner
    /// What a nat of divergence from the acting policy costs now.
    private var penalty: Double
    /// Steps learned from.
    private var steps = 0

    /// A PPO that has seen nothing.
    ///
    /// - Throws: `AgentError.unsuitable` for actions that no policy here has, or a prior that
    ///   does not suit them.
    public init(_ settings: PPOSettings, world: World, using generator: inout Generator) throws {
        self.settings = settings
        self.world = world
        penalty = settings.penalty
        networks = try ActorCritic(
            settings.networks, world: world, algorithm: "ppo", using: &generator)
        try requireSuitable(settings.prior, networks.kind, world: world, algorithm: "ppo")
        learner = networks.learner(
            learningRate: settings.learningRate, method: .adam(epsilon: 1e-5),
            clippingNorm: settings.clippingNorm)
    }

    /// The last steps of every environment.
    public var diet: Diet { .rollouts(steps: settings.steps) }

    /// A memory's state, where there is one.
    public func carry(for environments: Int) -> PolicyCarry { networks.carry(for: environments) }

    /// Draws from the policy.
    public func act(
        on arrival: Arrival, carrying carry: inout PolicyCarry, mode: ActingMode,
        using generator: inout Generator
    ) throws -> Action {
        networks.act(on: arrival, carrying: &carry, mode: mode, using: &generator)
    }

    /// Passes over a rollout in minibatches, until the policy has moved far enough.
    public func learn(
        from material: Material, using generator: inout Generator
    ) throws -> [Record] {
        guard case .rollouts(let batch) = material else { fail("PPO.learn", "not fed rollouts") }
        let remaining = settings.annealedOver.map { max(0, 1 - Double(steps) / Double($0)) } ?? 1
        learner.learningRate = settings.learningRate * remaining
        let rollout = Rollout(batch, networks)
        let returns = rollout.returns(
            softening: settings.entropyGradient == .exact ? settings.temperature : 0,
            prior: settings.prior, discount: settings.discount, lambda: settings.lambda)
        let rows = rollout.rows(advantages: returns.advantages, targets: returns.targets)
        var progress = ProximalProgress()
        epochs: for _ in 0..<settings.epochs {
            for part in rows.minibatches(of: settings.minibatch, using: &generator) {
                try update(part, clip: settings.clip * remaining, &progress)
            }
            if let limit = settings.divergenceLimit, progress.lastDivergence > 1.5 * limit {
                break epochs
            }
        }
        adaptPenalty(to: progress.lastDivergence)
        steps += rows.count
        networks.observe(batch)
        return [report.record(of: rollout, progress.metrics(penalty: shownPenalty))]
    }

    private func update(
        _ rows: PolicyMinibatch, clip: Double, _ progress: inout ProximalProgress
    ) throws {
        let price = settings.entropyGradient == .instantaneous ? settings.temperature : 0
        let isFused =
            settings.objective == .clip && clip > 0
            && (price == 0 || settings.prior.isEntropy(networks.kind))
        let done =
            isFused
            ? fusedStep(on: rows, clip: clip, price: price)
            : composedStep(on: rows, clip: clip, price: price)
        try requireFinite(done.norm, "gradient", "of PPO")
        progress.add(divergence: done.divergence, valueLoss: done.valueLoss, norm: done.norm)
    }

    /// What a step of the optimizer did.
    private typealias Done = (norm: Double, divergence: Double, valueLoss: Double)

    private func fusedStep(on rows: PolicyMinibatch, clip: Double, price: Double) -> Done {
        let loss = FusedPolicyLoss(
            clip: clip, standardizesAdvantages: settings.standardizesAdvantages,
            entropyWeight: price, valueWeight: settings.valueWeight,
            valueClip: settings.clipsValues ? clip : nil)
        let (norm, parts) = networks.descend(loss, rows, by: learner)
        return (norm, parts.divergence, parts.valueLoss)
    }

    private func composedStep(on rows: PolicyMinibatch, clip: Double, price: Double) -> Done {
        var parts: ProximalLoss.Parts!
        let norm = learner.minimize(rows.features) { outputs in
            let law = networks.policy.law(ofOutputs: outputs[0])
            let objective = ProximalLoss(settings: settings, clip: clip, penalty: penalty)
            parts = objective(law, outputs[1].squeezed(axis: 1), rows)
            let loss = parts.policy + parts.value * settings.valueWeight
            guard price > 0 else { return loss }
            return loss + settings.prior.divergence(of: law, networks.kind)!.mean() * price
        }
        return (norm, parts.divergence.item(), parts.value.item())
    }

    /// Half or double where the divergence misses what it aims at by half (section 4).
    private func adaptPenalty(to divergence: Double) {
        guard settings.objective == .adaptive else { return }
        let target = settings.divergenceLimit ?? 0.01
        if divergence < target / 1.5 { penalty /= 2 }
        if divergence > target * 1.5 { penalty *= 2 }
    }

    private var shownPenalty: Double? { settings.objective == .clip ? nil : penalty }

    private var report: PolicyReport {
        PolicyReport(
            rewardScale: settings.temperature > 0 ? 1 / settings.temperature : nil,
            prior: settings.prior)
    }

    /// Which factors are known, assumed or learned.
    public var specification: BoundSpecification {
        policySpecification(
            world: world, terms: [.reward, .actionConsistency],
            prior: "the policy that acted, and \(settings.prior.rawValue)",
            priorStatus: .learned, remembers: networks.memory != nil,
            action: "amortized: several steps from one rollout, kept near (\(settings.objective))")
    }

    /// Writes networks, optimizer and counts.
    public func save(to archive: Archive) throws {
        networks.save(to: archive.scope("networks"))
        learner.save(to: archive.scope("learner"))
        archive.store(penalty, as: "penalty")
        archive.store(steps, as: "steps")
    }

    /// Reads what `save` wrote.
    public func load(from archive: Archive) throws {
        try networks.load(from: archive.scope("networks"))
        try learner.load(from: archive.scope("learner"))
        penalty = try archive.value("penalty")
        steps = try archive.value("steps")
    }
}
