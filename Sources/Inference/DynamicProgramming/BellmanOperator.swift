import Foundation
import OptimistCore
import OptimistLinearAlgebra

/// The Bellman operator of a model, soft or hard:
///
///     soft  (T V)(s) = log Σ_a exp(base(s, a) + γ E[V(s′)]),   base = rewardScale · r + log p(a | s)
///     hard  (T V)(s) = max_a (base(s, a) + γ E[V(s′)]),        base = r
///
/// and that of a policy, (T_π V)(s) = H(π) + Σ_a π(a | s) (base + γ E[V(s′)]), H = 0 if hard.
struct BellmanOperator: Sendable {
    let model: any TransitionModel
    let base: [Double]
    let discount: Double
    let isSoft: Bool
    let blocks: StateBlocks

    var pairs: StateActionPairs { model.pairs }
    var hasTerminals: Bool { (0..<pairs.states).contains { pairs.isTerminal($0) } }

    /// Writes T V, and where a policy is asked for the softmax or greedy one.
    func backUp(
        _ values: [Double], into next: inout [Double], policy: UnsafeMutablePointer<Double>? = nil
    ) {
        let pairs = pairs
        values.withUnsafeBufferPointer { values in
            base.withUnsafeBufferPointer { base in
                pairs.starts.withUnsafeBufferPointer { starts in
                    next.withUnsafeMutableBufferPointer { next in
                        nonisolated(unsafe) let (values, base, starts, next, policy) =
                            (values, base, starts, next, policy)
                        blocks.run { states, scratch in
                            let range = starts[states.lowerBound]..<starts[states.upperBound]
                            let q = policy.map { $0 + range.lowerBound } ?? scratch
                            expectations(range, values, base.baseAddress, q)
                            let own = UnsafeBufferPointer(
                                rebasing: starts[states.lowerBound...states.upperBound])
                            let result = next.baseAddress! + states.lowerBound
                            if isSoft {
                                segmentLogSumExp(starts: own, values: q, into: result)
                            } else {
                                segmentMaximum(own, q, result)
                            }
                        }
                    }
                }
            }
        }
    }

    private func expectations(
        _ range: Range<Int>, _ values: UnsafeBufferPointer<Double>,
        _ base: UnsafePointer<Double>?, _ result: UnsafeMutablePointer<Double>
    ) {
        guard let base, !range.isEmpty else { return }
        model.expectations(
            pairs: range, of: values, base: base + range.lowerBound, scale: discount, into: result)
    }

    /// The largest of each segment, whose elements become 1 for the first largest and 0.
    private func segmentMaximum(
        _ starts: UnsafeBufferPointer<Int>, _ values: UnsafeMutablePointer<Double>,
        _ result: UnsafeMutablePointer<Double>
    ) {
        for segment in 0..<starts.count - 1 {
            let range = starts[segment] - starts[0]..<starts[segment + 1] - starts[0]
            guard var best = range.first else {
                result[segment] = 0
                continue
            }
            for index in range where values[index] > values[best] { best = index }
            result[segment] = values[best]
            for index in range { values[index] = index == best ? 1 : 0 }
        }
    }

    /// Writes T_π V.
    ///
    /// - Parameters:
    ///   - entropy: H(π) of each state, or zeros.
    func evaluate(
        _ policy: [Double], entropy: [Double], _ values: [Double], into next: inout [Double]
    ) {
        let pairs = pairs
        values.withUnsafeBufferPointer { values in
            base.withUnsafeBufferPointer { base in
                policy.withUnsafeBufferPointer { policy in
                    next.withUnsafeMutableBufferPointer { next in
                        nonisolated(unsafe) let (values, base, policy, next) =
                            (values, base, policy, next)
                        blocks.run { states, q in
                            let first = pairs.starts[states.lowerBound]
                            let range = first..<pairs.starts[states.upperBound]
                            expectations(range, values, base.baseAddress, q)
                            for state in states {
                                var sum = entropy[state]
                                for pair in pairs.range(of: state) where policy[pair] != 0 {
                                    sum += policy[pair] * q[pair - first]
                                }
                                next[state] = sum
                            }
                        }
                    }
                }
            }
        }
    }

    /// H(π) of each state in nats; zeros if hard.
    func entropies(_ policy: [Double]) -> [Double] {
        if !isSoft { return Array(repeating: 0, count: pairs.states) }
        return (0..<pairs.states).map { state in
            var sum = 0.0
            for pair in pairs.range(of: state) where policy[pair] > 0 {
                sum -= policy[pair] * log(policy[pair])
            }
            return sum
        }
    }

    /// base + γ E[V], `[pairs]`, with another base.
    func actionValues(_ values: [Double], base: [Double]) -> [Double] {
        var result = Array(repeating: 0.0, count: pairs.count)
        values.withUnsafeBufferPointer { values in
            base.withUnsafeBufferPointer { base in
                result.withUnsafeMutableBufferPointer { result in
                    if let target = result.baseAddress {
                        expectations(0..<pairs.count, values, base.baseAddress, target)
                    }
                }
            }
        }
        return result
    }
}
