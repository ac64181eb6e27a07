import OptimistCore

/// Everything that is exact of a generative agent: the evidence, the best bound, four posteriors
/// term by term, plans in the agent's own model, and habit learning.
public struct GenerativeSolution: Sendable {
    /// A posterior that is compared.
    public enum Posterior: String, Sendable, CaseIterable {
        /// q*, the optimum of the bound.
        case best
        /// The factors over states and actions of the exact posterior given optimality.
        case evidence
        /// The agent's Bayes filter, and actions by habit.
        case habitual
        /// States from the transition prior, as if nothing were seen, and actions by habit.
        case blind
    }

    /// A plan by the planning bound, q(a | z) ∝ p_a(a | z) exp L̂(z, a).
    public struct Plan: Sendable, Equatable {
        /// The weight of the mutual information.
        public let informationWeight: Double
        /// L̂(z, a) at the first step, `[Z][A]`, in nats.
        public let values: [[Double]]
        /// q(a | z) at the first step, `[Z][A]`.
        public let laws: [[Double]]
    }

    /// What is kept of a posterior, whose tables are large.
    private struct Summary {
        let evaluation: GenerativeEvaluation
        /// q(z) after each arrival of the first step, `[arrival][Z]`.
        let states: [[Double]]
        /// q(a | z) after each arrival of the first step, `[arrival][Z][A]`.
        let actions: [[[Double]]]

        init(
            _ posterior: GenerativePosterior, of problem: GenerativeProblem
        ) throws(GenerativeAgentError) {
            evaluation = try problem.evaluate(posterior)
            let beliefs = problem.firstArrivals.map(\.belief)
            states = beliefs.indices.map { problem.stateLaw(posterior, step: 0, arrival: $0) }
            actions = beliefs.map { belief in
                (0..<problem.agent.stateCount).map {
                    problem.actionLaw(posterior, step: 0, belief: belief, state: $0)
                }
            }
        }
    }

    /// What was solved.
    public let problem: GenerativeProblem
    /// log p(O = 1), in nats.
    public let logEvidence: Double
    /// The optimum of the bound, in nats.
    public let bound: Double
    /// What each posterior comes to, in the order of `Posterior.allCases`.
    private let summaries: [Summary]
    /// Plans without and with the mutual information.
    public let plans: [Plan]
    /// Rounds of exact variational EM of the habit, the first one as the problem is; empty where
    /// none were asked for.
    public let rounds: [GenerativeRound]

    /// Solves a problem.
    ///
    /// - Parameters:
    ///   - problem: the problem.
    ///   - rounds: how many rounds of habit learning follow.
    /// - Throws: `GenerativeAgentError.impossibleArrival`.
    public init(
        of problem: GenerativeProblem, rounds: Int = 0
    ) throws(GenerativeAgentError) {
        self.problem = problem
        var summaries: [Summary] = []
        let best = try problem.solve(.bound)
        summaries.append(try Summary(best.posterior, of: problem))
        let exact = try problem.solve(.evidence)
        summaries.append(try Summary(exact.posterior, of: problem))
        summaries.append(try Summary(problem.habitual, of: problem))
        summaries.append(try Summary(problem.blind, of: problem))
        self.summaries = summaries
        (bound, logEvidence) = (best.value, exact.value)
        plans = [0.0, 1].map { weight in
            let planner = PlanningBound(
                agent: problem.agent, rewards: problem.rewards, rewardScale: problem.rewardScale,
                rewardOffset: problem.rewardOffset, discount: problem.discount,
                informationWeight: weight)
            let remaining = problem.horizon - 1
            return Plan(
                informationWeight: weight, values: planner.values(remaining: remaining),
                laws: planner.actionLaws(remaining: remaining))
        }
        self.rounds = rounds > 0 ? try problem.learnHabit(rounds: rounds) : []
    }

    /// How far the best bound stays below the evidence, in nats.
    public var gap: Double { logEvidence - bound }

    /// The terms of a posterior.
    public subscript(posterior: Posterior) -> GenerativeEvaluation {
        summary(posterior).evaluation
    }

    /// q(z) of a posterior after an arrival of the first step, `[Z]`.
    public func firstStates(_ posterior: Posterior, arrival: Int) -> [Double] {
        summary(posterior).states[arrival]
    }

    /// q(a | z) of a posterior after an arrival of the first step, `[Z][A]`.
    public func firstActions(_ posterior: Posterior, arrival: Int) -> [[Double]] {
        summary(posterior).actions[arrival]
    }

    private func summary(_ posterior: Posterior) -> Summary {
        summaries[Posterior.allCases.firstIndex(of: posterior) ?? 0]
    }
}
