import Foundation
import OptimistCore

/// How a layer's weights are drawn before training.
public enum Initializer: Codable, Hashable, Sendable {
    /// All zeros.
    case zeros
    /// All one value.
    case constant(Double)
    /// Uniform in ±1/√fan-in, for weights and biases alike.
    case fanInUniform
    /// Uniform in ±√(6/fan-in), for rectifiers (He et al., 2015).
    case kaimingUniform
    /// Uniform in ±gain √(6/(fan-in + fan-out)) (Glorot and Bengio, 2010).
    case xavierUniform(gain: Double = 1)
    /// gain times a matrix with orthonormal rows or columns (Saxe, McClelland and Ganguli, 2014).
    case orthogonal(gain: Double = 1)
    /// Normal with deviation 1/(2√fan-in), restricted to two deviations (Chua et al., 2018).
    case truncatedNormal
    /// Uniform in ±bound.
    case uniform(bound: Double)

    /// A tensor drawn so; `fanIn` and `fanOut` count the inputs and outputs of one unit.
    public func tensor(
        _ shape: [Int], fanIn: Int, fanOut: Int, type: ElementType = .float32,
        device: Device = .cpu, using generator: inout Generator
    ) -> Tensor {
        func uniform(_ bound: Double) -> Tensor {
            .uniform(
                shape, from: -bound, to: bound, type: type, device: device, using: &generator)
        }
        let inputs = Double(fanIn)
        switch self {
        case .zeros: return .zeros(shape, type: type, device: device)
        case .constant(let value): return .full(shape, value, type: type, device: device)
        case .fanInUniform: return uniform(1 / inputs.squareRoot())
        case .kaimingUniform: return uniform((6 / inputs).squareRoot())
        case .xavierUniform(let gain):
            return uniform(gain * (6 / Double(fanIn + fanOut)).squareRoot())
        case .uniform(let bound): return uniform(bound)
        case .truncatedNormal:
            return .truncatedNormal(
                shape, standardDeviation: 1 / (2 * inputs.squareRoot()), type: type,
                device: device, using: &generator)
        case .orthogonal(let gain):
            return Self.orthogonal(shape, type, using: &generator).to(device) * gain
        }
    }

    // The first axis against all others. The signs make the law uniform over orthogonal matrices.
    private static func orthogonal(
        _ shape: [Int], _ type: ElementType, using generator: inout Generator
    ) -> Tensor {
        if shape.count < 2 { fail("Initializer.orthogonal", "the shape \(shape) is no matrix") }
        let rows = shape[0]
        let columns = shape.dropFirst().reduce(1, *)
        let draw = Tensor.normal(
            [max(rows, columns), min(rows, columns)], type: .float64, using: &generator)
        let (q, r) = draw.qrDecomposition()
        let signed = q * r.diagonal().sign()
        return (rows < columns ? signed.transposed() : signed).contiguous().reshaped(shape).to(type)
    }
}
