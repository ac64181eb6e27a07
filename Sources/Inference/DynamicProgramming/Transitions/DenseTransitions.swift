import OptimistCore
import OptimistLinearAlgebra

/// A model with every probability stored, for up to some hundred states.
public struct DenseTransitions: TransitionModel {
    /// See `TransitionModel`.
    public let pairs: StateActionPairs
    /// See `TransitionModel`.
    public let rewards: [Double]
    /// See `TransitionModel`.
    public let start: [Double]
    /// p(s′ | s, a), `[pairs, states]`.
    public let probabilities: Matrix

    /// The same model, stored densely.
    public init(_ model: TabularModel) {
        (pairs, rewards, start) = (model.pairs, model.rewards, model.start)
        probabilities = model.transitions.dense
    }

    /// See `TransitionModel`.
    public func expectations(
        pairs: Range<Int>, of values: UnsafeBufferPointer<Double>, base: UnsafePointer<Double>,
        scale: Double, into result: UnsafeMutablePointer<Double>
    ) {
        let states = values.count
        probabilities.withUnsafeElements { elements in
            for (index, pair) in pairs.enumerated() {
                let row = elements.baseAddress! + pair * states
                var (first, second, k) = (SIMD4<Double>.zero, 0.0, 0)
                while k + 4 <= states {
                    first +=
                        SIMD4(row[k], row[k + 1], row[k + 2], row[k + 3])
                        * SIMD4(values[k], values[k + 1], values[k + 2], values[k + 3])
                    k += 4
                }
                while k < states {
                    second += row[k] * values[k]
                    k += 1
                }
                result[index] = base[index] + scale * (first.sum() + second)
            }
        }
    }

    /// See `TransitionModel`.
    public func forEachSuccessor(of pair: Int, _ body: (Int, Double) -> Void) {
        for next in 0..<pairs.states where probabilities[pair, next] != 0 {
            body(next, probabilities[pair, next])
        }
    }
}
