import Foundation
import OptimistCore
import OptimistTorch

/// Where the logarithm of a deviation may lie after an update of iterative inference.
public enum DeviationBounds: Hashable, Sendable {
    /// Bent smoothly into a range whose ends are learned from there on (Chua et al. 2018; as in
    /// Marino, Piche, Ialongo and Yue 2020, with −10 and 0.5).
    case soft(ClosedRange<Double>)
    /// Cut off at the ends of the range; the gradient is 0 outside.
    case hard(ClosedRange<Double>)

    /// The learned ends, `[size]` each; none of a hard range.
    func parameters(_ size: Int, _ type: ElementType, _ device: Device) -> [NamedTensor] {
        guard case .soft(let range) = self else { return [] }
        func end(_ value: Double) -> Tensor {
            Tensor.full([size], value, type: type, device: device).requiringGradient()
        }
        return [
            NamedTensor("minimum", end(range.lowerBound)),
            NamedTensor("maximum", end(range.upperBound)),
        ]
    }

    /// Log-deviations `[..., size]` in the range.
    func bounded(_ value: Tensor, _ ends: [NamedTensor]) -> Tensor {
        switch self {
        case .hard(let range):
            return value.clamped(range.lowerBound, range.upperBound)
        case .soft:
            let (low, high) = (ends[0].tensor, ends[1].tensor)
            let below = high - (high - value).softplus()
            return low + (below - low).softplus()
        }
    }
}
