/// The tables of a generative agent: its own model of state, observation and reward, and its
/// habit. They need not agree with the environment, nor have as many states.
struct TabularAgent: Equatable {
    /// p_a(z₁), `[state]`.
    var initial: [Double]
    /// p_a(z′ | z, a), `[state][action][next state]`.
    var transition: [[[Double]]]
    /// p_a(x | z), `[state][observation]`.
    var observation: [[Double]]
    /// p_a(r | z), `[state][reward]`.
    var reward: [[Double]]
    /// The action prior p_a(a | z), `[state][action]`.
    var habit: [[Double]]

    /// p_a(x, r | z) for every z.
    func likelihood(observation x: Int, reward r: Int) -> [Double] {
        initial.indices.map { observation[$0][x] * reward[$0][r] }
    }
}
