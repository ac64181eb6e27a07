import Foundation
import OptimistCore
import OptimistTorch

/// Stein's direction: where particles should move so that they come to be spread like a density
/// (Liu and Wang 2016, arXiv 1608.04471).
///
///     φ_i = mean_j [ k(u_j, u_i) ∇_{u_j} log p(u_j) + ∇_{u_j} k(u_j, u_i) ]
///     k(u, v) = exp(−‖u − v‖² / h)      h = median ‖u_j − u_i‖² / log(fixed particles)
///
/// The first part attracts to where the density is high, the second repels from the others. With
/// one fixed particle the kernel is 1 everywhere: gradient ascent.
package enum SteinDirection {
    /// The least bandwidth h.
    package static let floor = 1e-3

    /// The direction of each particle that is moved, `[rows, updated, width]`.
    ///
    /// - Parameters:
    ///   - fixed: u_j, `[rows, fixed, width]`.
    ///   - updated: u_i, `[rows, updated, width]`.
    ///   - score: ∇ log p(u_j), `[rows, fixed, width]`.
    package static func direction(fixed: Tensor, updated: Tensor, score: Tensor) -> Tensor {
        let (rows, count) = (fixed.shape[0], fixed.shape[1])
        guard fixed.shape == score.shape, fixed.rank == 3, updated.rank == 3,
            updated.shape[0] == rows, updated.shape[2] == fixed.shape[2]
        else {
            fail(
                "SteinDirection",
                "particles \(fixed.shape) and \(updated.shape), score \(score.shape)")
        }
        if count == 1 { return score.expanded(updated.shape) }
        let distances = squaredDistances(fixed: fixed, updated: updated)
        let bandwidth = bandwidth(distances, fixed: count)
        let kernel = (-distances / bandwidth).exp()
        let repelled = updated * kernel.sum(axis: 2, keepingDimensions: true) - kernel.matmul(fixed)
        return (kernel.matmul(score) + repelled * 2 / bandwidth) / Double(count)
    }

    /// ‖u_j − u_i‖², `[rows, updated, fixed]`.
    package static func squaredDistances(fixed: Tensor, updated: Tensor) -> Tensor {
        (updated.unsqueezed(axis: 2) - fixed.unsqueezed(axis: 1)).square().sum(axis: 3)
    }

    /// h of each row, `[rows, 1, 1]`, for more than one fixed particle.
    package static func bandwidth(_ distances: Tensor, fixed count: Int) -> Tensor {
        let rows = distances.shape[0]
        let sorted = distances.reshaped([rows, distances.count / rows]).sorted(axis: 1).values
        let size = sorted.shape[1]
        let middle = sorted.slice(axis: 1, (size - 1) / 2..<size / 2 + 1).mean(axis: 1)
        return (middle / log(Double(count))).maximum(floor).reshaped([rows, 1, 1])
    }
}
