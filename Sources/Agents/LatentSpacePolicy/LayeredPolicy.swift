import OptimistCore
import OptimistProbability
import OptimistTorch

/// Layers one above the other, the lowest first: what the uppermost makes of its latents is what the
/// next one takes for its own, down to an action.
///
/// The map from the uppermost latents to actions is invertible, so that the law of actions is exact
/// at any depth.
public struct LayeredPolicy {
    /// The layers; the first one makes actions.
    public let layers: [InvertibleLayer]

    /// A policy of layers, the lowest first.
    public init(_ layers: [InvertibleLayer]) {
        if layers.isEmpty { fail("LayeredPolicy", "there are no layers") }
        self.layers = layers
    }

    /// Actions of latents of the uppermost layer, and the log-determinant of the whole map.
    ///
    /// - Parameters:
    ///   - latents: `[rows, width]`.
    ///   - states: `[rows, features]`.
    public func forward(_ latents: Tensor, in states: Tensor) -> MappedValue {
        layers.reversed().dropFirst().reduce(layers[layers.count - 1].forward(latents, in: states))
        {
            above, layer in
            let image = layer.forward(above.value, in: states)
            return MappedValue(
                value: image.value, logDeterminant: above.logDeterminant + image.logDeterminant)
        }
    }

    /// Latents of the uppermost layer, and the log-determinant of the whole map.
    ///
    /// - Parameters:
    ///   - actions: `[rows, width]`.
    ///   - states: `[rows, features]`.
    public func inverse(_ actions: Tensor, in states: Tensor) -> MappedValue {
        layers.dropFirst().reduce(layers[0].inverse(actions, in: states)) { below, layer in
            let origin = layer.inverse(below.value, in: states)
            return MappedValue(
                value: origin.value, logDeterminant: below.logDeterminant + origin.logDeterminant)
        }
    }

    /// log π(a | s) in nats, `[rows]`, for standard normal latents.
    public func logDensity(_ actions: Tensor, in states: Tensor) -> Tensor {
        let origin = inverse(actions, in: states)
        return StandardLatents.logDensity(origin.value) - origin.logDeterminant
    }
}
