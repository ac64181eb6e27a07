import OptimistCore

extension OptionCriticLearner {
    /// What happened in an episode.
    public struct Episode: Sendable, Equatable {
        /// Steps taken.
        public var steps: Int
        /// The sum of rewards, in reward units.
        public var reward: Double
        /// How often an option ended and one was selected.
        public var terminations: Int
        /// Whether a terminal state was reached.
        public var isTerminated: Bool
    }

    /// Acts and learns for one episode in a model. Another model of the same states and actions may
    /// follow: a goal that moved.
    ///
    /// - Parameters:
    ///   - model: the model, with the pairs of this learner.
    ///   - stepLimit: the most steps.
    ///   - generator: where chance comes from.
    public mutating func runEpisode(
        in model: TabularModel, stepLimit: Int, using generator: inout Generator
    ) -> Episode {
        if model.pairs != pairs { fail("OptionCriticLearner.runEpisode", "pairs of another model") }
        var state = generator.categorical(model.start)
        var result = Episode(
            steps: 0, reward: 0, terminations: 0, isTerminated: pairs.isTerminal(state))
        var option = selectOption(state: state, using: &generator)
        while result.steps < stepLimit && !result.isTerminated {
            let pair = selectPair(state: state, option: option, using: &generator)
            let (next, reward) = model.draw(pair, using: &generator)
            result.steps += 1
            result.reward += reward
            result.isTerminated = pairs.isTerminal(next)
            learn(
                Step(
                    state: state, option: option, pair: pair, reward: reward, next: next,
                    isTerminated: result.isTerminated))
            state = next
            if !result.isTerminated,
                generator.bernoulli(termination(state: state, option: option))
            {
                option = selectOption(state: state, using: &generator)
                result.terminations += 1
            }
        }
        return result
    }
}

extension TabularModel {
    /// A successor of a pair, and the reward on the way there.
    func draw(_ pair: Int, using generator: inout Generator) -> (next: Int, reward: Double) {
        let entries = transitions.starts[pair]..<transitions.starts[pair + 1]
        var position = entries.lowerBound
        var rest = generator.uniform()
        for entry in entries where transitions.values[entry] > 0 {
            position = entry
            rest -= transitions.values[entry]
            if rest < 0 { break }
        }
        return (Int(transitions.indices[position]), edgeRewards?[position] ?? rewards[pair])
    }
}
