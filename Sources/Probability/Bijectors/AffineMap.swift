import OptimistTorch

/// y = scale · x + shift, element by element, for a scale that is nowhere 0.
public struct AffineMap: Bijector {
    /// The factor; broadcasts.
    public let scale: Tensor
    /// What is added; broadcasts.
    public let shift: Tensor

    /// The map with a scale and a shift that broadcast with the values.
    public init(scale: Tensor, shift: Tensor) {
        self.scale = scale
        self.shift = shift
    }

    /// The map with one scale and one shift for all elements.
    public init(scale: Double, shift: Double, type: ElementType = .float32, device: Device = .cpu) {
        self.init(
            scale: Tensor(scale, type: type, device: device),
            shift: Tensor(shift, type: type, device: device))
    }

    /// 0: element by element.
    public var eventRank: Int { 0 }

    /// scale · x + shift.
    public func forward(_ value: Tensor) -> Tensor { value * scale + shift }
    /// (y − shift) / scale.
    public func inverse(_ value: Tensor) -> Tensor { (value - shift) / scale }

    /// log |scale|.
    public func logDeterminant(at value: Tensor) -> Tensor {
        let logarithm = scale.abs().log()
        return logarithm.expanded(
            broadcastShape("AffineMap.logDeterminant", value.shape, logarithm.shape))
    }

    /// log |scale|.
    public func constantLogDeterminant(shape: [Int]) -> Tensor? {
        scale.abs().log().expanded(shape)
    }

    /// Whether the other map has the same tensors for scale and shift.
    public func isSame(as other: any Bijector) -> Bool {
        guard let other = other as? AffineMap else { return false }
        return other.scale === scale && other.shift === shift
    }
}
