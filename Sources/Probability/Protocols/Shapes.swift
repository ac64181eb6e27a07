import Foundation
import OptimistCore
import OptimistTorch

/// log √(2π).
let logSqrtTwoPi = 0.5 * log(2 * Double.pi)

/// The shape that two shapes broadcast to.
func broadcastShape(_ operation: String, _ left: [Int], _ right: [Int]) -> [Int] {
    if left == right { return left }
    let rank = max(left.count, right.count)
    return (0..<rank).map { axis in
        let first = left.count - rank + axis
        let second = right.count - rank + axis
        let sizes = (first < 0 ? 1 : left[first], second < 0 ? 1 : right[second])
        if sizes.0 != sizes.1 && sizes.0 != 1 && sizes.1 != 1 {
            fail(operation, "the shapes \(left) and \(right) do not broadcast")
        }
        return sizes.0 == 1 ? sizes.1 : sizes.0
    }
}

/// Stops where a shape has fewer axes than one outcome needs.
func requireEventRank(_ operation: String, _ shape: [Int], _ eventRank: Int) {
    if eventRank < 0 || eventRank > shape.count {
        fail(
            operation,
            "an event of \(eventRank) axes does not fit in parameters of shape \(shape)")
    }
}

/// Stops where the last axes of a value are not those of one outcome: they would broadcast.
@inline(__always)
func requireEvent(_ operation: String, _ value: Tensor, _ shape: [Int], _ eventRank: Int) {
    if eventRank == 0 { return }
    let given = value.shape
    if given.count < eventRank || given.suffix(eventRank) != shape.suffix(eventRank) {
        fail(
            operation,
            "a value of shape \(given) where one outcome has shape \(shape.suffix(eventRank))")
    }
}

/// Whether every element of every tensor is finite; one value is read back.
func allFinite(_ tensors: Tensor...) -> Bool {
    allTrue(tensors.map { $0.isFinite() })
}

/// Whether every truth value of every tensor is true; one value is read back.
func allTrue(_ tensors: [Tensor]) -> Bool {
    withoutGradient {
        let every = tensors.map { $0.all() }
        return every.dropFirst().reduce(every[0]) { $0 .& $1 }.item() != 0
    }
}

extension Tensor {
    /// The sum over the last axes; the tensor itself for none.
    @inline(__always)
    func summed(lastAxes count: Int) -> Tensor {
        switch count {
        case 0: self
        case 1: sum(axis: -1)
        default: sum(axes: Array(-count..<0))
        }
    }

    /// The tensor, repeated to a shape where it does not have it yet.
    func broadcast(to shape: [Int]) -> Tensor {
        self.shape == shape ? self : expanded(shape)
    }

    /// The tensor with `count` axes of size 1 appended.
    func appendingAxes(_ count: Int) -> Tensor {
        (0..<count).reduce(self) { tensor, _ in tensor.unsqueezed(axis: -1) }
    }
}
