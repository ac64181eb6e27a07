import Optimist

/// A task of one's own: bring a boat to its berth at 0 against a weak current.
///
/// A task is a value that says how a state starts, moves and is seen. From it come the environment,
/// its vectorized copies, and the true model for planners. With thrust a in [−1, 1]:
/// v′ = clip(0.8 v + 0.4 a + 0.05, ±2.5), x′ = clip(x + 0.5 v′, ±6), reward −x′² − 0.01 a².
struct Docking: Task {
    /// Where the boat is, and how fast it drifts.
    struct State: Codable, Sendable {
        var position: Double
        var velocity: Double
    }

    let name = "docking"
    /// (position, velocity).
    let observationSpace = Space.box(low: [-6, -2.5], high: [6, 2.5])
    /// The thrust.
    let actionSpace = Space.box(-1, 1, shape: [1])
    let timeLimit: Int? = 40

    func start(using generator: inout Generator) -> State {
        State(position: generator.uniform(-2, 2), velocity: 0)
    }

    func advance(
        _ state: inout State, action: UnsafePointer<Float>, using generator: inout Generator
    ) -> (reward: Double, terminated: Bool) {
        let thrust = Double(action[0])
        let velocity = 0.8 * state.velocity + 0.4 * thrust + 0.05
        state.velocity = min(max(velocity, -2.5), 2.5)
        state.position = min(max(state.position + 0.5 * state.velocity, -6), 6)
        return (Docking.reward(state.position, thrust), false)
    }

    func observe(_ state: State, into row: UnsafeMutablePointer<Float>) {
        row[0] = Float(state.position)
        row[1] = Float(state.velocity)
    }

    /// The reward from what is seen after the step and what was done; without it an agent that
    /// plans has to learn the reward.
    var knownReward: RewardFunction? {
        RewardFunction { rows, rewards in
            for index in 0..<rows.count {
                rewards[index] = Float(
                    Docking.reward(
                        Double(rows.nextObservations[2 * index]), Double(rows.actions[index])))
            }
        }
    }

    /// The task never ends by itself.
    var knownTermination: TerminationFunction? { .never }

    private static func reward(_ position: Double, _ thrust: Double) -> Double {
        -position * position - 0.01 * thrust * thrust
    }
}
