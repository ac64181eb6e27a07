import OptimistTorch

/// A map the other way round.
public struct Inverted<Map: Bijector>: Bijector {
    /// The map whose inverse this is.
    public let map: Map

    /// The inverse of a map.
    public init(_ map: Map) { self.map = map }

    /// As the map's.
    public var eventRank: Int { map.eventRank }
    /// The map's inverse.
    public func forward(_ value: Tensor) -> Tensor { map.inverse(value) }
    /// The map.
    public func inverse(_ value: Tensor) -> Tensor { map.forward(value) }
    /// Minus the map's, at the origin.
    public func logDeterminant(at value: Tensor) -> Tensor {
        -map.inverseImage(value).logDeterminant
    }

    /// The map's origin and minus its log-determinant.
    public func forwardImage(_ value: Tensor) -> MappedValue {
        let image = map.inverseImage(value)
        return MappedValue(value: image.value, logDeterminant: -image.logDeterminant)
    }

    /// The map's image and minus its log-determinant.
    public func inverseImage(_ value: Tensor) -> MappedValue {
        let image = map.forwardImage(value)
        return MappedValue(value: image.value, logDeterminant: -image.logDeterminant)
    }

    /// Minus the map's.
    public func constantLogDeterminant(shape: [Int]) -> Tensor? {
        map.constantLogDeterminant(shape: shape).map { -$0 }
    }

    /// Whether the other is the inverse of the same map.
    public func isSame(as other: any Bijector) -> Bool {
        (other as? Inverted).map { map.isSame(as: $0.map) } ?? false
    }
}
