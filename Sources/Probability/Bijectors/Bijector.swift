import OptimistTorch

/// An invertible, differentiable map that keeps shapes.
public protocol Bijector {
    /// The number of last axes that the map mixes: 0 if it works element by element.
    var eventRank: Int { get }

    /// f(x).
    func forward(_ value: Tensor) -> Tensor
    /// f⁻¹(y).
    func inverse(_ value: Tensor) -> Tensor
    /// log |det f′(x)|, of x's shape without the mixed axes.
    func logDeterminant(at value: Tensor) -> Tensor

    /// f(x) and log |det f′(x)|.
    func forwardImage(_ value: Tensor) -> MappedValue
    /// x = f⁻¹(y) and log |det f′(x)|.
    func inverseImage(_ value: Tensor) -> MappedValue

    /// log |det f′| for values of a shape, without the mixed axes, where it does not depend on the
    /// value; else nil.
    func constantLogDeterminant(shape: [Int]) -> Tensor?

    /// Whether another map is known to be the same: a divergence does not change when both laws
    /// are mapped alike.
    func isSame(as other: any Bijector) -> Bool
}

/// A mapped value, with the log-determinant of the map.
public struct MappedValue {
    /// The image.
    public var value: Tensor
    /// log |det f′| at the origin of the map.
    public var logDeterminant: Tensor

    /// An image with the log-determinant of the map.
    public init(value: Tensor, logDeterminant: Tensor) {
        self.value = value
        self.logDeterminant = logDeterminant
    }
}

extension Bijector {
    /// f(x) and log |det f′(x)|.
    public func forwardImage(_ value: Tensor) -> MappedValue {
        MappedValue(value: forward(value), logDeterminant: logDeterminant(at: value))
    }

    /// x = f⁻¹(y) and log |det f′(x)|.
    public func inverseImage(_ value: Tensor) -> MappedValue {
        let origin = inverse(value)
        return MappedValue(value: origin, logDeterminant: logDeterminant(at: origin))
    }

    /// nil: the log-determinant depends on the value.
    public func constantLogDeterminant(shape: [Int]) -> Tensor? { nil }

    /// false: two maps are not known to be the same.
    public func isSame(as other: any Bijector) -> Bool { false }
}
