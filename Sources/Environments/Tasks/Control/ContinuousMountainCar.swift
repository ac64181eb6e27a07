import Foundation
import OptimistCore

/// The mountain car with a continuous push: Gymnasium's MountainCarContinuous-v0.
///
/// An action a in [−1, 1] costs 0.1 a²; reaching position 0.45 with at least the goal velocity
/// brings 100 and terminates. Where rewards are sparse, the goal brings 1 and pushes cost nothing. Seen: (position, velocity).
public struct ContinuousMountainCar: ConfiguredTask {
    /// The task's name.
    public let name = "mountain-car-continuous"
    /// (position, velocity).
    public let observationSpace = Valley.space
    /// The push.
    public let actionSpace = Space.box(-1, 1, shape: [1])
    /// 999 steps.
    public let timeLimit: Int? = 999
    /// The position to reach.
    public static let goalPosition = 0.45
    private let goalVelocity: Double
    private let isSparse: Bool

    /// The task with these arguments.
    public init(_ configuration: MountainCar.Configuration) {
        goalVelocity = configuration.goalVelocity
        isSparse = configuration.sparse
    }

    /// At rest at U(−0.6, −0.4).
    public func start(using generator: inout Generator) -> Valley.State {
        Valley.State(position: generator.uniform(-0.6, -0.4), velocity: 0)
    }

    /// Pushes the car once.
    public func advance(
        _ state: inout Valley.State, action: UnsafePointer<Float>,
        using generator: inout Generator
    ) -> (reward: Double, terminated: Bool) {
        let push = Double(action[0])
        Valley.advance(&state, push: 0.0015 * push)
        let isThere = Valley.isAt(ContinuousMountainCar.goalPosition, goalVelocity, state)
        if isSparse { return (isThere ? 1 : 0, isThere) }
        return ((isThere ? 100 : 0) - 0.1 * push * push, isThere)
    }

    /// Writes (position, velocity).
    public func observe(_ state: Valley.State, into row: UnsafeMutablePointer<Float>) {
        Valley.observe(state, into: row)
    }

    /// From the push and from position and velocity after it.
    public var knownReward: RewardFunction? {
        if isSparse { return Valley.reward(ContinuousMountainCar.goalPosition, goalVelocity) }
        let goalVelocity = goalVelocity
        return .each(observationWidth: 2, actionWidth: 1) { row in
            let push = Double(row.action[0])
            let isThere =
                Double(row.next[0]) >= ContinuousMountainCar.goalPosition
                && Double(row.next[1]) >= goalVelocity
            return (isThere ? 100 : 0) - 0.1 * push * push
        }
    }

    /// From position and velocity after the step.
    public var knownTermination: TerminationFunction? {
        Valley.termination(ContinuousMountainCar.goalPosition, goalVelocity)
    }

    /// The car in its valley, with the flag.
    public func draw(_ state: Valley.State, width: Int, height: Int) -> Picture? {
        Valley.draw(
            state, goal: ContinuousMountainCar.goalPosition, width: width, height: height)
    }
}
