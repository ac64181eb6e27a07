import OptimistInference

extension ModelFixtures {
    /// A model with other rewards of its pairs.
    static func replacing(_ rewards: [Double], in model: TabularModel) throws -> TabularModel {
        try TabularModel(
            pairs: model.pairs, transitions: model.transitions, rewards: .perPair(rewards),
            start: model.start)
    }

    /// A model with a potential added to its rewards: r + γ Φ(s′) − Φ(s).
    static func shaping(
        _ model: TabularModel, by potential: [Double], discount: Double
    ) throws -> TabularModel {
        var rewards: [Double] = []
        for pair in 0..<model.pairs.count {
            let state = model.pairs.state(of: pair)
            for place in model.transitions.starts[pair]..<model.transitions.starts[pair + 1] {
                let next = Int(model.transitions.indices[place])
                let reward = model.edgeRewards?[place] ?? model.rewards[pair]
                rewards.append(reward + discount * potential[next] - potential[state])
            }
        }
        return try TabularModel(
            pairs: model.pairs, transitions: model.transitions, rewards: .perEdge(rewards),
            start: model.start)
    }

    /// Three layers of two states, then the end, plain and shaped by a potential that ends at 0.
    static func layers() throws -> (
        plain: TabularModel, shaped: TabularModel, potential: [Double]
    ) {
        var entries: [Transition] = []
        for state in 0..<6 {
            let first = state / 2 * 2 + 2
            for action in 0..<2 {
                let chance = 0.2 + 0.1 * Double(state) * (action == 0 ? 1 : 0.3)
                let reward = Double((state * 3 + action * 5) % 7) / 3 - 1
                for (next, probability) in [(first, chance), (min(first + 1, 6), 1 - chance)] {
                    entries.append(
                        Transition(
                            state: state, action: action, next: next, probability: probability,
                            reward: reward))
                }
            }
        }
        let plain = try TabularModel(
            states: 7, actions: 2, entries: entries, start: [0.4, 0.6, 0, 0, 0, 0, 0])
        let potential = [0.5, -1, 0.3, 2, -0.7, 0.1, 0]
        return (plain, try shaping(plain, by: potential, discount: 1), potential)
    }
}
