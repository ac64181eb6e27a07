import OptimistTorch

/// Several maps, one after another: the first is applied first.
public struct Chain: Bijector {
    /// The maps in the order of their application.
    public let maps: [any Bijector]
    /// The largest number of axes that one of the maps mixes.
    public let eventRank: Int

    /// The maps in the order of their application; an empty chain is the identity.
    public init(_ maps: [any Bijector]) {
        self.maps = maps
        eventRank = maps.map(\.eventRank).max() ?? 0
    }

    /// The last map's image of ... the first map's image.
    public func forward(_ value: Tensor) -> Tensor {
        maps.reduce(value) { $1.forward($0) }
    }

    /// The origin.
    public func inverse(_ value: Tensor) -> Tensor {
        maps.reversed().reduce(value) { $1.inverse($0) }
    }

    /// The sum of the maps' log-determinants.
    public func logDeterminant(at value: Tensor) -> Tensor { forwardImage(value).logDeterminant }

    /// The image and the sum of the log-determinants.
    public func forwardImage(_ value: Tensor) -> MappedValue {
        follow(maps, value) { $0.forwardImage($1) }
    }

    /// The origin and the sum of the log-determinants.
    public func inverseImage(_ value: Tensor) -> MappedValue {
        follow(maps.reversed(), value) { $0.inverseImage($1) }
    }

    private func follow(
        _ maps: [any Bijector], _ value: Tensor, _ step: (any Bijector, Tensor) -> MappedValue
    ) -> MappedValue {
        var point = value
        var total: Tensor?
        for map in maps {
            let image = step(map, point)
            let part = image.logDeterminant.summed(lastAxes: eventRank - map.eventRank)
            total = total.map { $0 + part } ?? part
            point = image.value
        }
        return MappedValue(value: point, logDeterminant: total ?? Tensor.zeros(like: value))
    }

    /// The sum of the maps' constants, if all have one.
    public func constantLogDeterminant(shape: [Int]) -> Tensor? {
        var total: Tensor?
        for map in maps {
            guard let constant = map.constantLogDeterminant(shape: shape) else { return nil }
            let part = constant.summed(lastAxes: eventRank - map.eventRank)
            total = total.map { $0 + part } ?? part
        }
        return total
    }

    /// Whether the other is a chain of the same maps.
    public func isSame(as other: any Bijector) -> Bool {
        guard let other = other as? Chain, other.maps.count == maps.count else { return false }
        return zip(maps, other.maps).allSatisfy { $0.isSame(as: $1) }
    }
}
