import Foundation
import OptimistCore
import OptimistProbability
import OptimistTorch
import Testing

/// Gauss-Legendre quadrature in float64, on equal panels.
struct Quadrature {
    /// The points, `[count]`.
    let points: Tensor
    /// The weights, `[count]`.
    let weights: Tensor

    init(from low: Double, to high: Double, panels: Int = 200, order: Int = 16) {
        let (nodes, shares) = Quadrature.legendre(order)
        let half = (high - low) / Double(panels) / 2
        var points: [Double] = []
        var weights: [Double] = []
        for panel in 0..<panels {
            let center = low + (2 * Double(panel) + 1) * half
            points += nodes.map { center + half * $0 }
            weights += shares.map { half * $0 }
        }
        self.points = Tensor(points)
        self.weights = Tensor(weights)
    }

    /// ∫ f.
    func integral(_ values: (Tensor) -> Tensor) -> Double {
        (values(points) * weights).sum().item()
    }

    /// The square of this rule: points `[count², 2]` and their weights.
    var squared: (points: Tensor, weights: Tensor) {
        let grid = Tensor.broadcast([points.unsqueezed(axis: 1), points.unsqueezed(axis: 0)])
        let weight = weights.unsqueezed(axis: 1) * weights
        return (Tensor.stacked(grid.map { $0.flattened() }, axis: 1), weight.flattened())
    }

    /// Nodes and weights on [−1, 1], by Newton's method on the Legendre polynomial.
    private static func legendre(_ order: Int) -> ([Double], [Double]) {
        var nodes: [Double] = []
        var weights: [Double] = []
        for index in 0..<order {
            var x = cos(Double.pi * (Double(index) + 0.75) / (Double(order) + 0.5))
            var slope = 0.0
            for _ in 0..<100 {
                var (previous, value) = (1.0, x)
                for degree in 2...order {
                    let d = Double(degree)
                    (previous, value) = (value, ((2 * d - 1) * x * value - (d - 1) * previous) / d)
                }
                slope = Double(order) * (x * value - previous) / (x * x - 1)
                let step = value / slope
                x -= step
                if abs(step) < 1e-15 { break }
            }
            nodes.append(x)
            weights.append(2 / ((1 - x * x) * slope * slope))
        }
        return (nodes, weights)
    }
}

/// The largest difference between the gradient of a function and central differences.
func gradientError(
    at point: [Double], step: Double = 1e-5, _ function: (Tensor) -> Tensor
) -> Double {
    let leaf = Tensor(point).requiringGradient()
    let value = function(leaf).sum()
    // Without a graph the function does not depend on its argument: the slope is 0.
    let slope =
        value.requiresGradient
        ? gradients(of: value, withRespectTo: [leaf], allowUnused: true)[0].doubles()
        : [Double](repeating: 0, count: point.count)
    return withoutGradient {
        point.indices.map { index in
            func value(_ shift: Double) -> Double {
                var moved = point
                moved[index] += shift
                return function(Tensor(moved)).sum().item()
            }
            return abs((value(step) - value(-step)) / (2 * step) - slope[index])
        }.max()!
    }
}
