import Foundation
import OptimistCore
import OptimistProbability
import OptimistTorch

/// Importance weighting with the habit as proposal: path integral control whose posterior is
/// prior times likelihood,
///
///     q(a₁…a_H) ∝ p(a₁…a_H) exp S(a₁…a_H)
///
/// Sequences drawn from the closed-loop habit are weighted by their exponentiated score, and a
/// Gaussian takes the moments of the weighted sequences. Later passes draw from that Gaussian too;
/// a share of the draws keeps coming from the habit, so that the ratio of habit to proposal, which
/// then enters the weights, is bounded. Where too few sequences count, scores alone are divided by
/// a temperature: dividing the ratio too would move the target away from p exp(S/η).
///
/// With one pass and an open-loop habit it is model-predictive path integral control (Williams et
/// al. 2017, `PathIntegral`).
public struct ImportanceWeighting: PosteriorPlanner, Sendable {
    /// The laws it plans with.
    public typealias ActionLaw = Normal

    /// What is exponentiated.
    public enum Risk: Sendable, Hashable {
        /// The score of one rollout: the posterior over actions and luck together, which counts on
        /// good luck.
        case optimistic
        /// The mean score of several rollouts of one sequence; risk-neutral as they grow in number.
        case neutral(rollouts: Int)
    }

    /// When a further pass is not worth its time.
    public struct Stopping: Sendable, Hashable {
        /// The objective grew by less than this in the last pass, in nats.
        public var improvement: Double
        /// And the first action's law is nearer to the habit than this, KL(q ‖ habit) in nats.
        public var divergence: Double

        /// Both limits.
        public init(improvement: Double, divergence: Double) {
            self.improvement = improvement
            self.divergence = divergence
        }
    }

    /// Sequences of each state in a pass.
    public var candidates = 128
    /// Passes, at most.
    public var iterations = 3
    /// The share of sequences that the habit draws after the first pass.
    public var habitShare = 0.5
    /// The share of candidates that should count at least; scores are tempered to reach it.
    public var minimumEffectiveShare = 1.0 / 16
    /// The fitted Gaussian's deviation never falls below this, in raw actions.
    public var deviationFloor = 0.05
    /// What is exponentiated.
    public var risk = Risk.optimistic
    /// When to stop early, once all states agree; nil for never.
    public var stopping: Stopping?
    /// A pass in which at least this share of candidates counts without any tempering is the last,
    /// once all states agree: the habit hardly differs from the posterior, or the fit has found it.
    /// Nil for never.
    public var sufficientShare: Double?

    /// A planner with the defaults above.
    public init() {}

    /// Weighs draws of the habit, and of what was fitted to them.
    public func infer<Model: ImaginationModel>(
        in model: Model, from states: Tensor, toward objective: PlanningObjective,
        using generator: inout Generator
    ) throws -> ActionPosterior<Normal> where Model.ActionLaw == Normal {
        check()
        return try withoutGradient {
            let habit = model.habit(at: states)
            var search = Search(self, habit)
            var (passes, goesOn) = (0, true)
            while goesOn {
                let population = try search.draw(in: model, states, objective, using: &generator)
                search.fit(population)
                passes += 1
                goesOn = passes < iterations && !isDone(search)
            }
            try search.fit!.mean.requireFiniteStates()
            return search.posterior(passes: passes)
        }
    }

    private func isDone(_ search: Search) -> Bool {
        if let sufficientShare, search.counts(atLeast: sufficientShare) { return true }
        return stopping.map { search.hasConverged($0) } ?? false
    }

    private func check() {
        if candidates < 2 || iterations < 1 || !(0...1 ~= minimumEffectiveShare)
            || !(deviationFloor > 0) || rolloutsPerSequence < 1
            || (iterations > 1 && !(1..<candidates ~= habitCandidates))
        {
            fail("ImportanceWeighting", "\(self)")
        }
    }

    /// Sequences that the habit draws after the first pass.
    var habitCandidates: Int { Int((habitShare * Double(candidates)).rounded()) }

    var rolloutsPerSequence: Int {
        switch risk {
        case .optimistic: 1
        case .neutral(let rollouts): rollouts
        }
    }
}
