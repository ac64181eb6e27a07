import OptimistCore
import OptimistTorch

/// The affine coupling map of real NVP (Dinh, Sohl-Dickstein and Bengio, 2017): one part of a
/// vector is scaled and shifted by functions of the other part, which stays as it is.
///
///     y_kept = x_kept,    y_moved = x_moved · exp(s(x_kept)) + t(x_kept)
///
/// s is bounded by a hyperbolic tangent, so that the map stays invertible in numbers too.
public struct Coupling: Bijector {
    /// Computes the raw scales and the shifts, each `[..., moved]`, from the kept part
    /// `[..., kept]`; it may hold what else they depend on, such as an observation.
    public typealias Conditioner = (Tensor) -> (scale: Tensor, shift: Tensor)

    /// The number of first elements; they are kept, or moved if `movesFirst`.
    public let firstCount: Int
    /// Whether the first part is moved and the rest kept.
    public let movesFirst: Bool
    /// The largest absolute value of s.
    public let scaleLimit: Double

    private let conditioner: Conditioner

    /// A coupling of the first `firstCount` elements with the rest.
    public init(
        firstCount: Int, movesFirst: Bool, scaleLimit: Double = 5,
        conditioner: @escaping Conditioner
    ) {
        if firstCount < 1 || !(scaleLimit > 0) {
            fail("Coupling", "a first part of \(firstCount) elements, scale limit \(scaleLimit)")
        }
        self.firstCount = firstCount
        self.movesFirst = movesFirst
        self.scaleLimit = scaleLimit
        self.conditioner = conditioner
    }

    /// 1: the elements of a vector.
    public var eventRank: Int { 1 }

    /// The moved vector.
    public func forward(_ value: Tensor) -> Tensor { forwardImage(value).value }
    /// The original vector.
    public func inverse(_ value: Tensor) -> Tensor { inverseImage(value).value }
    /// Σ s.
    public func logDeterminant(at value: Tensor) -> Tensor { forwardImage(value).logDeterminant }

    /// The moved vector and Σ s.
    public func forwardImage(_ value: Tensor) -> MappedValue {
        apply(value) { moved, scale, shift in moved * scale.exp() + shift }
    }

    /// The original vector and Σ s.
    public func inverseImage(_ value: Tensor) -> MappedValue {
        apply(value) { moved, scale, shift in (moved - shift) * (-scale).exp() }
    }

    private func apply(
        _ value: Tensor, _ move: (_ moved: Tensor, _ scale: Tensor, _ shift: Tensor) -> Tensor
    ) -> MappedValue {
        let size = value.size(axis: -1)
        if size <= firstCount {
            fail("Coupling", "a first part of \(firstCount) elements in shape \(value.shape)")
        }
        let parts = value.split(sizes: [firstCount, size - firstCount], axis: -1)
        let (kept, moved) = movesFirst ? (parts[1], parts[0]) : (parts[0], parts[1])
        let (raw, shift) = conditioner(kept)
        let scale = (raw * (1 / scaleLimit)).tanh() * scaleLimit
        let image = move(moved, scale, shift)
        return MappedValue(
            value: .concatenated(movesFirst ? [image, kept] : [kept, image], axis: -1),
            logDeterminant: scale.sum(axis: -1))
    }
}
