import OptimistCore
import OptimistTorch

/// The box that planned actions lie in.
public struct ActionBox {
    /// Lower bounds, `[action]`.
    public let low: Tensor
    /// Upper bounds, `[action]`.
    public let high: Tensor

    /// A box with the same bounds for every entry of an action.
    public init(
        _ low: Double, _ high: Double, width: Int, type: ElementType = .float32,
        device: Device = .cpu
    ) {
        self.init(
            low: .full([width], low, type: type, device: device),
            high: .full([width], high, type: type, device: device))
    }

    /// A box with bounds for each entry, `[action]` each.
    public init(low: Tensor, high: Tensor) {
        if low.shape != high.shape || low.rank != 1 {
            fail("ActionBox", "bounds of shapes \(low.shape) and \(high.shape)")
        }
        self.low = low
        self.high = high
    }

    /// Numbers in an action.
    public var width: Int { low.shape[0] }
    /// Half the distance between the bounds, `[action]`.
    public var halfRange: Tensor { (high - low) * 0.5 }
    /// The middle, `[action]`: what a plan is filled with where nothing is known.
    public var middle: Tensor { (high + low) * 0.5 }

    /// Actions moved into the box, `[…, action]`.
    public func clamp(_ actions: Tensor) -> Tensor { actions.clamped(low, high) }

    /// Actions drawn uniformly, `shape + [action]`.
    public func uniform(_ shape: [Int], using generator: inout Generator) -> Tensor {
        let draws = Tensor.uniform(
            shape + [width], type: low.elementType, device: low.device, using: &generator)
        return low + (high - low) * draws
    }
}
