import OptimistCore
import OptimistInference

/// Worlds for posterior sampling.
enum PosteriorSamplingFixtures {
    /// RiverSwim (Strehl and Littman 2008) with the numbers of Osband's TabulaRL: six banks, actions
    /// 0 left and 1 right, the first bank pays a little for left, the last one 1 for right.
    static func riverSwim() throws -> TabularModel {
        var law = Array(
            repeating: Array(repeating: Array(repeating: 0.0, count: 6), count: 2), count: 6)
        for state in 0..<6 {
            law[state][0][max(state - 1, 0)] = 1
            let (back, stay, forth) =
                state == 0 ? (0, 0.4, 0.6) : state == 5 ? (0.4, 0.6, 0) : (0.05, 0.6, 0.35)
            law[state][1][max(state - 1, 0)] += back
            law[state][1][state] += stay
            law[state][1][min(state + 1, 5)] += forth
        }
        var rewards = Array(repeating: [0.0, 0], count: 6)
        rewards[0][0] = 0.005
        rewards[5][1] = 1
        return try TabularModel(dense: law, rewards: rewards, start: [1, 0, 0, 0, 0, 0])
    }

    /// A step to learn from.
    struct Datum {
        var state: Int
        var action: Int
        var reward: Double
        var next: Int
    }

    /// Random data of a task.
    static func data(_ count: Int, states: Int, actions: Int, seed: UInt64) -> [Datum] {
        var generator = Generator(seed: seed)
        return (0..<count).map { _ in
            Datum(
                state: generator.integer(below: states), action: generator.integer(below: actions),
                reward: generator.normal(), next: generator.integer(below: states))
        }
    }
}
