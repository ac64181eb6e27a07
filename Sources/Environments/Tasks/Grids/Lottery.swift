import OptimistCore

/// Two steps that tell a risk-seeking posterior from an optimal policy.
///
/// First action: 0 (safe) leads to S, 1 (risky) to W or L with probability 1/2 each. Then any
/// action terminates, with reward −1 in S, 0 in W and −10 in L. Conditioning on optimality takes
/// the risk, because it may also wish for luck. States: 0 start, 1 S, 2 W, 3 L.
public struct Lottery: TabularTask {
    /// The task takes no arguments.
    public struct Configuration: OptimistCore.Configuration {
        /// The default arguments.
        public init() {}
    }

    /// The task's name.
    public let name = "lottery"
    /// The number of the state.
    public let observationSpace = Space.discrete(4)
    /// Safe or risky.
    public let actionSpace = Space.discrete(2)
    /// Two steps.
    public let timeLimit: Int? = 2
    /// The process itself.
    public let model: TaskTable

    /// The task.
    public init(_ configuration: Configuration) {
        let prizes = [0.0, -1, 0, -10]
        model = TaskTable(start: [1, 0, 0, 0], actions: 2) { state, action in
            if state > 0 {
                return [.init(to: state, reward: prizes[state], terminates: true)]
            }
            return action == 0
                ? [.init(to: 1)]
                : [.init(to: 2, probability: 0.5), .init(to: 3, probability: 0.5)]
        }
    }
}
