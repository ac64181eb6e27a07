import OptimistCore
import OptimistEnvironments
import OptimistTorch

/// What has just come from the environments.
public struct Arrival {
    /// `[env, observation…]`: float32, or uint8 for pictures.
    public let observations: Tensor
    /// The reward that came with each observation, 0 at a start.
    public let rewards: [Double]
    /// Where an episode starts.
    public let isFirst: [Bool]

    /// An arrival with its parts.
    public init(observations: Tensor, rewards: [Double], isFirst: [Bool]) {
        self.observations = observations
        self.rewards = rewards
        self.isFirst = isFirst
    }

    /// Environments.
    public var count: Int { isFirst.count }
}

/// What an agent does: one row for each environment.
public struct Action {
    /// `env × action width`, row-major, in the agent's units; indices where actions are discrete.
    public var values: [Float]
    /// Extra columns to be stored with the step, one row for each environment.
    public var columns: [(name: String, rows: [[Float]])]
    /// The bound's terms for this step where acting infers them, per-step means in nats.
    public var bound: Bound<Double>?

    /// Actions and what goes with them.
    public init(
        values: [Float], columns: [(name: String, rows: [[Float]])] = [],
        bound: Bound<Double>? = nil
    ) {
        self.values = values
        self.columns = columns
        self.bound = bound
    }
}

extension VectorEnvironment {
    /// The observations that stand in the last outcome, `[environment, ...]`.
    public func observationTensor(on device: Device = .cpu) -> Tensor {
        let shape = [count] + observationSpace.shape
        return switch outcome.observations {
        case .floats(let rows): Tensor(rows, shape: shape).to(device)
        case .bytes(let rows): Tensor(rows, shape: shape).to(device)
        }
    }
}
