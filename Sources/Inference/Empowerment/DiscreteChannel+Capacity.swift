import Foundation
import OptimistCore

/// The capacity of a channel, max_p(x) I(x; y), from below and from above.
public struct ChannelCapacity: Equatable, Sendable {
    /// I(x; y) under `source`, in nats: no more than the capacity.
    public let lower: Double
    /// max_x KL(p(y | x) ‖ p(y)) under `source`, in nats: no less than the capacity.
    public let upper: Double
    /// p(x), the law of inputs that attains `lower`, `[inputs]`.
    public let source: [Double]
    /// I(x; y) of the uniform law of inputs and after each improvement; it never falls.
    public let progress: [Double]

    /// How often the law of inputs was improved.
    public var iterations: Int { progress.count - 1 }
}

extension DiscreteChannel {
    /// The capacity by the Blahut-Arimoto algorithm (Blahut 1972; Arimoto 1972), from the uniform
    /// law of inputs.
    ///
    /// Two half-steps each raise the bound E[log q(x | y)] + H(p(x)): the reverse model becomes the
    /// posterior under the law of inputs, and that law p(x) ∝ exp E log q(x | y), which together are
    /// p(x) ← p(x) exp KL(p(y | x) ‖ p(y)).
    ///
    /// - Parameters:
    ///   - tolerance: how far the two bounds may lie apart, in nats.
    ///   - maximumIterations: how many improvements are allowed.
    /// - Throws: `EmpowermentError.notConverged` with the bounds that were reached.
    public func capacity(
        tolerance: Double = 1e-9, maximumIterations: Int = 100_000
    ) throws(EmpowermentError) -> ChannelCapacity {
        if !(tolerance > 0) || maximumIterations < 0 {
            fail(
                "DiscreteChannel.capacity",
                "tolerance \(tolerance), \(maximumIterations) iterations")
        }
        var source = uniformSource
        var progress: [Double] = []
        while true {
            let divergences = divergences(from: outputLaw(source))
            var (lower, upper) = (0.0, 0.0)
            for input in 0..<inputs where source[input] > 0 {
                lower += source[input] * divergences[input]
            }
            for divergence in divergences { upper = max(upper, divergence) }
            progress.append(max(0, lower))
            if upper - lower <= tolerance {
                return ChannelCapacity(
                    lower: max(0, lower), upper: upper, source: source, progress: progress)
            }
            if progress.count > maximumIterations {
                throw .notConverged(
                    iterations: maximumIterations, lower: lower, upper: upper,
                    tolerance: tolerance)
            }
            var sum = 0.0
            for input in 0..<inputs {
                // Relative to the largest, so that nothing overflows.
                source[input] *= exp(divergences[input] - upper)
                sum += source[input]
            }
            for input in 0..<inputs { source[input] /= sum }
        }
    }
}
