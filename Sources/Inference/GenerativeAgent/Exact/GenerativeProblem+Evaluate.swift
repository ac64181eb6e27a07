import Foundation
import OptimistCore

/// The bound under a posterior, exactly, with what it is made of.
public struct GenerativeEvaluation: Sendable, Equatable {
    /// The terms of each step, weighted by the discount, in nats.
    public var steps: [Bound<Double>]
    /// Their sum.
    public var total: Bound<Double>
    /// E[Σ log p_a(x, r | z)], the first part of the information gain.
    public var logLikelihood: Double
    /// E[Σ log p_a(x, r | …)], the second part: how well the model foresees what it sees.
    public var logMarginal: Double
    /// How often, in expectation and weighted by the discount, the agent in state z does a before
    /// the last step, `[Z, A]`.
    public var actionCounts: [Double]
    /// The expected sum of discounted rewards, in reward units.
    public var expectedReturn: Double
}

extension GenerativeProblem {
    /// The four terms of the bound under any posterior, by one pass over beliefs. Where it believes
    /// in a state that cannot have shown what arrived, the information gain is minus infinity.
    ///
    /// - Parameters:
    ///   - posterior: one of this problem.
    ///   - marginalWeight: β in 0…1, the weight of the marginal likelihood in the information gain:
    ///     1 for the bound on the evidence of optimality, 0 for that plus the evidence of the data.
    /// - Throws: `GenerativeAgentError.impossibleArrival`.
    public func evaluate(
        _ posterior: GenerativePosterior, marginalWeight: Double = 1
    ) throws(GenerativeAgentError) -> GenerativeEvaluation {
        var walk = GenerativeWalk(self, posterior)
        while walk.step < horizon { try walk.advance() }
        return walk.evaluation(marginalWeight: marginalWeight)
    }
}

/// A forward pass: how likely each belief and state of the agent is, step after step.
private struct GenerativeWalk {
    private let problem: GenerativeProblem
    private let posterior: GenerativePosterior
    private(set) var step = 0
    /// The weight of each node and state, `[nodes, Z]`.
    private var weights: [Double] = []
    private var terms: [Terms] = []
    private var counts: [Double]
    /// Whether the posterior has believed in a state that cannot have shown what arrived: the bound
    /// is minus infinity then, and what follows may be impossible for the agent.
    private var isLost = false

    private struct Terms {
        var reward = 0.0, stateCost = 0.0, actionCost = 0.0
        var logLikelihood = 0.0, logMarginal = 0.0, discountedReward = 0.0
    }

    init(_ problem: GenerativeProblem, _ posterior: GenerativePosterior) {
        self.problem = problem
        self.posterior = posterior
        counts = Array(
            repeating: 0, count: problem.agent.stateCount * problem.agent.actionCount)
        if posterior.states.count != problem.horizon {
            fail(
                "GenerativeProblem.evaluate",
                "a posterior of \(posterior.states.count) steps for \(problem.horizon)")
        }
    }

    /// One step: what arrives, the agent's state, its action.
    mutating func advance() throws(GenerativeAgentError) {
        let (states, actions) = (problem.agent.stateCount, problem.agent.actionCount)
        let here = problem.reachable.steps[step]
        var next = [Double](repeating: 0, count: here.beliefs.count * states)
        terms.append(Terms())
        for (index, arrival) in here.arrivals.enumerated() {
            for before in 0..<problem.priorStates(step) {
                // How likely the belief, the state and the action were that led here.
                let weight: Double
                if step == 0 {
                    weight = arrival.probability
                } else {
                    let source = arrival.source * states + before
                    let law = posterior.actions[step - 1][source * actions + arrival.action]
                    weight = weights[source] * law * arrival.probability
                }
                if weight > 0 {
                    try arrive(index, arrival, from: before, weight, &next)
                }
            }
        }
        weights = next
        act()
        step += 1
    }

    private mutating func arrive(
        _ index: Int, _ arrival: ReachableBeliefs.Arrival, from before: Int, _ weight: Double,
        _ next: inout [Double]
    ) throws(GenerativeAgentError) {
        let states = problem.agent.stateCount
        let joint = problem.agentJoint(arrival, from: before)
        let prior = problem.agentPrior(arrival, from: before)
        let marginal = joint.reduce(0, +)
        if !(marginal > 0) && !isLost { throw problem.impossible(arrival, step: step) }
        let share = weight * discount(at: max(step - 1, 0))
        if share > 0 {
            if problem.countsReward(at: step) {
                let reward = problem.rewards[arrival.arrival % problem.rewards.count]
                terms[step].discountedReward += share * reward
                terms[step].reward += share * problem.logOptimality(arrival: arrival.arrival)
            }
            if marginal > 0 { terms[step].logMarginal += share * log(marginal) }
        }
        let row = (index * problem.priorStates(step) + before) * states
        for z in 0..<states {
            let probability = posterior.states[step][row + z]
            if !(probability > 0) { continue }
            next[arrival.target * states + z] += weight * probability
            if !(joint[z] > 0) { isLost = true }
            let share = share * probability
            if !(share > 0) { continue }
            terms[step].logLikelihood += share * (log(joint[z]) - log(prior[z]))
            terms[step].stateCost += share * (log(probability) - log(prior[z]))
        }
    }

    private mutating func act() {
        let (states, actions) = (problem.agent.stateCount, problem.agent.actionCount)
        let discount = discount(at: step)
        for index in weights.indices where weights[index] > 0 {
            let z = index % states
            for a in 0..<actions {
                let probability = posterior.actions[step][index * actions + a]
                if !(probability > 0) { continue }
                let weight = discount * weights[index] * probability
                terms[step].actionCost +=
                    weight * (log(probability) - log(problem.agent.habit(z, a)))
                if step + 1 < problem.horizon { counts[z * actions + a] += weight }
            }
        }
    }

    private func discount(at step: Int) -> Double {
        problem.discount == 1 ? 1 : pow(problem.discount, Double(step))
    }

    func evaluation(marginalWeight: Double) -> GenerativeEvaluation {
        var sum = Terms()
        for term in terms {
            sum.reward += term.reward
            sum.stateCost += term.stateCost
            sum.actionCost += term.actionCost
            sum.logLikelihood += term.logLikelihood
            sum.logMarginal += term.logMarginal
            sum.discountedReward += term.discountedReward
        }
        return GenerativeEvaluation(
            steps: terms.map { bound($0, marginalWeight, .trajectory(steps: 1)) },
            total: bound(sum, marginalWeight, .trajectory(steps: problem.horizon)),
            logLikelihood: sum.logLikelihood, logMarginal: sum.logMarginal,
            actionCounts: counts, expectedReturn: sum.discountedReward)
    }

    private func bound(
        _ terms: Terms, _ marginalWeight: Double, _ scope: BoundScope
    ) -> Bound<Double> {
        Bound(
            reward: terms.reward,
            informationGain: terms.logLikelihood - marginalWeight * terms.logMarginal,
            stateConsistency: terms.stateCost, actionConsistency: terms.actionCost,
            context: BoundContext(
                scope: scope, source: .exact, discount: problem.discount,
                rewardScale: problem.rewardScale, rewardOffset: problem.rewardOffset))
    }
}
