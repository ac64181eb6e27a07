/// A history e_t before an emission: what environment and agent expect there.
struct TabularDeparture {
    /// The step t, from 0.
    var step: Int
    /// The number of the history among those of its step.
    var history: Int
    /// p_e(s_t | e_t).
    var belief: [Double]
    /// p_a(z_t | e_t).
    var prior: [Double]
}

/// A history h_t after an emission (x_t, r_t), where the agent infers z_t and chooses a_t.
struct TabularArrival {
    /// The step t, from 0.
    let step: Int
    /// The number of the history among those of its step.
    let history: Int
    /// The observation x_t.
    let observation: Int
    /// The reward r_t, as an index.
    let reward: Int
    /// p_e(x_t, r_t | e_t), positive.
    let probability: Double
    /// p_e(s_t | h_t).
    let belief: [Double]
    /// p_a(z_t | e_t).
    let prior: [Double]
    /// p_a(x_t, r_t | z_t).
    let likelihood: [Double]

    /// p_a(x_t, r_t | e_t).
    var marginal: Double { zip(prior, likelihood).reduce(0) { $0 + $1.0 * $1.1 } }
    /// p_a(z_t | h_t), the agent's Bayes filter.
    var filter: [Double] { zip(prior, likelihood).map { $0 * $1 / marginal } }
}
