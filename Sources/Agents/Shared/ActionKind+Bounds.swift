import OptimistModels
import OptimistTorch

extension ActionKind {
    /// Whether actions are numbers with bounds.
    var isBounded: Bool {
        if case .continuous(_, isBounded: true) = self { true } else { false }
    }

    /// Actions as they come to the environment: beyond its bounds nothing differs.
    func clipped(_ actions: Tensor) -> Tensor { isBounded ? actions.clamped(-1, 1) : actions }
}
