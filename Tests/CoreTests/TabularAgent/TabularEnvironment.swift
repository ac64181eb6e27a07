/// The tables of a small partially observed environment, in the arrival convention: a state
/// emits an observation and a reward (independent given the state), then an action moves it.
struct TabularEnvironment: Equatable {
    /// p(s₁), `[state]`.
    var initial: [Double]
    /// p(s′ | s, a), `[state][action][next state]`.
    var transition: [[[Double]]]
    /// p(x | s), `[state][observation]`.
    var observation: [[Double]]
    /// p(r | s), `[state][reward]`, over the indices of `rewards`.
    var reward: [[Double]]
    /// The reward that each index stands for.
    var rewards: [Double]

    /// p(s | x, r) and p(x, r) for a predicted belief; nil where x, r cannot happen.
    func update(
        _ predicted: [Double], observation x: Int, reward r: Int
    ) -> (belief: [Double], probability: Double)? {
        let joint = predicted.indices.map { predicted[$0] * observation[$0][x] * reward[$0][r] }
        let probability = joint.reduce(0, +)
        return probability > 0 ? (joint.map { $0 / probability }, probability) : nil
    }

    /// p(s′) after an action, from the belief about s.
    func predict(_ belief: [Double], action: Int) -> [Double] {
        initial.indices.map { next in
            belief.indices.reduce(0) { $0 + belief[$1] * transition[$1][action][next] }
        }
    }
}
