import Foundation
import OptimistCore

extension OptionInference {
    /// A sampled trajectory with its options.
    struct Episode {
        var path: OptionPath
        var choices: [Int]
        /// α r_t, `[steps]`.
        var rewards: [Double]
        /// Whether the episode was cut off.
        var isTruncated: Bool
    }

    func sample(
        _ count: Int, _ policy: OptionPolicy, using generator: inout Generator
    ) -> [Episode] {
        let tables = OptionSampler(policy)
        return (0..<count).map { _ in sample(tables, using: &generator) }
    }

    private func sample(_ tables: OptionSampler, using generator: inout Generator) -> Episode {
        let model = problem.model
        var state = generator.categorical(model.start)
        var result = Episode(
            path: OptionPath(states: [state], pairs: []), choices: [], rewards: [],
            isTruncated: true)
        while result.choices.count < problem.horizon {
            if model.pairs.isTerminal(state) {
                result.isTruncated = false
                break
            }
            let option = tables.option(state, after: result.choices.last, using: &generator)
            let pair = tables.pair(state, option, using: &generator)
            let (next, reward) = model.draw(pair, using: &generator)
            result.choices.append(option)
            result.path.pairs.append(pair)
            result.path.states.append(next)
            result.rewards.append(problem.rewardScale * reward)
            state = next
        }
        if model.pairs.isTerminal(state) { result.isTruncated = false }
        return result
    }

    /// The means over episodes of the discounted reward, of the cost of actions once options are
    /// summed out, and of that of deliberation where there is one.
    func bound(_ episodes: [Episode], _ policy: OptionPolicy) -> Bound<Double> {
        var (rewards, costs, deliberations) = ([Double](), [Double](), [Double]())
        for episode in episodes {
            let filter = episode.path.filter(policy)
            let gains = problem.deliberation(episode.path, filter, policy)?.gains
            var (reward, cost, deliberation, factor) = (0.0, 0.0, 0.0, 1.0)
            for (t, pair) in episode.path.pairs.enumerated() {
                reward += factor * episode.rewards[t]
                cost += factor * (filter.logMarginals[t] - problem.logPrior[pair])
                deliberation += factor * (gains?[t] ?? 0)
                factor *= configuration.discount
            }
            rewards.append(reward)
            costs.append(cost)
            deliberations.append(deliberation)
        }
        return bound(rewards, costs, deliberations)
    }

    private func bound(
        _ rewards: [Double], _ costs: [Double], _ deliberations: [Double]
    ) -> Bound<Double> {
        let (reward, cost) = (Estimate(of: rewards), Estimate(of: costs))
        let deliberation = Estimate(of: deliberations)
        let total = Estimate(
            of: rewards.indices.map { rewards[$0] - costs[$0] + deliberations[$0] })
        var errors: [String: Double] = [:]
        errors["reward"] = reward.standardError
        errors["actionConsistency"] = cost.standardError
        errors["total"] = total.standardError
        var extras: [Bound<Double>.Extra] = []
        if problem.deliberationCost != 0 {
            errors["deliberation"] = deliberation.standardError
            extras.append(.init(name: "deliberation", value: deliberation.mean))
        }
        return Bound(
            reward: reward.mean, actionConsistency: cost.mean, extras: extras,
            context: BoundContext(
                scope: .trajectory(steps: problem.horizon), source: .rollout,
                discount: configuration.discount, rewardScale: problem.rewardScale,
                standardErrors: errors))
    }
}

/// The probabilities of an option policy, ready to be drawn from.
private struct OptionSampler {
    private let pairs: StateActionPairs
    private let options: Int
    private let policies: [[Double]]
    private let transitions: [Double]
    private let first: [Double]

    init(_ policy: OptionPolicy) {
        (pairs, options) = (policy.pairs, policy.options)
        policies = policy.logPolicies.map { $0.map { exp($0) } }
        transitions = policy.logTransitions.map { exp($0) }
        first = policy.logFirst.map { exp($0) }
    }

    func option(_ state: Int, after previous: Int?, using generator: inout Generator) -> Int {
        guard let previous else {
            return draw(first, state * options..<(state + 1) * options, &generator)
        }
        let start = (state * options + previous) * options
        return draw(transitions, start..<start + options, &generator)
    }

    func pair(_ state: Int, _ option: Int, using generator: inout Generator) -> Int {
        let range = pairs.range(of: state)
        return range.lowerBound + draw(policies[option], range, &generator)
    }

    /// The place in a range that a draw falls on.
    private func draw(
        _ law: [Double], _ range: Range<Int>, _ generator: inout Generator
    ) -> Int {
        var rest = generator.uniform()
        var last = range.lowerBound
        for index in range where law[index] > 0 {
            last = index
            rest -= law[index]
            if rest < 0 { break }
        }
        return last - range.lowerBound
    }
}
