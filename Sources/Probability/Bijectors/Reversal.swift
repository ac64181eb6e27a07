import OptimistTorch

/// The elements of a vector in reverse order: between autoregressive maps, so that what saw least in
/// one sees most in the next. It is its own inverse, and changes no volume.
public struct Reversal: Bijector {
    /// The reversal of the last axis.
    public init() {}

    /// 1: the elements of a vector.
    public var eventRank: Int { 1 }
    /// The elements, the last one first.
    public func forward(_ value: Tensor) -> Tensor { value.flipped(axes: [-1]) }
    /// The same.
    public func inverse(_ value: Tensor) -> Tensor { forward(value) }
    /// 0.
    public func logDeterminant(at value: Tensor) -> Tensor {
        .zeros(
            Array(value.shape.dropLast()), type: value.elementType, device: value.device)
    }
}
