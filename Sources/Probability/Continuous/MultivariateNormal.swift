import Foundation
import OptimistCore
import OptimistTorch

/// Normal laws over vectors with a full covariance Σ = L Lᵀ, held by its Cholesky factor L.
public struct MultivariateNormal: ReparameterizedDistribution, DistributionWithMoments,
    DistributionWithMode
{
    /// The mean, `[batch..., size]`.
    public let mean: Tensor
    /// L, lower triangular with a positive diagonal, `[size, size]` with leading batch axes.
    public let choleskyFactor: Tensor
    /// The axes that tell apart laws with different parameters.
    public let batchShape: [Int]

    /// The law with a lower triangular factor of its covariance, whose leading axes broadcast with
    /// those of the mean.
    public init(mean: Tensor, choleskyFactor: Tensor) {
        let name = "MultivariateNormal"
        let (vector, matrix) = (mean.shape, choleskyFactor.shape)
        if vector.isEmpty || matrix.count < 2 || matrix.suffix(2) != [vector.last!, vector.last!] {
            fail(name, "a mean of shape \(vector) with a factor of shape \(matrix)")
        }
        batchShape = broadcastShape(name, vector.dropLast(), matrix.dropLast(2))
        self.mean = mean.broadcast(to: batchShape + [vector.last!])
        self.choleskyFactor = choleskyFactor
    }

    /// The law with a covariance `[..., size, size]`; one that is not positive definite is a
    /// programmer's error. See `ifPositiveDefinite` for covariances that may not be.
    public init(mean: Tensor, covariance: Tensor) {
        self.init(mean: mean, choleskyFactor: covariance.cholesky())
    }

    /// The law with a covariance, or nil if one of the batch is not positive definite.
    public static func ifPositiveDefinite(
        mean: Tensor, covariance: Tensor
    ) -> MultivariateNormal? {
        let (factor, isPositiveDefinite) = covariance.tryCholesky()
        return allTrue([isPositiveDefinite])
            ? MultivariateNormal(mean: mean, choleskyFactor: factor) : nil
    }

    /// The same law as a normal law over vectors with independent elements.
    public init(_ normal: Normal) {
        if normal.eventRank != 1 {
            fail("MultivariateNormal", "the normal law has \(normal.eventRank) event axes, not 1")
        }
        let factor = normal.standardDeviation.broadcast(to: normal.shape).diagonalMatrix()
        self.init(mean: normal.mean, choleskyFactor: factor)
    }

    /// The number of elements of one outcome.
    public var size: Int { mean.size(axis: -1) }
    /// The one axis of an outcome.
    public var eventShape: [Int] { [size] }

    /// Σ, `[..., size, size]` with the leading axes of the factor.
    public var covariance: Tensor { choleskyFactor.matmul(choleskyFactor.transposed()) }
    /// The diagonal of Σ, `[batch..., size]`.
    public var variance: Tensor {
        choleskyFactor.square().sum(axis: -1).broadcast(to: shape)
    }
    /// The mean.
    public var mode: Tensor { mean }
    /// log √|Σ|, with the leading axes of the factor.
    public var logScale: Tensor { choleskyFactor.diagonal().log().sum(axis: -1) }

    /// Differentiable draws: mean + L · noise.
    public func reparameterizedSample(
        _ shape: [Int], using generator: inout Generator
    ) -> Tensor {
        let noise = Tensor.normal(
            shape + self.shape, type: mean.elementType, device: mean.device, using: &generator)
        let product =
            choleskyFactor.rank == 2
            ? noise.matmul(choleskyFactor.transposed())
            : choleskyFactor.matmul(noise.unsqueezed(axis: -1)).squeezed(axis: -1)
        return product + mean
    }

    /// The log-density, `[sample..., batch...]`, in nats.
    public func logDensity(_ value: Tensor) -> Tensor {
        requireEvent("MultivariateNormal.logDensity", value, eventShape, 1)
        let energy = whitened(value - mean).square().sum(axis: -1) * 0.5
        return -(Double(size) * logSqrtTwoPi) - (energy + logScale)
    }

    /// L⁻¹ d for differences d `[..., size]`.
    func whitened(_ difference: Tensor) -> Tensor {
        let upper = choleskyFactor.transposed()
        if choleskyFactor.rank == 2 && difference.rank >= 2 {
            // One factor: all differences are rows of one solve.
            let rows = difference.rank == 2 ? difference : difference.reshaped([-1, size])
            let solved = upper.triangularSolve(rows, upper: true, fromLeft: false)
            return difference.rank == 2 ? solved : solved.reshaped(difference.shape)
        }
        let rows = difference.unsqueezed(axis: -2)
        return upper.triangularSolve(rows, upper: true, fromLeft: false).squeezed(axis: -2)
    }

    /// log √|Σ| + ½ size · log 2πe.
    public var entropy: Tensor? {
        (logScale + Double(size) * (logSqrtTwoPi + 0.5)).broadcast(to: batchShape)
    }

    /// Whether the parameters are finite and the factor's diagonal positive.
    public var isValid: Bool {
        allTrue([
            mean.isFinite(), choleskyFactor.isFinite(), choleskyFactor.diagonal() .> 0,
        ])
    }
}
