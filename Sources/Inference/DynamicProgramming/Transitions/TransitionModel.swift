import OptimistCore
import OptimistLinearAlgebra

/// What dynamic programming needs of a finite model: expectations over successors and rewards.
///
/// Stored sparsely (`TabularModel`), densely (`DenseTransitions`) or computed
/// (`ImplicitTransitions`).
public protocol TransitionModel: Sendable {
    /// Which actions each state has; states without any are terminal, of value 0.
    var pairs: StateActionPairs { get }
    /// E[r | s, a], `[pairs]`, in reward units.
    var rewards: [Double] { get }
    /// p(s_1), `[states]`.
    var start: [Double] { get }

    /// result[i] = base[i] + scale · E[values(s′)] for a range of pairs.
    ///
    /// - Parameters:
    ///   - pairs: the pairs.
    ///   - values: a number for each state.
    ///   - base: what is added, that of the first pair first.
    ///   - scale: the factor of the expectation.
    ///   - result: that of the first pair first.
    func expectations(
        pairs: Range<Int>, of values: UnsafeBufferPointer<Double>, base: UnsafePointer<Double>,
        scale: Double, into result: UnsafeMutablePointer<Double>)

    /// Names the successors of a pair with their probabilities, always in the same order.
    func forEachSuccessor(of pair: Int, _ body: (_ next: Int, _ probability: Double) -> Void)
}

extension TransitionModel {
    /// Adds to each state what the pairs send there: Σ weight(s, a) p(s′ | s, a).
    func distribute(_ weights: [Double], scale: Double, into result: inout [Double]) {
        for pair in 0..<pairs.count where weights[pair] != 0 {
            let weight = scale * weights[pair]
            forEachSuccessor(of: pair) { result[$0] += weight * $1 }
        }
    }
}

extension TabularModel: TransitionModel {
    /// See `TransitionModel`.
    public func expectations(
        pairs: Range<Int>, of values: UnsafeBufferPointer<Double>, base: UnsafePointer<Double>,
        scale: Double, into result: UnsafeMutablePointer<Double>
    ) {
        transitions.multiply(rows: pairs, values, base: base, scale: scale, into: result)
    }

    /// See `TransitionModel`.
    public func forEachSuccessor(of pair: Int, _ body: (Int, Double) -> Void) {
        transitions.forEachInRow(pair, body)
    }
}
