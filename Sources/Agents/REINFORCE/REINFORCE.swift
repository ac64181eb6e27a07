import Foundation
import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistModels
import OptimistTorch

/// REINFORCE (Williams 1992) with the cost of actions, as stochastic expectation maximization.
///
///     L = E_π[Σ_t γ^t (r_t / τ − log π(a_t | s_t) / p(a_t | s_t))]
///
/// Whole episodes drawn from the posterior are the expectation; one step up their gradient
///
///     mean over episodes of Σ_t γ^t ∇ log π(a_t | s_t) (C_t − b(s_t)),   C_t = Σ_{k ≥ t} γ^{k−t} c_k
///
/// is the maximization, with c the reward less what its action cost.
public final class REINFORCE: ActorCriticAgent {
    /// The algorithm's settings.
    public let settings: REINFORCESettings
    /// Where it acts.
    public let world: World
    /// Policy and value.
    public let networks: ActorCritic
    private let learner: FusedLearner
    private let valueFit: ValueFit
    /// Steps learned from.
    private var steps = 0

    /// An agent that has seen nothing.
    ///
    /// - Throws: `AgentError.unsuitable` for actions that no policy here has, or a prior that
    ///   does not suit them.
    public init(
        _ settings: REINFORCESettings, world: World, using generator: inout Generator
    ) throws {
        self.settings = settings
        self.world = world
        networks = try ActorCritic(
            settings.networks, prior: settings.consistency.prior, world: world,
            algorithm: "reinforce", using: &generator)
        learner = networks.policyLearner(settings.descent)
        valueFit = ValueFit(networks.critic, settings.value)
    }

    /// Whole episodes.
    public var diet: Diet { .episodes(count: settings.episodes) }

    /// One step of the policy on a few episodes, then its value is fitted to what they brought.
    public func learn(
        from material: Material, using generator: inout Generator
    ) throws -> [Record] {
        let rollout = rollout(of: material)
        let rows = rows(of: rollout)
        learner.learningRate = settings.descent.learningRate(after: steps)
        let minibatch = rows.all
        let loss = PolicyLoss(.logDensity, settings.consistency, settings.descent)
        let done = try networks.descend(loss, minibatch, by: learner)
        var metrics = [
            Metric("gradient.norm", done.norm),
            PolicyReport.change(since: rollout, by: networks),
        ]
        if settings.baseline == .value {
            let error = try valueFit.fit(minibatch, using: &generator)
            metrics.append(Metric("loss.value", error))
        }
        steps += rows.count
        networks.observe(rollout.batch)
        return [PolicyReport(settings.consistency).record(of: rollout, metrics)]
    }

    /// The steps of some episodes with the signal of each action.
    package func rows(of rollout: Rollout) -> PolicyRows {
        var (advantages, targets) = (rollout.batch.rewards, rollout.batch.rewards)
        if settings.baseline == .value {
            (advantages, targets) = rollout.returns(settings.returns, settings.consistency)
        } else {
            targets = Returns.discounted(
                rollout.softened(settings.consistency), discount: settings.returns.discount)
            advantages = targets
            if settings.baseline == .batchMean {
                advantages = targets - targets.meanOfOthers(rollout.batch.valid)
            }
        }
        return rollout.rows(
            advantages: advantages, targets: targets, weights: weights(rollout.batch))
    }

    /// One part of each of the episodes, times γ^t where that is asked for, `[time, episode]`.
    private func weights(_ batch: Batch) -> Tensor {
        let share = 1 / Double(batch.width)
        guard settings.discountsSteps else { return .full([batch.time, batch.width], share) }
        let powers = (0..<batch.time).map {
            Float(pow(settings.returns.discount, Double($0)) * share)
        }
        return Tensor(powers, shape: [batch.time, 1]).expanded([batch.time, batch.width])
    }

    /// Which factors are known, assumed or learned.
    public var specification: BoundSpecification {
        policySpecification(
            world: world, terms: settings.consistency.terms,
            prior: settings.consistency.prior.rawValue, remembers: networks.memory != nil,
            action: "amortized: stochastic gradient ascent on whole episodes")
    }

    /// Writes optimizers and count.
    public func saveProgress(to archive: Archive) throws {
        learner.save(to: archive.scope("learner"))
        valueFit.save(to: archive.scope("value"))
        archive.store(steps, as: "steps")
    }

    /// Reads what `saveProgress` wrote.
    public func loadProgress(from archive: Archive) throws {
        try learner.load(from: archive.scope("learner"))
        try valueFit.load(from: archive.scope("value"))
        steps = try archive.value("steps")
    }
}

extension Tensor {
    /// For `[time, column]` the mean of the other columns that are valid at the same time; 0 where
    /// there are none.
    fileprivate func meanOfOthers(_ valid: Tensor) -> Tensor {
        let (own, total) = (self * valid, (self * valid).sum(axis: 1, keepingDimensions: true))
        let others = valid.sum(axis: 1, keepingDimensions: true) - valid
        // Of one column alone nothing is left: 0 of at least one.
        return (total - own) * (others .> 0).to(.float32) / others.maximum(1)
    }
}
