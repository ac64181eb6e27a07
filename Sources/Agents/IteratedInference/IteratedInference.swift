import Foundation
import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistModels
import OptimistTorch

/// Iterated inference (Rawlik et al. 2012, arXiv 1009.3958; mirror descent policy optimization,
/// Tomar et al. 2020, arXiv 2005.09814): the posterior over actions becomes the next prior,
///
///     π_j = argmax E_π[Σ α r_t − KL(π ‖ π_{j−1})(s_t)]
///
/// Each round that raises its bound above that of staying, α J(π_{j−1}), raises the expected reward.
/// j rounds at scale α are one at scale j α, so that the prior is forgotten, and the best policy is
/// the fixed point.
public final class IteratedInference: ActorCriticAgent {
    /// The algorithm's settings.
    public let settings: IteratedInferenceSettings
    /// Where it acts.
    public let world: World
    /// Policy and value.
    public let networks: ActorCritic
    private let learner: FusedLearner
    /// π_{j−1}, for rollouts of another policy.
    private var previous: PolicyNetwork
    /// Rounds done.
    private var rounds = 0
    /// Rollouts of this round.
    private var rollouts = 0
    /// Steps learned from.
    private var steps = 0

    /// An agent that has seen nothing.
    ///
    /// - Throws: `AgentError.unsuitable` for actions that no policy here has.
    public init(
        _ settings: IteratedInferenceSettings, world: World, using generator: inout Generator
    ) throws {
        try settings.validate()
        self.settings = settings
        self.world = world
        networks = try ActorCritic(
            settings.networks, world: world, algorithm: "iterated", using: &generator)
        learner = networks.learner(
            learningRate: settings.descent.learningRate, method: .adam(epsilon: 1e-5),
            clippingNorm: settings.descent.clippingNorm)
        previous = networks.policy.copied()
    }

    /// The last steps of every environment.
    public var diet: Diet { .rollouts(steps: settings.steps) }

    /// α of the present round.
    package var rewardScale: Double {
        settings.rewardScale * pow(settings.rewardScaleGrowth, Double(rounds))
    }

    /// A round on a rollout of the policy before, or one step of a round on a fresh one.
    public func learn(
        from material: Material, using generator: inout Generator
    ) throws -> [Record] {
        let rollout = rollout(of: material)
        learner.learningRate = settings.descent.learningRate(after: steps)
        let record =
            switch settings.inner {
            case .surrogate: try inferAgain(from: rollout, using: &generator)
            case .onPolicy: try step(on: rollout)
            }
        steps += rollout.batch.validRows.count
        networks.observe(rollout.batch)
        return [record]
    }

    // MARK: Several passes over one rollout

    private func inferAgain(
        from rollout: Rollout, using generator: inout Generator
    ) throws -> Record {
        let returns = rollout.returns(settings.returns)
        let rows = rollout.rows(advantages: returns.advantages, targets: returns.targets)
        var (progress, least) = (DescentProgress(), Double.infinity)
        for _ in 0..<settings.innerSteps {
            var sum = 0.0
            for part in rows.minibatches(of: settings.minibatch, using: &generator) {
                let done = try networks.descend(surrogateLoss, part, by: learner)
                progress.add(done)
                sum += done.policyLoss * Double(part.actions.size(axis: 0))
            }
            // What does not improve any more is done, and what went far enough.
            if sum >= least || isFar(progress.lastDivergence) { break }
            least = sum
        }
        let scale = rewardScale
        rounds += 1
        let new = networks.policy.predict(rows.all.features.detached())
        return PolicyReport.record(
            of: rollout, rewardScale: scale, divergence: new.divergence(to: rows.all.law),
            progress.metrics + [Metric("policy.rewardScale", scale)])
    }

    /// The loss of a minibatch of the policy before.
    package var surrogateLoss: PolicyLoss {
        PolicyLoss(
            .inferred(1 / rewardScale), valueWeight: settings.valueWeight,
            standardizesAdvantages: settings.descent.standardizesAdvantages)
    }

    private func isFar(_ divergence: Double) -> Bool {
        settings.divergenceLimit.map { divergence > $0 } ?? false
    }

    // MARK: One step on a fresh rollout

    private func step(on rollout: Rollout) throws -> Record {
        let (rows, divergence) = onPolicyRows(of: rollout)
        let done = try networks.descend(onPolicyLoss, rows.all, by: learner)
        let scale = rewardScale
        rollouts += 1
        if rollouts >= settings.innerSteps || isFar(divergence.mean().item()) {
            beginRound()
        }
        return PolicyReport.record(
            of: rollout, rewardScale: scale, divergence: divergence,
            [
                Metric("loss.value", done.valueLoss), Metric("gradient.norm", done.norm),
                PolicyReport.change(since: rollout, by: networks),
                Metric("policy.rewardScale", scale),
            ])
    }

    /// The policy as it is becomes what is likely beforehand.
    package func beginRound() {
        previous = networks.policy.copied()
        (rollouts, rounds) = (0, rounds + 1)
    }

    /// Steps with what their actions bring less log π/previous, and KL(π ‖ previous) of each, `[rows]`.
    package func onPolicyRows(of rollout: Rollout) -> (rows: PolicyRows, divergence: Tensor) {
        let batch = rollout.batch
        let flat = rollout.features.flattened(from: 0, to: 1)
        let before = previous.predict(flat.slice(axis: 0, 0..<batch.time * batch.width))
        let actions = batch.actions.flattened(from: 0, to: 1)
        let cost = rollout.logDensities.flattened() - before.logDensity(actions)
        var charged = rollout
        charged.batch.rewards =
            batch.rewards - cost.reshaped([batch.time, batch.width]) * (1 / rewardScale)
        let returns = charged.returns(settings.returns)
        return (
            rollout.rows(advantages: returns.advantages, targets: returns.targets),
            rollout.law.divergence(to: before).indexSelect(axis: 0, batch.validRows)
        )
    }

    /// The loss of a step on a fresh rollout.
    package var onPolicyLoss: PolicyLoss {
        PolicyLoss(
            .logDensity, valueWeight: settings.valueWeight,
            standardizesAdvantages: settings.descent.standardizesAdvantages)
    }

    /// Which factors are known, assumed or learned.
    public var specification: BoundSpecification {
        policySpecification(
            world: world, terms: [.reward, .actionConsistency], prior: "the policy before",
            priorStatus: .learned, remembers: networks.memory != nil,
            action: settings.inner == .onPolicy
                ? "amortized: stochastic gradient ascent, round after round"
                : "amortized: several steps from one rollout, round after round")
    }

    /// Writes the policy before, optimizer and counts.
    public func saveProgress(to archive: Archive) throws {
        previous.save(to: archive.scope("previous"))
        learner.save(to: archive.scope("learner"))
        archive.store([rounds, rollouts, steps], as: "counts")
    }

    /// Reads what `saveProgress` wrote.
    public func loadProgress(from archive: Archive) throws {
        try previous.load(from: archive.scope("previous"))
        try learner.load(from: archive.scope("learner"))
        let counts: [Int] = try archive.value("counts")
        if counts.count != 3 { throw AgentError.archive("\(counts.count) counts, not 3") }
        (rounds, rollouts, steps) = (counts[0], counts[1], counts[2])
    }
}
