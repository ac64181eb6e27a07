import OptimistCore
import OptimistProbability
import OptimistTorch

/// The rule of planning as inference taken literally, for few discrete actions (Marino and Yue
/// 2019):
///
///     q(a | z) ∝ p(a | z) exp L̂(z, a)
///
/// L̂ is the mean over rollouts that begin with the action and go on by habit. All actions see the
/// same random numbers, so that their differences vary less than they do. As rollouts grow in
/// number the posterior becomes risk-neutral, the optimum of the planning bound; with few it leans
/// towards indifference.
public struct ActionEnumeration: PosteriorPlanner, Sendable {
    /// The laws it plans with.
    public typealias ActionLaw = Categorical

    /// Rollouts of each action to begin with, at least 2.
    public var rollouts = 16
    /// Rollouts are doubled while the standard error of some action's L̂ is above this, in nats.
    public var tolerance = 0.1
    /// Rollouts of each action are at most these.
    public var maximumRollouts = 1_024

    /// A planner with the defaults above.
    public init() {}

    /// Imagines every action and weighs the habit by what was found.
    public func infer<Model: ImaginationModel>(
        in model: Model, from states: Tensor, toward objective: PlanningObjective,
        using generator: inout Generator
    ) throws -> ActionPosterior<Categorical> where Model.ActionLaw == Categorical {
        if rollouts < 2 || maximumRollouts < rollouts || !(tolerance > 0) {
            fail("ActionEnumeration", "\(self)")
        }
        return try withoutGradient {
            let habit = model.habit(at: states)
            var sample = Sample()
            var (count, iterations) = (rollouts, 0)
            repeat {
                try sample.add(
                    count, in: model, from: states, actions: habit.classes, toward: objective,
                    using: &generator)
                count = min(sample.count, maximumRollouts - sample.count)
                iterations += 1
            } while count > 0 && sample.estimate.standardError!.max().item() > tolerance
            let found = posterior(habit, sample, iterations)
            try found.logEvidence!.mean.requireFiniteStates()
            return found
        }
    }

    private func posterior(
        _ habit: Categorical, _ sample: Sample, _ iterations: Int
    ) -> ActionPosterior<Categorical> {
        let values = sample.estimate
        let joint = habit.logProbabilities + values.mean
        let first = Categorical(logits: joint)
        var posterior = ActionPosterior(
            first: first, habit: habit, iterations: iterations,
            evaluations: sample.count * habit.classes)
        posterior.values = values
        let bound = joint.logSumExp(axis: 1)
        // To first order both are averages of L̂, under the habit and under the posterior.
        let bounds = [habit, first].map { sample.mean(under: $0) }
        posterior.objective = TensorEstimate(
            mean: .stacked([bounds[0].mean, bound]),
            standardError: .stacked(bounds.map { $0.standardError! }), method: values.method)
        posterior.logEvidence = TensorEstimate(
            mean: bound, standardError: bounds[1].standardError, method: values.method)
        posterior.information = sample.information.map {
            (first.probabilities * $0).sum(axis: 1)
        }
        return posterior
    }

    /// What was imagined so far.
    private struct Sample {
        /// S, `[rollout, state, action]`.
        var scores: Tensor?
        var informations: Tensor?

        var count: Int { scores?.shape[0] ?? 0 }
        /// L̂ with its standard errors, `[state, action]`; an action that is impossible, −∞, is so
        /// without error.
        var estimate: TensorEstimate {
            var estimate = TensorEstimate(ofSamples: scores!)
            estimate.standardError = estimate.standardError!
                .maskedFill(.!estimate.mean.isFinite(), 0)
            return estimate
        }

        /// Σ_a law(a) L̂(a) of each state; actions see the same luck, so errors do not just add up.
        func mean(under law: Categorical) -> TensorEstimate {
            // Products with a probability of 0 must stay numbers.
            let weighted = scores!.maximum(-1e30) * law.probabilities
            return TensorEstimate(ofSamples: weighted.sum(axis: 2))
        }

        var information: Tensor? { informations?.mean(axis: 0) }

        mutating func add<Model: ImaginationModel>(
            _ more: Int, in model: Model, from states: Tensor, actions: Int,
            toward objective: PlanningObjective, using generator: inout Generator
        ) throws where Model.ActionLaw == Categorical {
            let noise = generator.split(Int(truncatingIfNeeded: generator.next() >> 1))
            let rows = states.repeatedElements(more, axis: 0)
            var returns: [ImaginedReturn] = []
            for action in 0..<actions {
                var draws = noise
                let chosen = Tensor.full(
                    [rows.shape[0]], Double(action), type: .int64, device: states.device)
                returns.append(
                    try model.rollOut(from: rows, toward: objective, using: &draws) {
                        step, states, generator in
                        ActionChoice(
                            actions: step == 0
                                ? chosen : model.habit(at: states).sample(using: &generator))
                    })
            }
            func gathered(_ parts: [Tensor]) -> Tensor {
                Tensor.stacked(parts, axis: 1).reshaped([states.shape[0], more, actions])
                    .transposed(0, 1)
            }
            func joined(_ old: Tensor?, _ new: Tensor) -> Tensor {
                old.map { Tensor.concatenated([$0, new]) } ?? new
            }
            scores = joined(scores, gathered(returns.map { $0.saneScore }))
            if objective.measuresInformation {
                informations = joined(informations, gathered(returns.map { $0.information! }))
            }
        }
    }
}
