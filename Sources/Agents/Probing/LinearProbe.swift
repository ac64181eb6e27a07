import OptimistCore
import OptimistLinearAlgebra

/// A linear map from features to numbers, fitted by ridge regression: how much of the numbers can be
/// read off the features by weights alone.
///
///     min over W, b of Σ |y − W x − b|² + penalty · n · |W|²
///
/// Features are standardized before, so that the penalty does not depend on their units, and the
/// intercept is not penalized. Everything is float64.
public struct LinearProbe: Sendable, Equatable {
    /// W of standardized features, `[feature, target]`.
    private let weights: Matrix
    private let featureMean: [Double]
    private let featureDeviation: [Double]
    private let targetMean: [Double]

    /// Fits a probe.
    ///
    /// - Parameters:
    ///   - features: one row of numbers for each example.
    ///   - targets: one row of numbers for each example.
    ///   - penalty: at least 0; of each example, in units of a target's variance.
    /// - Throws: `LinearAlgebraError.notPositiveDefinite` where features determine each other and
    ///   there is no penalty.
    public init(
        features: [[Double]], targets: [[Double]], penalty: Double = 1e-6
    ) throws {
        guard let width = features.first?.count, let outputs = targets.first?.count,
            features.count == targets.count, features.allSatisfy({ $0.count == width }),
            targets.allSatisfy({ $0.count == outputs }), penalty >= 0
        else {
            fail(
                "LinearProbe",
                "\(features.count) rows of features, \(targets.count) of targets, "
                    + "a penalty of \(penalty)")
        }
        let (mean, deviation) = Self.moments(features, width)
        (featureMean, featureDeviation) = (mean, deviation)
        targetMean = Self.moments(targets, outputs).mean
        let centers = targetMean
        let x = Matrix(rows: features.count, columns: width) {
            (features[$0][$1] - mean[$1]) / deviation[$1]
        }
        let y = Matrix(rows: targets.count, columns: outputs) { targets[$0][$1] - centers[$1] }
        var normal = Matrix.transposed(x, times: x)
        for index in 0..<width { normal[index, index] += penalty * Double(features.count) }
        weights = try Cholesky(normal).solution(Matrix.transposed(x, times: y))
    }

    /// The mean and deviation of each column; 1 for a column that does not change.
    private static func moments(
        _ rows: [[Double]], _ width: Int
    ) -> (mean: [Double], deviation: [Double]) {
        let count = Double(rows.count)
        var mean = [Double](repeating: 0, count: width)
        for row in rows { for (index, value) in row.enumerated() { mean[index] += value / count } }
        var variance = [Double](repeating: 0, count: width)
        for row in rows {
            for (index, value) in row.enumerated() {
                variance[index] += (value - mean[index]) * (value - mean[index]) / count
            }
        }
        return (mean, variance.map { $0 > 1e-20 ? $0.squareRoot() : 1 })
    }

    /// What the probe reads off features, one row of targets for each row.
    public func predictions(_ features: [[Double]]) -> [[Double]] {
        features.map { row in
            if row.count != featureMean.count {
                fail("LinearProbe.predictions", "\(row.count) features, not \(featureMean.count)")
            }
            let standardized = row.indices.map {
                (row[$0] - featureMean[$0]) / featureDeviation[$0]
            }
            let read = Matrix.transposed(weights, times: standardized)
            return read.indices.map { read[$0] + targetMean[$0] }
        }
    }

    /// R² of each target on rows that should be other ones than the probe was fitted to: 1 less the
    /// squared error over the variance of the target there; nil for a target that does not change.
    public func determination(features: [[Double]], targets: [[Double]]) -> [Double?] {
        let read = predictions(features)
        let outputs = targetMean.count
        let mean = Self.moments(targets, outputs).mean
        return (0..<outputs).map { index in
            var (error, spread) = (0.0, 0.0)
            for (row, found) in zip(targets, read) {
                error += (row[index] - found[index]) * (row[index] - found[index])
                spread += (row[index] - mean[index]) * (row[index] - mean[index])
            }
            return spread > 1e-12 * Double(targets.count) ? 1 - error / spread : nil
        }
    }
}
