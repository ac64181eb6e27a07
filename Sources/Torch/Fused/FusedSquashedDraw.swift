import OptimistCTorch
import OptimistCore

/// One action of a Gaussian squashed by tanh for each row, and the gradient of a policy's loss
/// through it, in plain loops: what a reparameterized policy needs, without a graph.
///
///     a = tanh(mean + σ noise),   log σ = low + ½ (high − low) (1 + tanh raw)
public struct FusedSquashedDraw {
    /// In (−1, 1), `[rows, width]`.
    public let actions: Tensor
    /// log π of each row's action, exact at the draw, in nats, `[rows]`.
    public let logDensities: Tensor

    private let outputs: Tensor
    private let noise: Tensor
    private let limits: ClosedRange<Double>
    private static let operation: StaticString = "FusedSquashedDraw"

    /// Draws with given noise.
    ///
    /// - Parameters:
    ///   - outputs: means and raw deviations, `[rows, 2 width]`.
    ///   - noise: standard normal numbers, `[rows, width]`.
    ///   - limits: where log σ lies.
    public init(outputs: Tensor, noise: Tensor, limits: ClosedRange<Double>) {
        let (rows, width) = (noise.size(axis: 0), noise.size(axis: 1))
        if outputs.shape != [rows, 2 * width] {
            fail("FusedSquashedDraw", "outputs \(outputs.shape), noise \(noise.shape)")
        }
        self.outputs = outputs.detached().contiguous()
        self.noise = noise.detached().contiguous()
        self.limits = limits
        actions = Tensor.uninitialized([rows, width], Self.operation)
        logDensities = Tensor.uninitialized([rows], Self.operation)
        ot_squashed_draw(
            law, self.noise.floatPointer(Self.operation), actions.floatPointer(Self.operation),
            logDensities.floatPointer(Self.operation))
        withExtendedLifetime(self) {}
    }

    /// The gradient of E[price · log π − Q] by the outputs, `[rows, 2 width]`.
    ///
    /// - Parameters:
    ///   - price: what a nat costs.
    ///   - slope: the gradient of Q by each row's action, `[rows, width]`.
    public func gradient(price: Double, slope: Tensor) -> Tensor {
        if slope.shape != noise.shape {
            fail("FusedSquashedDraw.gradient", "slope \(slope.shape), actions \(noise.shape)")
        }
        let given = slope.detached().contiguous()
        let result = Tensor.uninitialized(outputs.shape, Self.operation)
        ot_squashed_gradient(
            law, noise.floatPointer(Self.operation), actions.floatPointer(Self.operation),
            given.floatPointer(Self.operation), price, result.floatPointer(Self.operation))
        withExtendedLifetime((self, given)) {}
        return result
    }

    private var law: OTSquashedLaw {
        OTSquashedLaw(
            rows: noise.size(axis: 0), width: noise.size(axis: 1),
            outputs: outputs.floatPointer(Self.operation), lowest: Float(limits.lowerBound),
            highest: Float(limits.upperBound))
    }
}
