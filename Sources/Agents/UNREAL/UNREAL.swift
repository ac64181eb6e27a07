import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistModels
import OptimistTorch

/// Reinforcement learning with unsupervised auxiliary tasks (Jaderberg et al. 2016,
/// arXiv 1611.05397), on `A2C` with a memory.
///
/// As inference: the bound by the policy as in `A2C`, and further likelihoods on what the memory makes of
/// the past: of how much each part of what is seen will change under the best control of it, of the sign of
/// the next reward, and of returns once more. They add no inference, only learning about the
/// representation.
public final class UNREAL: ActorCriticAgent {
    /// The algorithm's settings.
    public let settings: UNREALSettings
    /// Where it acts.
    public let world: World
    /// Policy, value and the memory that all tasks share.
    public let networks: ActorCritic
    private let tasks: AuxiliaryTasks?
    private let learner: FusedLearner
    /// Steps learned from.
    private var steps = 0

    /// An agent that has seen nothing.
    ///
    /// - Throws: `AgentError.unsuitable` for actions that no policy here has, a prior that does
    ///   not suit them, or feature control of actions that are numbers.
    public init(_ settings: UNREALSettings, world: World, using generator: inout Generator) throws {
        self.settings = settings
        self.world = world
        networks = try ActorCritic(
            settings.networks, prior: settings.consistency.prior, world: world,
            algorithm: "unreal", using: &generator)
        tasks = try AuxiliaryTasks(settings.tasks, networks, world: world, using: &generator)
        learner = FusedLearner(
            [networks.policy.network, networks.critic] + (tasks?.heads ?? []),
            others: networks.policy.others + (networks.memory?.parameters ?? []),
            learningRate: settings.descent.learningRate, method: .rmsProp(),
            clippingNorm: settings.descent.clippingNorm)
    }

    /// The last few steps of every environment.
    public var diet: Diet { .rollouts(steps: settings.steps) }

    /// One step of the optimizer on a rollout and on what is replayed.
    public func learn(
        from material: Material, using generator: inout Generator
    ) throws -> [Record] {
        let rollout = rollout(of: material)
        let returns = rollout.returns(settings.returns, settings.consistency)
        let rows = rollout.rows(advantages: returns.advantages, targets: returns.targets).all
        learner.learningRate = settings.descent.learningRate(after: steps)
        let (done, further) =
            if let tasks {
                try descend(rows, tasks, using: &generator)
            } else {
                (try networks.descend(settings.loss, rows, by: learner), [Metric]())
            }
        steps += rows.values.count
        tasks?.replay.append(rollout.batch)
        networks.observe(rollout.batch)
        let metrics = [
            Metric("loss.value", done.valueLoss), Metric("gradient.norm", done.norm),
            PolicyReport.change(since: rollout, by: networks),
        ]
        return [PolicyReport(settings.consistency).record(of: rollout, metrics + further)]
    }

    /// One step down the sum of all losses, each on rows of its own that all networks read together.
    private func descend(
        _ rows: PolicyMinibatch, _ tasks: AuxiliaryTasks, using generator: inout Generator
    ) throws -> (PolicyDescent, [Metric]) {
        let parts = tasks.parts(settings, networks, using: &generator)
        let features = Tensor.concatenated([rows.features] + parts.map(\.features), axis: 0)
        var policy: PolicyLoss.Parts!
        var further: [(name: String, loss: Tensor)] = []
        let norm = learner.minimize(features) { outputs in
            var start = rows.features.size(axis: 0)
            func slice(_ count: Int) -> [Tensor] {
                defer { start += count }
                return outputs.map { $0.slice(axis: 0, start..<start + count) }
            }
            policy = settings.loss(
                networks.policy.law(ofOutputs: outputs[0].slice(axis: 0, 0..<start)),
                outputs[1].slice(axis: 0, 0..<start).squeezed(axis: 1), rows, networks.kind)
            further = parts.map { ($0.name, $0.loss(slice($0.features.size(axis: 0)))) }
            return further.reduce(policy.total) { $0 + $1.loss }
        }
        try requireFinite(norm, "gradient", "of the sum of all tasks' losses")
        let done = PolicyDescent(
            norm: norm, policyLoss: policy.policy.item(), valueLoss: policy.value.item(),
            divergence: policy.divergence.item())
        return (done, further.map { Metric("tasks.\($0.name)", $0.loss.item()) })
    }

    /// Which factors are known, assumed or learned.
    public var specification: BoundSpecification {
        var specification = policySpecification(
            world: world, terms: settings.consistency.terms,
            prior: settings.consistency.prior.rawValue, remembers: networks.memory != nil,
            action: "amortized: steps of stochastic gradient ascent")
        guard tasks != nil else { return specification }
        specification.joint.append(
            Factor(
                "p(y|s_1:t)", of: "y", given: ["s_1:t"], .learned,
                role: "changes, signs of rewards and returns, from the memory"))
        return specification
    }

    /// Writes optimizer, count, the tasks' heads and what is replayed.
    public func saveProgress(to archive: Archive) throws {
        learner.save(to: archive.scope("learner"))
        archive.store(steps, as: "steps")
        tasks?.save(to: archive.scope("tasks"))
    }

    /// Reads what `saveProgress` wrote.
    public func loadProgress(from archive: Archive) throws {
        try learner.load(from: archive.scope("learner"))
        steps = try archive.value("steps")
        try tasks?.load(from: archive.scope("tasks"))
    }
}
