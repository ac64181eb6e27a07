import OptimistCore

/// What was lost to not knowing better, episode by episode.
public struct RegretCurve: Equatable, Sendable {
    /// V* − V^π of each episode, in expectation given its policy, in reward units.
    public let perEpisode: [Double]

    /// A curve.
    public init(perEpisode: [Double]) { self.perEpisode = perEpisode }

    /// The sum up to each episode, that one included.
    public var cumulative: [Double] {
        var sum = 0.0
        return perEpisode.map {
            sum += $0
            return sum
        }
    }

    /// The sum over some episodes, numbered from 0.
    public func total(_ episodes: Range<Int>) -> Double {
        perEpisode[episodes].reduce(0, +)
    }
}

extension PosteriorSampling {
    /// Acts and learns for a number of episodes in a model.
    ///
    /// - Parameters:
    ///   - model: the environment; each state has all actions or, where the posterior has an end,
    ///     none.
    ///   - episodes: how many.
    ///   - rewardDeviation: the standard deviation of normal noise added to each reward.
    ///   - generator: where models, starts, actions, successors and noise are drawn from.
    /// - Returns: the expected regret of each episode's policy.
    /// - Throws: `PosteriorSamplingError`.
    public mutating func run(
        in model: TabularModel, episodes: Int, rewardDeviation: Double = 0,
        using generator: inout Generator
    ) throws(PosteriorSamplingError) -> RegretCurve {
        try check(model)
        do {
            let program = try SoftDynamicProgramming(model, objective: .hard)
            let best = try program.solve(horizon: horizon).bound
            var regrets: [Double] = []
            for _ in 0..<episodes {
                try beginEpisode(using: &generator)
                regrets.append(best - (try program.bound(of: policy(for: model.pairs))))
                follow(model, rewardDeviation, &generator)
            }
            return RegretCurve(perEpisode: regrets)
        } catch let error as PosteriorSamplingError {
            throw error
        } catch let error as DynamicProgrammingError {
            throw .planning(error)
        } catch {
            fail("PosteriorSampling.run", "\(error)")
        }
    }

    private func check(_ model: TabularModel) throws(PosteriorSamplingError) {
        let pairs = model.pairs
        if pairs.states != posterior.states || pairs.actions != posterior.actions {
            throw .model(
                "the model has \(pairs.states) states and \(pairs.actions) actions, the posterior "
                    + "\(posterior.states) and \(posterior.actions)")
        }
        for state in 0..<pairs.states {
            if pairs.isTerminal(state) {
                if !posterior.hasEnd { throw .unexpectedEnd(state: model.label(state: state)) }
            } else if pairs.range(of: state).count != pairs.actions {
                throw .model(
                    "state \(model.label(state: state)) of the model lacks actions: posterior "
                        + "sampling needs all of them in every state that is not terminal")
            }
        }
    }

    /// The policy of this episode over the pairs of a model that passed `check`.
    private func policy(for pairs: StateActionPairs) -> [[Double]] {
        policy.map { law in
            (0..<pairs.states).flatMap { state in
                pairs.range(of: state).map {
                    law[state * posterior.actions + Int(pairs.actionOf[$0])]
                }
            }
        }
    }

    /// One episode.
    private mutating func follow(
        _ model: TabularModel, _ rewardDeviation: Double, _ generator: inout Generator
    ) {
        var state = generator.categorical(model.start)
        for step in 0..<horizon where !model.pairs.isTerminal(state) {
            let action = act(state: state, step: step, using: &generator)
            let pair = model.pairs.range(of: state).lowerBound + action
            let first = model.transitions.starts[pair]
            let law = Array(model.transitions.values[first..<model.transitions.starts[pair + 1]])
            let position = first + generator.categorical(law)
            let next = Int(model.transitions.indices[position])
            var reward = model.edgeRewards?[position] ?? model.rewards[pair]
            if rewardDeviation > 0 { reward += rewardDeviation * generator.normal() }
            update(
                state: state, action: action, reward: reward,
                successor: model.pairs.isTerminal(next) ? .end : .state(next), step: step)
            state = next
        }
    }
}
