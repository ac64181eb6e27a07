import Foundation
import OptimistCore
import OptimistLinearAlgebra

extension DiscreteChannel {
    /// p(x | y) under a law of inputs, `[inputs, outputs]`: the best reverse model. Where an output
    /// never comes, the law of inputs itself.
    public func posterior(_ source: [Double]) -> Matrix {
        let law = outputLaw(source)
        var result = Matrix(rows: inputs, columns: outputs) { law[$1] > 0 ? 0 : source[$0] }
        for input in 0..<inputs where source[input] > 0 {
            laws.forEachInRow(input) { output, probability in
                if law[output] > 0 {
                    result[input, output] = source[input] * probability / law[output]
                }
            }
        }
        return result
    }

    /// E[log q(x | y)] of each input over its outputs, in nats, `[inputs]`.
    ///
    /// - Parameter decoder: q(x | y), `[inputs, outputs]`.
    public func decodedLogProbabilities(_ decoder: Matrix) -> [Double] {
        if decoder.rows != inputs || decoder.columns != outputs {
            fail(
                "DiscreteChannel.decodedLogProbabilities",
                "a decoder \(decoder.rows)x\(decoder.columns) for \(inputs)x\(outputs)")
        }
        return (0..<inputs).map { input in
            var sum = 0.0
            laws.forEachInRow(input) { output, probability in
                if probability > 0 { sum += probability * log(decoder[input, output]) }
            }
            return sum
        }
    }

    /// E[log q(x | y)] + H(p(x)), in nats: the bound on I(x; y) from below that a reverse model
    /// gives (Barber and Agakov 2003). It lacks E KL(p(x | y) ‖ q(x | y)).
    ///
    /// - Parameters:
    ///   - source: p(x), `[inputs]`.
    ///   - decoder: q(x | y), `[inputs, outputs]`.
    public func variationalInformation(_ source: [Double], decoder: Matrix) -> Double {
        check(source, "variationalInformation")
        let logs = decodedLogProbabilities(decoder)
        var sum = 0.0
        for input in 0..<inputs where source[input] > 0 {
            sum += source[input] * (logs[input] - log(source[input]))
        }
        return sum
    }

    /// The law of inputs that is best for a reverse model, p(x) ∝ exp E[log q(x | y)], and the bound
    /// that it attains, log Σ_x exp E[log q(x | y)], in nats; it is minus infinity, and there is no
    /// such law, where q rules out every input.
    ///
    /// - Parameter decoder: q(x | y), `[inputs, outputs]`.
    public func bestSource(for decoder: Matrix) -> (source: [Double], bound: Double) {
        var source = decodedLogProbabilities(decoder)
        let bound = normalizeLogWeights(&source)
        return (source, bound)
    }
}
