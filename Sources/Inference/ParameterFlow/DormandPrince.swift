import Foundation
import OptimistLinearAlgebra

/// The adaptive method of Dormand and Prince, "A Family of Embedded Runge-Kutta Formulae" (1980), of
/// order 5 with an error estimate of order 4: for evaluation, without gradients.
enum DormandPrince {
    private static let stages: [[Double]] = [
        [],
        [1 / 5],
        [3 / 40, 9 / 40],
        [44 / 45, -56 / 15, 32 / 9],
        [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
        [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
        [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
    ]
    /// The difference of the weights of order 5 and 4.
    private static let errors: [Double] = [
        71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40,
    ]

    /// The solution after an interval.
    ///
    /// - Throws: `LinearAlgebraError.notFinite` where the step length vanishes.
    static func integrate(
        _ start: Matrix, over interval: Double, relative: Double, absolute: Double,
        _ velocity: (Matrix) -> Matrix
    ) throws -> Matrix {
        var (x, time, step) = (start, 0.0, interval / 4)
        while time < interval {
            step = min(step, interval - time)
            var slopes: [Matrix] = []
            var end = x
            for stage in stages {
                end = x
                for (weight, slope) in zip(stage, slopes) { end.add(slope, times: step * weight) }
                slopes.append(velocity(end))
            }
            var error = Matrix(rows: x.rows, columns: x.columns)
            for (weight, slope) in zip(errors, slopes) { error.add(slope, times: step * weight) }
            var ratio = 0.0
            for i in x.elements.indices {
                let size = max(abs(x.elements[i]), abs(end.elements[i]))
                ratio = max(ratio, abs(error.elements[i]) / (absolute + relative * size))
            }
            if !ratio.isFinite { ratio = .greatestFiniteMagnitude }
            if ratio <= 1 {
                time += step
                x = end
            }
            step *= min(5, max(0.1, 0.9 * pow(max(ratio, 1e-10), -0.2)))
            if time < interval, step < 1e-12 * interval { throw LinearAlgebraError.notFinite }
        }
        return x
    }
}
