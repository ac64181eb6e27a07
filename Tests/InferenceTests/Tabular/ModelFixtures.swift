import OptimistCore
import OptimistInference

/// The models that the tests of exact inference share.
enum ModelFixtures {
    /// Three states, two actions, everything stochastic.
    static func three(edge: Bool = false) throws -> TabularModel {
        let laws: [[[Double]]] = [
            [[0.7, 0.2, 0.1], [0.1, 0.6, 0.3]], [[0.1, 0.8, 0.1], [0.5, 0, 0.5]],
            [[0, 0.3, 0.7], [0.2, 0.2, 0.6]],
        ]
        let rewards: [[Double]] = [[0, -1], [-0.5, -0.2], [-2, 0]]
        if !edge {
            return try TabularModel(dense: laws, rewards: rewards, start: [0.6, 0.3, 0.1])
        }
        var entries: [Transition] = []
        for state in 0..<3 {
            for action in 0..<2 {
                for next in 0..<3 where laws[state][action][next] > 0 {
                    entries.append(
                        Transition(
                            state: state, action: action, next: next,
                            probability: laws[state][action][next],
                            reward: rewards[state][action] + 0.3 * Double(next)))
                }
            }
        }
        return try TabularModel(
            states: 3, actions: 2, entries: entries, start: [0.6, 0.3, 0.1])
    }

    /// The action prior of `three`.
    static let threePrior = ActionPrior.table([0.5, 0.5, 0.25, 0.75, 0.6, 0.4])

    /// A sure way to −1 and a gamble between 0 and −10; shows risk-seeking. States: s0, S, W, L.
    static func lottery() throws -> TabularModel {
        let laws: [[[Double]]] = [
            [[0, 1, 0, 0], [0, 0, 0.5, 0.5]], [[0, 1, 0, 0], [0, 1, 0, 0]],
            [[0, 0, 1, 0], [0, 0, 1, 0]], [[0, 0, 0, 1], [0, 0, 0, 1]],
        ]
        return try TabularModel(
            dense: laws, rewards: [[0, 0], [-1, -1], [0, 0], [-10, -10]], start: [1, 0, 0, 0])
    }

    /// The forest of pymdptoolbox: wait or cut.
    static func forest() throws -> TabularModel {
        let laws: [[[Double]]] = [
            [[0.1, 0.9, 0], [1, 0, 0]], [[0.1, 0, 0.9], [1, 0, 0]], [[0.1, 0, 0.9], [1, 0, 0]],
        ]
        return try TabularModel(
            dense: laws, rewards: [[0, 0], [0, 1], [4, 2]], start: [1, 0, 0])
    }

    /// A model whose moves are certain, from one of its states.
    static func certain(from start: Int) throws -> TabularModel {
        var laws: [[[Double]]] = []
        for state in 0..<4 {
            laws.append(
                (0..<3).map { action in
                    var row = Array(repeating: 0.0, count: 4)
                    row[(state * 2 + action) % 4] = 1
                    return row
                })
        }
        var law = Array(repeating: 0.0, count: 4)
        law[start] = 1
        let rewards: [[Double]] = [[0, -1, 0.5], [0.2, -2, 0], [1, -0.5, -1], [-0.3, 0, 0.4]]
        return try TabularModel(dense: laws, rewards: rewards, start: law)
    }

    /// A square grid with slips to either side, a reward in one corner, which ends.
    static func grid(_ size: Int) throws -> TabularModel {
        var entries: [Transition] = []
        let moves = [(0, 1), (1, 0), (0, -1), (-1, 0)]
        for state in 0..<size * size - 1 {
            for action in 0..<4 {
                for (turn, probability) in [(3, 0.1), (0, 0.8), (1, 0.1)] {
                    let move = moves[(action + turn) % 4]
                    let row = min(max(state / size + move.0, 0), size - 1)
                    let column = min(max(state % size + move.1, 0), size - 1)
                    let next = row * size + column
                    entries.append(
                        Transition(
                            state: state, action: action, next: next, probability: probability,
                            reward: next == size * size - 1 ? 1 : -0.04))
                }
            }
        }
        var start = Array(repeating: 0.0, count: size * size)
        start[0] = 1
        // Slips into a wall and moves into it meet in one place: rewards are those of the place.
        return try TabularModel(
            states: size * size, actions: 4, entries: entries, start: start)
    }

    /// A random model with terminal states and missing actions.
    static func random(states: Int, actions: Int, successors: Int, seed: UInt64) throws
        -> TabularModel
    {
        var generator = Generator(seed: seed)
        var entries: [Transition] = []
        for state in 0..<states - 1 {
            for action in 0..<actions where action == 0 || generator.bernoulli(0.8) {
                let weights = (0..<successors).map { _ in generator.uniform(0.1, 1) }
                let total = weights.reduce(0, +)
                let reward = generator.uniform(-1, 1)
                for weight in weights {
                    entries.append(
                        Transition(
                            state: state, action: action,
                            next: generator.integer(below: states), probability: weight / total,
                            reward: reward))
                }
            }
        }
        let start = Array(repeating: 1 / Double(states), count: states)
        return try TabularModel(
            states: states, actions: actions, entries: entries, start: start)
    }
}

/// The largest distance between two lists of one length.
func distance(_ left: [Double], _ right: [Double]) -> Double {
    precondition(left.count == right.count)
    return zip(left, right).reduce(0) { max($0, abs($1.0 - $1.1)) }
}
