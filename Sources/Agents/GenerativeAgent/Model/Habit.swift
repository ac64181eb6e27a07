import OptimistCore
import OptimistModels
import OptimistPlanning
import OptimistProbability
import OptimistTorch

/// A learned action prior p(a | h, z), the habit, for one kind of actions: how raw actions reach the
/// model and the environment, and what of a plan is kept for the habit to learn from.
package protocol Habit: Module {
    /// Laws over raw actions.
    associatedtype Law: PlannedLaw

    /// Numbers in an action as the model's networks take it.
    var codeWidth: Int { get }
    /// Numbers in a stored plan.
    var planWidth: Int { get }

    /// The network of a Gaussian habit whose raw actions are squashed by tanh, which kernels can draw
    /// from; nil for another habit.
    var gaussian: GaussianPolicyHead? { get }

    /// p(a | h, z), batch `[...]` of `[..., features]`.
    func law(_ features: Tensor) -> Law
    /// Raw actions as the model's networks take them, `[..., code]`.
    func code(_ raw: Tensor) -> Tensor
    /// Actions of a batch, in the agent's units, as the model's networks take them.
    func code(ofStored actions: Tensor) -> Tensor
    /// Raw actions in the agent's units, row after row.
    func values(_ raw: Tensor) -> [Float]
    /// The best single raw action of a law, `[batch...]`.
    func best(_ law: Law) -> Tensor
    /// A raw action with noise of a deviation, in units of its own.
    func perturbed(_ raw: Tensor, deviation: Double, using generator: inout Generator) -> Tensor
    /// A habit with equal parameters of its own.
    func copied() -> Self
    /// How far a law has moved from an older one, in parts that are limited apart, each `[batch...]`.
    func divergences(from old: Law, to new: Law) -> [Tensor]
    /// What is stored of a plan, `[state, plan]`.
    func stored(_ plan: ActionPosterior<Law>, using generator: inout Generator) -> Tensor
    /// The posterior q(a) that a stored plan describes, batch `[...]` of `[..., plan]`.
    func posterior(ofStored plans: Tensor) -> Law
    /// −E_q[log p(a | h, z)] over what is stored of plans, `[...]` of `[..., plan]`, up to a constant:
    /// what distilling them into the habit lowers (forward, mass-covering).
    func distillationLoss(_ law: Law, stored plans: Tensor) -> Tensor
}

/// The habit of continuous actions: a Gaussian over what tanh squashes into the box.
package struct ContinuousHabit: Habit {
    package let head: GaussianPolicyHead
    /// Numbers in an action.
    package let width: Int
    /// Particles of a plan that are kept.
    package let particles: Int
    /// What of a plan is learned from.
    package let targets: DistillationTargets

    /// A habit of given parts.
    package init(
        head: GaussianPolicyHead, width: Int, particles: Int,
        targets: DistillationTargets = .particles
    ) {
        self.head = head
        self.width = width
        self.particles = particles
        self.targets = targets
    }

    package var parameters: [NamedTensor] { head.parameters }
    package var codeWidth: Int { width }
    package var planWidth: Int { (2 + particles) * width }
    package var gaussian: GaussianPolicyHead? { head }

    package func law(_ features: Tensor) -> Normal { head(features) }
    package func code(_ raw: Tensor) -> Tensor { raw.tanh() }
    package func code(ofStored actions: Tensor) -> Tensor { actions }
    package func values(_ raw: Tensor) -> [Float] { raw.tanh().floats() }
    package func best(_ law: Normal) -> Tensor { law.mean }

    package func perturbed(_ raw: Tensor, deviation: Double, using generator: inout Generator)
        -> Tensor
    {
        raw + Tensor.normal(
            raw.shape, type: raw.elementType, device: raw.device, using: &generator) * deviation
    }

    package func copied() -> ContinuousHabit {
        ContinuousHabit(head: head.copied(), width: width, particles: particles, targets: targets)
    }

    package func divergences(from old: Normal, to new: Normal) -> [Tensor] {
        let parts = old.decoupledDivergences(to: new)
        return [parts.means, parts.deviations]
    }

    package func stored(_ plan: ActionPosterior<Normal>, using generator: inout Generator) -> Tensor
    {
        let targets = plan.targets(particles, using: &generator).flattened(from: 1)
        return Tensor.concatenated(
            [plan.first.mean, plan.first.standardDeviation.expanded(plan.first.shape), targets],
            axis: 1)
    }

    package func posterior(ofStored plans: Tensor) -> Normal {
        Normal(
            mean: plans.slice(axis: -1, 0..<width),
            // Where no plan was made there is nothing, and nobody looks.
            standardDeviation: plans.slice(axis: -1, width..<2 * width).maximum(1e-3), eventRank: 1)
    }

    package func distillationLoss(_ law: Normal, stored plans: Tensor) -> Tensor {
        if targets == .gaussian { return posterior(ofStored: plans).divergence(to: law) }
        let kept = plans.slice(axis: -1, 2 * width..<planWidth)
        let shape = Array(kept.shape.dropLast())
        let actions = kept.reshaped(shape + [particles, width])
        let wide = Normal(
            mean: law.mean.unsqueezed(axis: -2),
            standardDeviation: law.standardDeviation.unsqueezed(axis: -2), eventRank: 1)
        return -wide.logDensity(actions).mean(axis: -1)
    }
}

/// The habit of discrete actions: a categorical law.
package struct DiscreteHabit: Habit {
    package let network: MultilayerPerceptron
    /// Actions.
    package let count: Int
    /// The share of a uniform law in the habit, so that no action is ever forgotten.
    package let uniformShare: Double

    /// A habit of given parts.
    package init(network: MultilayerPerceptron, count: Int, uniformShare: Double) {
        self.network = network
        self.count = count
        self.uniformShare = uniformShare
    }

    package var parameters: [NamedTensor] { network.parameters.named("network") }
    package var codeWidth: Int { count }
    package var planWidth: Int { count }
    package var gaussian: GaussianPolicyHead? { nil }

    package func law(_ features: Tensor) -> Categorical {
        Categorical(logits: network(features), unimix: uniformShare)
    }
    package func code(_ raw: Tensor) -> Tensor { raw.oneHot(classes: count) }
    package func code(ofStored actions: Tensor) -> Tensor { actions.oneHot(classes: count) }
    package func values(_ raw: Tensor) -> [Float] { raw.to(.float32).floats() }
    package func best(_ law: Categorical) -> Tensor { law.mode }

    /// With a probability of `deviation`, any action.
    package func perturbed(_ raw: Tensor, deviation: Double, using generator: inout Generator)
        -> Tensor
    {
        let any = Tensor.randomIntegers(raw.shape, in: 0..<count, using: &generator)
        let draws = Tensor.uniform(raw.shape, using: &generator)
        return Tensor.where((draws .< deviation).to(raw.device), any.to(raw.device), raw)
    }

    package func copied() -> DiscreteHabit {
        DiscreteHabit(network: network.copied(), count: count, uniformShare: uniformShare)
    }

    package func divergences(from old: Categorical, to new: Categorical) -> [Tensor] {
        [old.divergence(to: new)]
    }

    package func stored(_ plan: ActionPosterior<Categorical>, using generator: inout Generator)
        -> Tensor
    {
        plan.first.probabilities
    }

    package func posterior(ofStored plans: Tensor) -> Categorical {
        Categorical(weights: plans + 1e-8)
    }

    package func distillationLoss(_ law: Categorical, stored plans: Tensor) -> Tensor {
        -(plans * law.logProbabilities).sum(axis: -1)
    }
}
