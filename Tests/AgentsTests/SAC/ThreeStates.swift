import OptimistAgents
import OptimistInference
import OptimistTorch

/// Three stochastic states with two actions, as a model and as transitions that are just as likely
/// as the model says.
enum ThreeStates {
    private static let laws: [[[Double]]] = [
        [[0.8, 0.2, 0], [0.1, 0.6, 0.3]], [[0.5, 0.4, 0.1], [0, 0.3, 0.7]],
        [[0.2, 0.2, 0.6], [0.6, 0, 0.4]],
    ]
    private static let rewards: [[Double]] = [[-1, -2], [-0.5, -1.5], [0, -0.3]]

    static func model() throws -> TabularModel {
        try TabularModel(dense: laws, rewards: rewards, start: [1, 0, 0])
    }

    /// Ten transitions of each state and action: (state, action, reward, next state).
    static var transitions: [(state: Int, action: Int, reward: Double, next: Int)] {
        (0..<3).flatMap { state in
            (0..<2).flatMap { action in
                laws[state][action].enumerated().flatMap { next, share in
                    Array(
                        repeating: (state, action, rewards[state][action], next),
                        count: Int((share * 10).rounded()))
                }
            }
        }
    }

    /// Those as rows of one-hot features, of a task without end.
    static var rows: SoftRows {
        let all = transitions
        return SoftRows(
            features: Tensor(all.map(\.state)).oneHot(classes: 3),
            actions: Tensor(all.map(\.action)), rewards: Tensor(all.map { Float($0.reward) }),
            nextFeatures: Tensor(all.map(\.next)).oneHot(classes: 3),
            continuation: .ones([all.count]))
    }

    /// One-hot features of the three states.
    static var states: Tensor { Tensor([0, 1, 2]).oneHot(classes: 3) }
}
