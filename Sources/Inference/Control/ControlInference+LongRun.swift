import Foundation
import OptimistCore
import OptimistLinearAlgebra

/// The posterior far from both ends of an endless trajectory.
public struct LongRunPosterior: Sendable {
    /// lim log p(O_{1:T}) / T in nats: the log of the Perron root of M.
    public let logEvidencePerStep: Double
    /// The log of the right eigenvector, its largest element 0, `[states]`.
    public let stateMessages: [Double]
    /// p(a | s, O), `[pairs]`.
    public let policy: [Double]
    /// The rate is known to this, in nats.
    public let certifiedError: Double
}

extension ControlInference {
    /// The undiscounted long run (D3) of a model where every state reaches every other.
    ///
    /// Power iteration in the log domain on M + c I, which has the eigenvectors of M and no period. The
    /// rate lies between the smallest and the largest of log (M v)(s) / v(s) (Collatz and Wielandt).
    ///
    /// - Parameters:
    ///   - tolerance: on the rate, in nats.
    ///   - maximumSweeps: the most sweeps.
    /// - Throws: `ControlInferenceError.notIrreducible` where the bounds do not meet.
    public func inferLongRun(
        tolerance: Double = 1e-10, maximumSweeps: Int = 100_000
    ) throws(ControlInferenceError) -> LongRunPosterior {
        var messages = Array(repeating: 0.0, count: model.states)
        var (low, high) = (-Double.infinity, Double.infinity)
        for _ in 0..<maximumSweeps {
            let (next, policy) = stateMessages(pairMessages(messages))
            let rates = zip(next, messages).map { $0 - $1 }
            (low, high) = (rates.min()!, rates.max()!)
            if !low.isFinite || !high.isFinite { throw .noEvidence }
            if high - low <= 2 * tolerance {
                return LongRunPosterior(
                    logEvidencePerStep: (low + high) / 2, stateMessages: messages,
                    policy: policy, certifiedError: (high - low) / 2)
            }
            // Mix in a little of the old vector: a quarter of the rate breaks every period.
            let shift = (low + high) / 2 + log(0.25)
            messages = zip(next, messages).map { logAddExp($0, shift + $1) }
            let largest = messages.max()!
            messages = messages.map { $0 - largest }
        }
        throw .notIrreducible(lower: low, upper: high)
    }
}
