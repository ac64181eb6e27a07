import Foundation
import OptimistCore
import OptimistLinearAlgebra

/// Planning as inference in the agent's own model, exactly (Marino and Yue 2019).
///
/// What comes after an action cannot be evaluated in the environment, so environment and posterior
/// are replaced by the agent's own model and habit:
///
///     L̂(z, a) = E[Σ_{τ > t} rewardScale · (r_τ − rewardOffset) + w · I(z_τ; x_τ, r_τ | z_{τ−1}, a_{τ−1})]
///     q(a | z) ∝ p_a(a | z) exp L̂(z, a)
///
/// This is one step of improvement on the habit, whose distillation into the habit goes on with
/// it. With w = 1 it is the bound as printed, whose state consistency is left out; with w = 0 the
/// consistent one, in which information gain and state consistency cancel. What is added can keep
/// less of the marginal likelihood, down to the mean log likelihood alone.
public struct PlanningBound: Sendable {
    /// The agent that plans.
    public let agent: GenerativeAgentTables
    /// What the indices of rewards stand for, in reward units.
    public let rewards: [Double]
    /// Nats per unit of reward.
    public var rewardScale: Double
    /// What is subtracted from a reward before scaling.
    public var rewardOffset: Double
    /// γ in 0…1.
    public var discount: Double
    /// w, the weight of the mutual information, at least 0.
    public var informationWeight: Double
    /// β in 0…1: what is added is w · E[log p(x, r | z) − β log p(x, r)], the mutual information at
    /// 1. At 0 it is the mean log likelihood, which avoids noisy observations and is not drawn to
    /// states that can be told apart.
    public var marginalWeight: Double

    /// A planner that expects to go on by habit after the next action.
    public init(
        agent: GenerativeAgentTables, rewards: [Double], rewardScale: Double = 1,
        rewardOffset: Double = 0, discount: Double = 1, informationWeight: Double = 0,
        marginalWeight: Double = 1
    ) {
        if rewards.count != agent.model.rewardCount {
            fail("PlanningBound", "\(rewards.count) rewards for \(agent.model.rewardCount)")
        }
        self.agent = agent
        self.rewards = rewards
        self.rewardScale = rewardScale
        self.rewardOffset = rewardOffset
        self.discount = discount
        self.informationWeight = informationWeight
        self.marginalWeight = marginalWeight
    }

    /// L̂(z, a), `[Z][A]`, in nats, with a number of arrivals still to come.
    public func values(remaining: Int) -> [[Double]] {
        let (states, actions) = (agent.stateCount, agent.actionCount)
        let immediate = (0..<states).map { z in (0..<actions).map { gain(z, $0) } }
        var values = Array(repeating: Array(repeating: 0.0, count: actions), count: states)
        for _ in 0..<max(remaining, 0) {
            let later = (0..<states).map { z in
                (0..<actions).reduce(0) { $0 + agent.habit(z, $1) * values[z][$1] }
            }
            values = (0..<states).map { z in
                (0..<actions).map { a in
                    (0..<states).reduce(immediate[z][a]) {
                        $0 + discount * agent.model.transition(z, a, to: $1) * later[$1]
                    }
                }
            }
        }
        return values
    }

    /// q(a | z) ∝ p_a(a | z) exp L̂(z, a), `[Z][A]`.
    public func actionLaws(remaining: Int) -> [[Double]] {
        values(remaining: remaining).enumerated().map { z, values in
            var law = values.indices.map { log(agent.habit(z, $0)) + values[$0] }
            _ = normalizeLogWeights(&law)
            return law
        }
    }

    /// The expected scaled reward of the next arrival and its weighted mutual information.
    private func gain(_ state: Int, _ action: Int) -> Double {
        var sum = 0.0
        for arrival in 0..<agent.model.arrivalCount {
            let probability = agent.model.joint(state, action, arrival).reduce(0, +)
            sum += probability * rewardScale * (rewards[arrival % rewards.count] - rewardOffset)
        }
        if informationWeight == 0 { return sum }
        let (prior, likelihood) = agent.model.nextArrival(from: state, action: action)
        var added =
            marginalWeight
            * EmittingProcess.mutualInformation(prior: prior, likelihood: likelihood)
        if marginalWeight != 1 {
            added +=
                (1 - marginalWeight)
                * EmittingProcess.expectedLogLikelihood(prior: prior, likelihood: likelihood)
        }
        return sum + informationWeight * added
    }
}

/// What of an arrival is looked at.
public enum ArrivalPart: String, Sendable, CaseIterable {
    /// Observation and reward together.
    case both
    /// The observation alone.
    case observation
    /// The reward alone.
    case reward
}

extension EmittingProcess {
    /// I(s′; x′, r′ | s, a) in nats: what the next arrival tells of the next state, when the state
    /// before it is known.
    ///
    /// For one part alone the other is summed out. The informations of the parts do not add up to
    /// that of both: what observation and reward have in common is counted twice.
    public func mutualInformation(
        from state: Int, action: Int, about part: ArrivalPart
    ) -> Double {
        let (prior, likelihood) = nextArrival(from: state, action: action)
        return Self.mutualInformation(
            prior: prior, likelihood: likelihood.map { summed($0, part) })
    }

    /// p(s′ | s, a) and p(e | s, a, s′), `[s′]` and `[s′][e]`.
    func nextArrival(
        from state: Int, action: Int
    ) -> (prior: [Double], likelihood: [[Double]]) {
        let rows = (0..<stateCount).map { next in
            (0..<arrivalCount).map { arrival($0, state, action, to: next) }
        }
        return ((0..<stateCount).map { transition(state, action, to: $0) }, rows)
    }

    /// Σ_s p(s) Σ_e p(e | s) log p(e | s) of a law over states, in nats: minus the noise that is
    /// left in what arrives where the state is known.
    ///
    /// - Parameters:
    ///   - prior: p(s).
    ///   - likelihood: p(e | s), `[state][arrival]`.
    public static func expectedLogLikelihood(
        prior: [Double], likelihood: [[Double]]
    ) -> Double {
        var sum = 0.0
        for (probability, row) in zip(prior, likelihood) {
            for value in row where value > 0 { sum += probability * value * log(value) }
        }
        return sum
    }

    /// Σ_s p(s) Σ_e p(e | s) log(p(e | s) / p(e)) of a law over states, in nats.
    ///
    /// - Parameters:
    ///   - prior: p(s).
    ///   - likelihood: p(e | s), `[state][arrival]`; rows of states of probability 0 do not count.
    public static func mutualInformation(prior: [Double], likelihood: [[Double]]) -> Double {
        let width = likelihood.map(\.count).max() ?? 0
        var marginal = [Double](repeating: 0, count: width)
        for (probability, row) in zip(prior, likelihood) where probability > 0 {
            for (index, value) in row.enumerated() { marginal[index] += probability * value }
        }
        var sum = 0.0
        for (probability, row) in zip(prior, likelihood) where probability > 0 {
            for (index, value) in row.enumerated() where value > 0 {
                sum += probability * value * log(value / marginal[index])
            }
        }
        return sum
    }

    private func summed(_ row: [Double], _ part: ArrivalPart) -> [Double] {
        switch part {
        case .both: return row
        case .observation:
            return (0..<observationCount).map { x in
                (0..<rewardCount).reduce(0) { $0 + row[x * rewardCount + $1] }
            }
        case .reward:
            return (0..<rewardCount).map { r in
                (0..<observationCount).reduce(0) { $0 + row[$1 * rewardCount + r] }
            }
        }
    }
}
