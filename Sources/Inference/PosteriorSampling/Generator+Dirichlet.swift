import Foundation
import OptimistCore
import OptimistLinearAlgebra

extension Generator {
    /// The log of a draw of the gamma law of a shape and rate 1 (Marsaglia and Tsang 2000); the log,
    /// because draws of small shapes underflow.
    public mutating func logGamma(shape: Double) -> Double {
        if !(shape > 0 && shape.isFinite) { fail("Generator.logGamma", "shape \(shape)") }
        if shape < 1 {
            // A draw of shape + 1 times U^(1 / shape); 1 − U is never 0.
            let larger = logGamma(shape: shape + 1)
            return larger + log(1 - uniform()) / shape
        }
        let d = shape - 1.0 / 3
        let c = 1 / (9 * d).squareRoot()
        while true {
            let normal = normal()
            let root = 1 + c * normal
            if root <= 0 { continue }
            let cube = root * root * root
            let accepts = log(1 - uniform()) < 0.5 * normal * normal + d - d * cube + d * log(cube)
            if accepts { return log(d * cube) }
        }
    }

    /// A draw of the Dirichlet law of these concentrations.
    public mutating func dirichlet(_ concentrations: [Double]) -> [Double] {
        // One outcome is certain, and costs no draw.
        if concentrations.count == 1 { return [1] }
        var law = concentrations.map { logGamma(shape: $0) }
        normalizeLogWeights(&law)
        return law
    }

    /// A draw of the beta law, in 0…1.
    public mutating func beta(_ first: Double, _ second: Double) -> Double {
        dirichlet([first, second])[0]
    }
}
