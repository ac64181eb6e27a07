import Foundation
import OptimistCore

/// Discounted returns of a policy, simulated in the model.
public struct PolicySimulation: Sendable, Equatable {
    /// The discounted sum of rewards of each episode, in reward units.
    public let returns: [Double]
    /// What the policy's own method says the first belief is worth.
    public let expected: Double
    /// What is left out at most by ending episodes after finitely many steps, in reward units.
    public let truncation: Double

    init(returns: [Double], expected: Double, truncation: Double) {
        (self.returns, self.expected, self.truncation) = (returns, expected, truncation)
    }

    /// The mean return.
    public var mean: Double { returns.reduce(0, +) / Double(returns.count) }

    /// The standard error of the mean; NaN for a single episode.
    public var standardError: Double {
        let mean = mean
        let square = returns.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (square / Double(returns.count - 1) / Double(returns.count)).squareRoot()
    }

    /// Simulates episodes: the state is drawn from the first belief, the policy sees beliefs alone.
    ///
    /// - Parameters:
    ///   - policy: what acts.
    ///   - model: where it acts.
    ///   - episodes: how many, at least 1.
    ///   - steps: actions in each.
    ///   - generator: episode k draws from the split numbered k.
    public init(
        of policy: some BeliefPolicy, in model: PartiallyObservedModel, episodes: Int, steps: Int,
        using generator: Generator
    ) {
        self.init(
            of: [policy], in: model, episodes: episodes, steps: steps, using: generator)
    }

    /// Simulates episodes of policies of the steps, the last of which acts from its step on.
    ///
    /// - Parameters:
    ///   - policies: what acts at each step, at least one.
    ///   - model: where it acts.
    ///   - episodes: how many, at least 1.
    ///   - steps: actions in each.
    ///   - generator: episode k draws from the split numbered k.
    public init(
        of policies: [any BeliefPolicy], in model: PartiallyObservedModel, episodes: Int,
        steps: Int, using generator: Generator
    ) {
        if episodes < 1 || steps < 1 || policies.isEmpty {
            fail("PolicySimulation", "\(episodes) episodes of \(steps) steps")
        }
        returns = (0..<episodes).map { episode in
            var own = generator.split(episode)
            return Self.episode(policies, model, steps, &own)
        }
        expected = policies[0].value(model.initialBelief)
        let largest = model.dynamics.rewards.reduce(0) { max($0, abs($1)) }
        truncation =
            model.discount < 1
            ? pow(model.discount, Double(steps)) * largest / (1 - model.discount) : .infinity
    }

    private static func episode(
        _ policies: [any BeliefPolicy], _ model: PartiallyObservedModel, _ steps: Int,
        _ generator: inout Generator
    ) -> Double {
        var belief = model.initialBelief
        var state = generator.categorical(belief)
        var (total, weight) = (0.0, 1.0)
        for step in 0..<steps {
            if model.dynamics.pairs.isTerminal(state) { break }
            let action = generator.categorical(
                policies[min(step, policies.count - 1)].actionLaw(belief))
            total += weight * model.reward(state: state, action: action)
            weight *= model.discount
            var single = [Double](repeating: 0, count: model.stateCount)
            single[state] = 1
            state = generator.categorical(model.predict(single, action: action))
            let observation = generator.categorical(
                (0..<model.observationCount).map {
                    model.observationProbability($0, state: state, action: action)
                })
            let prediction = model.predict(belief, action: action)
            guard let next = model.update(prediction, action, observation) else {
                fail("PolicySimulation", "the belief excludes what the model drew")
            }
            belief = next.belief
        }
        return total
    }
}
