import OptimistCore
import OptimistLinearAlgebra

/// Which points stand for a Gaussian, and what each weighs: the mean m, and m ± the columns of
/// √(n + λ) times a root of the covariance, with n + λ = α² (n + κ) (Wan and van der Merwe 2000).
///
/// Weights of the mean are λ / (n + λ) for means and that plus 1 − α² + β for covariances; all
/// others are 1 / (2 (n + λ)).
public struct SigmaPoints: Equatable, Sendable {
    /// α, how far the points spread.
    public let alpha: Double
    /// β, what is known of the law's tails; 2 fits a Gaussian to fourth order in one dimension.
    public let beta: Double
    /// κ, a second spread, in units of dimensions; n + κ must be positive.
    public let kappa: Double

    /// Points with their three numbers given.
    public init(alpha: Double, beta: Double, kappa: Double) {
        if !(alpha > 0 && beta.isFinite && kappa.isFinite) {
            fail("SigmaPoints", "alpha \(alpha), beta \(beta), kappa \(kappa)")
        }
        self.alpha = alpha
        self.beta = beta
        self.kappa = kappa
    }

    /// α = 1, β = 0, κ = 0: no weight is negative, so that covariances stay positive semidefinite
    /// (the cubature rule of Arasaratnam and Haykin 2009).
    public static let cubature = SigmaPoints(alpha: 1, beta: 0, kappa: 0)

    /// Weights for a dimension.
    struct Weights {
        let centerOfMean: Double
        let centerOfCovariance: Double
        let other: Double
        /// √(n + λ).
        let spread: Double
    }

    func weights(dimension: Int) -> Weights {
        let n = Double(dimension)
        let total = alpha * alpha * (n + kappa)
        if !(total > 0) {
            fail("SigmaPoints", "kappa \(kappa) in \(dimension) dimensions")
        }
        let center = (total - n) / total
        return Weights(
            centerOfMean: center, centerOfCovariance: center + 1 - alpha * alpha + beta,
            other: 1 / (2 * total), spread: total.squareRoot())
    }
}

/// The moments of a function of a Gaussian vector, as its sigma points see them.
struct SigmaMoments {
    /// The mean of the function.
    let mean: [Double]
    /// Its covariance.
    let covariance: Matrix
    /// Cov(vector, function).
    let cross: Matrix

    /// - Throws: `LinearAlgebraError` where the covariance is indefinite.
    init(
        of belief: GaussianMoments, points: SigmaPoints, _ function: ([Double]) -> [Double]
    ) throws(LinearAlgebraError) {
        let size = belief.mean.count
        let weights = points.weights(dimension: size)
        let root = weights.spread * (try belief.root())
        let center = function(belief.mean)
        var mean = center.map { weights.centerOfMean * $0 }
        var values: [[Double]] = []
        var point = belief.mean
        for column in 0..<size {
            for sign in [1.0, -1] {
                for i in 0..<size { point[i] = belief.mean[i] + sign * root[i, column] }
                let value = function(point)
                add(value, times: weights.other, to: &mean)
                values.append(value)
            }
        }
        let outputs = mean.count
        var covariance = Matrix(rows: outputs, columns: outputs)
        var cross = Matrix(rows: size, columns: outputs)
        let offset = subtract(center, mean)
        covariance.add(.outer(offset, offset), times: weights.centerOfCovariance)
        for column in 0..<size {
            let (above, below) = (values[2 * column], values[2 * column + 1])
            for value in [above, below] {
                let offset = subtract(value, mean)
                covariance.add(.outer(offset, offset), times: weights.other)
            }
            cross.add(
                .outer(root.column(column), subtract(above, below)), times: weights.other)
        }
        self.mean = mean
        self.covariance = covariance.symmetrized
        self.cross = cross
    }
}

extension GaussianMoments {
    /// A root of the covariance: Cholesky's factor, or the pivoted one where it is singular.
    func root() throws(LinearAlgebraError) -> Matrix {
        if let cholesky = try? Cholesky(covariance) { return cholesky.factor }
        return try covariance.semidefiniteRoot()
    }
}
