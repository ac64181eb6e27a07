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
public final class PPO: ActorCriticAgent {
    /// The algorithm's settings.
    public let settings: PPOSettings
    /// Where it acts.
    public let world: World
    /// Policy and value.
    public let networks: ActorCritic
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
            settings.networks, prior: settings.consistency.prior, world: world, algorithm: "ppo",
            using: &generator)
        learner = networks.learner(
            learningRate: settings.descent.learningRate, method: .adam(epsilon: 1e-5),
            clippingNorm: settings.descent.clippingNorm)
    }

    /// The last steps of every environment.
    public var diet: Diet { .rollouts(steps: settings.steps) }

    /// Passes over a rollout in minibatches, until the policy has moved far enough.
    public func learn(
        from material: Material, using generator: inout Generator
    ) throws -> [Record] {
        learner.learningRate = settings.descent.learningRate(after: steps)
        let rollout = rollout(of: material)
        let returns = rollout.returns(settings.returns, settings.consistency)
        let rows = rollout.rows(advantages: returns.advantages, targets: returns.targets)
        let loss = loss(clip: settings.clip * settings.descent.remaining(after: steps))
        var progress = DescentProgress()
        epochs: for _ in 0..<settings.epochs {
            for part in rows.minibatches(of: settings.minibatch, using: &generator) {
                progress.add(try networks.descend(loss, part, by: learner))
            }
            if let limit = settings.divergenceLimit, progress.lastDivergence > 1.5 * limit {
                break epochs
            }
        }
        adaptPenalty(to: progress.lastDivergence)
        steps += rows.count
        networks.observe(rollout.batch)
        let price = shownPenalty.map { [Metric("policy.penalty", $0)] } ?? []
        return [PolicyReport(settings.consistency).record(of: rollout, progress.metrics + price)]
    }

    /// The loss of a minibatch, ratios counting so far.
    package func loss(clip: Double) -> PolicyLoss {
        PolicyLoss(
            settings.objective == .clip ? .clipped(clip) : .penalized(penalty),
            settings.consistency,
            settings.descent, valueWeight: settings.valueWeight,
            valueClip: settings.clipsValues ? clip : nil)
    }

    /// Half or double where the divergence misses what it aims at by half (section 4).
    private func adaptPenalty(to divergence: Double) {
        guard settings.objective == .adaptive else { return }
        let target = settings.divergenceLimit ?? 0.01
        if divergence < target / 1.5 { penalty /= 2 }
        if divergence > target * 1.5 { penalty *= 2 }
    }

    private var shownPenalty: Double? { settings.objective == .clip ? nil : penalty }

    /// Which factors are known, assumed or learned.
    public var specification: BoundSpecification {
        policySpecification(
            world: world, terms: settings.consistency.terms,
            prior: "the policy that acted, and \(settings.consistency.prior.rawValue)",
            priorStatus: .learned, remembers: networks.memory != nil,
            action: "amortized: several steps from one rollout, kept near (\(settings.objective))")
    }

    /// Writes optimizer and counts.
    public func saveProgress(to archive: Archive) throws {
        learner.save(to: archive.scope("learner"))
        archive.store(penalty, as: "penalty")
        archive.store(steps, as: "steps")
    }

    /// Reads what `saveProgress` wrote.
    public func loadProgress(from archive: Archive) throws {
        try learner.load(from: archive.scope("learner"))
        penalty = try archive.value("penalty")
        steps = try archive.value("steps")
    }
}
