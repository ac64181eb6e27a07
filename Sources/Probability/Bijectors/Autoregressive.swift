import OptimistCore
import OptimistTorch

/// An autoregressive affine map (Kingma et al. 2016; Papamakarios, Pavlakou and Murray 2017): each
/// element is scaled and shifted by functions of those before it.
///
///     y_d = x_d · exp(s_d(x_<d)) + t_d(x_<d)
///
/// Forward it is one evaluation, so that draws through it are fast, as for a posterior over actions
/// (Marino, Piche, Ialongo and Yue 2020); backward it takes one for each element. `Inverted` is the
/// map the other way round, whose densities of given values are fast. s is bounded by a hyperbolic
/// tangent.
public struct Autoregressive: Bijector {
    /// Computes the raw scales and the shifts, each `[..., size]`, from x `[..., size]`; those of an
    /// element must depend on the elements before it alone, as a `MaskedPerceptron`'s do.
    public typealias Conditioner = (Tensor) -> (scale: Tensor, shift: Tensor)

    /// The largest absolute value of s.
    public let scaleLimit: Double
    private let conditioner: Conditioner

    /// A map by a conditioner.
    public init(scaleLimit: Double = 5, conditioner: @escaping Conditioner) {
        if !(scaleLimit > 0) { fail("Autoregressive", "scale limit \(scaleLimit)") }
        self.scaleLimit = scaleLimit
        self.conditioner = conditioner
    }

    /// A map by a network with two outputs for each element, which may see a context.
    ///
    /// - Parameters:
    ///   - network: makes raw scales and shifts.
    ///   - context: what it sees beside the elements, `[..., context]`.
    ///   - scaleLimit: the largest absolute value of s.
    public init(_ network: MaskedPerceptron, context: Tensor? = nil, scaleLimit: Double = 5) {
        if network.outputs != 2 {
            fail("Autoregressive", "a network with \(network.outputs) outputs for each element")
        }
        self.init(scaleLimit: scaleLimit) { rows in
            let lead = Array(rows.shape.dropLast())
            let seen = context.map { $0.expanded(lead + [network.context]) }
            let found = network(rows, context: seen)
            return (found.select(axis: -2, 0), found.select(axis: -2, 1))
        }
    }

    /// 1: the elements of a vector.
    public var eventRank: Int { 1 }

    /// y.
    public func forward(_ value: Tensor) -> Tensor { forwardImage(value).value }
    /// x.
    public func inverse(_ value: Tensor) -> Tensor { inverseImage(value).value }
    /// Σ s.
    public func logDeterminant(at value: Tensor) -> Tensor { forwardImage(value).logDeterminant }

    /// y and Σ s.
    public func forwardImage(_ value: Tensor) -> MappedValue {
        let (scale, shift) = bounded(value)
        return MappedValue(
            value: value * scale.exp() + shift, logDeterminant: scale.sum(axis: -1))
    }

    /// x and Σ s, element after element.
    public func inverseImage(_ value: Tensor) -> MappedValue {
        let size = value.size(axis: -1)
        var found: [Tensor] = []
        var parts: [Tensor] = []
        for element in 0..<size {
            // What is not known yet does not count.
            let rest = Tensor.zeros(like: value.slice(axis: -1, element..<size))
            let (scale, shift) = bounded(.concatenated(found + [rest], axis: -1))
            func own(_ tensor: Tensor) -> Tensor { tensor.slice(axis: -1, element..<element + 1) }
            found.append((own(value) - own(shift)) * (-own(scale)).exp())
            parts.append(own(scale))
        }
        return MappedValue(
            value: .concatenated(found, axis: -1),
            logDeterminant: Tensor.concatenated(parts, axis: -1).sum(axis: -1))
    }

    private func bounded(_ value: Tensor) -> (scale: Tensor, shift: Tensor) {
        let (raw, shift) = conditioner(value)
        return ((raw * (1 / scaleLimit)).tanh() * scaleLimit, shift)
    }
}
