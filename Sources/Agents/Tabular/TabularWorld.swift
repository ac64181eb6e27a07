import OptimistCore
import OptimistEnvironments
import OptimistInference
import OptimistTorch

/// The sizes of a world of tables: one of so many states is seen, one of so many actions is taken.
struct TabularWorld {
    let states: Int
    let actions: Int

    /// - Throws: `AgentError.unsuitable` where observations or actions are no single index.
    init(_ world: World, algorithm: String) throws {
        guard case .discrete(let states) = world.observationSpace.kind,
            case .discrete(let actions) = world.actionSpace.kind
        else {
            throw AgentError.unsuitable(
                algorithm: algorithm, world: world.name,
                reason: "it learns tables of states and actions, and observations are "
                    + world.observationSpace.kindInWords + ", actions "
                    + world.actionSpace.kindInWords)
        }
        (self.states, self.actions) = (states, actions)
    }

    /// States by number of observations `[rows]`.
    static func states(_ observations: Tensor) -> [Int] {
        observations.floats().map { Int($0) }
    }
}
