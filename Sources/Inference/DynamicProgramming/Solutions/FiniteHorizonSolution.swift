/// The solution over a given number of steps. Index t of a list is step t + 1 of the recursion.
public struct FiniteHorizonSolution: Equatable, Sendable {
    /// V_t(s) in reward units, `[horizon][states]`.
    public let values: [[Double]]
    /// π_t(a | s) of each pair, `[horizon][pairs]`.
    public let policy: [[Double]]
    /// p(s_t = s) under the policy and the true dynamics, `[horizon][states]`.
    public let stateMarginals: [[Double]]
    /// E[V_1(s_1)] in nats: the bound if soft, the scaled best expected reward if hard.
    public let bound: Double
}
