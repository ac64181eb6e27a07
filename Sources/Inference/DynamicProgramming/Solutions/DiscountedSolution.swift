/// The solution without an end, discounted, or undiscounted where terminal states are reached.
public struct DiscountedSolution: Equatable, Sendable {
    /// V(s) in reward units, `[states]`.
    public let values: [Double]
    /// Q(s, a) = r + γ E[V(s′)] in reward units, `[pairs]`.
    public let actionValues: [Double]
    /// π(a | s), `[pairs]`.
    public let policy: [Double]
    /// E[V(s_1)] in nats: the bound if soft, the scaled best expected reward if hard.
    public let bound: Double
    /// V* lies within this of `values`, in reward units, rounding aside (MacQueen's bounds); nil
    /// where the discount is 1, for which there is none.
    public let certifiedError: Double?
    /// max |T V − V| before each improvement, in nats (reward units if hard).
    public let residuals: [Double]
    /// How many sweeps over all pairs were made.
    public let sweeps: Int
}
