import Foundation
import OptimistCore
import OptimistLinearAlgebra

/// A fitted parameter with its standard error.
public struct ParameterEstimate: Sendable, Equatable {
    /// Its name, such as `transition[0,1]` or `mean[2]`.
    public let name: String
    /// Its value.
    public let value: Double
    /// Its standard error; nil on the boundary of its range, where there is none.
    public let standardError: Double?
}

extension HiddenMarkovModel where Emission: FittableEmission {
    /// The parameters that are not frozen, with standard errors from the observed information.
    ///
    /// The information is minus the second derivative of the objective by the unconstrained
    /// coordinates (central differences of the exact gradient); its inverse goes to the parameters
    /// by the delta method. Probabilities of at most 1e-6, and variances at their floor, lie on the
    /// boundary and are held. Call it at a maximum.
    ///
    /// - Throws: `HiddenMarkovError.singularInformation` where some parameter is not identified.
    public func estimates(
        from sequences: [HiddenMarkovSequence<Emission.Observation>],
        _ fitting: HiddenMarkovFitting = HiddenMarkovFitting()
    ) throws -> [ParameterEstimate] {
        let layout = ParameterLayout(self, fitting, boundary: 1e-6)
        let climb = Climb(start: self, number: 0, sequences: sequences, fitting: fitting)
        let observations = climb.observations
        let point = layout.coordinates
        if point.isEmpty {
            return layout.named.map {
                ParameterEstimate(name: $0.name, value: $0.value, standardError: nil)
            }
        }
        func gradient(_ point: [Double]) throws -> [Double] {
            let model = layout.model(at: point)
            return layout.score(at: model, try climb.counts(model), observations)
        }
        var information = Matrix(rows: point.count, columns: point.count)
        for i in point.indices {
            let step = 1e-4 * max(1, abs(point[i]))
            var (up, down) = (point, point)
            up[i] += step
            down[i] -= step
            let (above, below) = (try gradient(up), try gradient(down))
            for j in point.indices {
                // Half to each triangle makes the matrix symmetric.
                let curvature = -(above[j] - below[j]) / (up[i] - down[i]) / 2
                information[i, j] += curvature
                information[j, i] += curvature
            }
        }
        guard let factor = try? Cholesky(information) else {
            throw HiddenMarkovError.singularInformation
        }
        return layout.named.map { parameter in
            if parameter.derivatives.isEmpty {
                return ParameterEstimate(
                    name: parameter.name, value: parameter.value, standardError: nil)
            }
            var slope = [Double](repeating: 0, count: point.count)
            for (coordinate, value) in parameter.derivatives { slope[coordinate] = value }
            let variance = factor.inverseQuadratic(slope)
            return ParameterEstimate(
                name: parameter.name, value: parameter.value,
                standardError: variance.squareRoot())
        }
    }
}
