import OptimistCore
import OptimistEnvironments
import OptimistModels
import OptimistTorch

/// How a discriminator reads pairs of an observation and an action.
struct PairEncoding {
    /// Nothing that was seen so far changes what a pair looks like.
    let encoder: ObservationEncoder
    let kind: ActionKind

    init(_ world: World, _ kind: ActionKind) {
        encoder = ObservationEncoder(world.observationSpace, isStandardizing: false)
        self.kind = kind
    }

    /// Numbers in a row.
    var width: Int { encoder.width + kind.codeWidth }

    /// Rows `[time × column, width]` of observations and actions `[time, column, ...]`.
    func callAsFunction(_ observations: Tensor, _ actions: Tensor) -> Tensor {
        Tensor.concatenated(
            [
                encoder(observations).flattened(from: 0, to: 1),
                kind.clipped(kind.code(actions).to(.float32)).flattened(from: 0, to: 1),
            ], axis: 1)
    }
}
