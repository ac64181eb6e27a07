import OptimistCore
import OptimistTorch

/// What a policy remembers where one observation does not tell the state: a recurrent unit that
/// reads each encoded observation with the action and the reward that led to it.
///
/// Rewards enter compressed, sign(r) log(1 + |r|): tasks pay in units of their own, and gates that a
/// reward of −30 drives to their ends tell little and learn slowly. Features are the unit's state
/// beside the observation.
public struct PolicyMemory: Module {
    /// The recurrent unit.
    public let cell: GRUCell
    /// Numbers in an encoded observation.
    public let observation: Int
    /// Numbers in an action's code.
    public let code: Int

    /// A memory of so many units with drawn weights.
    public init(
        hidden: Int, observation: Int, code: Int, using generator: inout Generator
    ) {
        cell = GRUCell(inputs: observation + code + 1, hidden: hidden, using: &generator)
        self.observation = observation
        self.code = code
    }

    private init(cell: GRUCell, observation: Int, code: Int) {
        self.cell = cell
        self.observation = observation
        self.code = code
    }

    /// A memory with equal parameters of its own.
    public func copied() -> PolicyMemory {
        PolicyMemory(cell: cell.copied(), observation: observation, code: code)
    }

    /// The parameters `cell`.
    public var parameters: [NamedTensor] { cell.parameters.named("cell") }

    /// Units.
    public var hidden: Int { cell.hiddenSize }
    /// Numbers in a row of features.
    public var features: Int { hidden + observation }

    /// The next state `[rows, hidden]`.
    ///
    /// - Parameters:
    ///   - state: before, `[rows, hidden]`; 0 where an episode starts.
    ///   - observations: encoded, `[rows, observation]`.
    ///   - codes: of the actions before, `[rows, code]`; 0 where an episode starts.
    ///   - rewards: that came with the observations, `[rows]`; 0 where an episode starts.
    public func step(
        _ state: Tensor, observations: Tensor, codes: Tensor, rewards: Tensor
    ) -> Tensor {
        cell(inputs(observations, codes, rewards), hidden: state)
    }

    /// What the unit reads, `[..., observation + code + 1]`.
    private func inputs(_ observations: Tensor, _ codes: Tensor, _ rewards: Tensor) -> Tensor {
        let compressed = rewards.sign() * rewards.abs().log1p()
        return .concatenated([observations, codes, compressed.unsqueezed(axis: -1)], axis: -1)
    }

    /// Features `[time, rows, features]` of whole columns, differentiable.
    ///
    /// - Parameters:
    ///   - state: before the columns, `[rows, hidden]`.
    ///   - observations: encoded, `[time, rows, observation]`.
    ///   - codes: of the actions before, `[time, rows, code]`.
    ///   - rewards: that came with the observations, `[time, rows]`.
    public func unrolled(
        from state: Tensor, observations: Tensor, codes: Tensor, rewards: Tensor
    ) -> Tensor {
        let inputs = inputs(observations, codes, rewards)
        var current = state
        let states = (0..<inputs.shape[0]).map { time in
            current = cell(inputs.select(axis: 0, time), hidden: current)
            return current
        }
        return Tensor.concatenated([Tensor.stacked(states, axis: 0), observations], axis: 2)
    }
}
