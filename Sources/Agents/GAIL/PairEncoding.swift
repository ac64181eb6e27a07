import OptimistCore
import OptimistEnvironments
import OptimistModels
import OptimistTorch

/// How a discriminator reads pairs of an observation and an action.
struct PairEncoding {
    /// Standardizes by what the expert saw: what the policy saw must not change what a pair looks like.
    private(set) var encoder: ObservationEncoder
    let kind: ActionKind

    init(_ world: World, _ kind: ActionKind) {
        encoder = ObservationEncoder(world.observationSpace, isStandardizing: true)
        self.kind = kind
    }

    /// Numbers in a row.
    var width: Int { encoder.width + kind.codeWidth }

    /// Takes the scale of the expert's observations `[..., observation...]`.
    mutating func observe(_ observations: Tensor) { encoder.observe(observations) }

    /// Stores the scale.
    func save(to archive: Archive) { encoder.save(to: archive) }

    /// Reads what `save` wrote.
    mutating func load(from archive: Archive) throws { try encoder.load(from: archive) }

    /// Rows `[time × column, width]` of observations and actions `[time, column, ...]`.
    func callAsFunction(_ observations: Tensor, _ actions: Tensor) -> Tensor {
        Tensor.concatenated(
            [
                encoder(observations).flattened(from: 0, to: 1),
                code(actions).flattened(from: 0, to: 1),
            ], axis: 1)
    }

    /// What was done as it came to the environment: beyond its bounds nothing differs.
    private func code(_ actions: Tensor) -> Tensor {
        let code = kind.code(actions).to(.float32)
        guard case .continuous(_, true) = kind else { return code }
        return code.clamped(-1, 1)
    }
}
