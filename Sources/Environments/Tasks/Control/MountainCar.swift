import Foundation
import OptimistCore

/// Rock an underpowered car out of a valley: Gymnasium's MountainCar-v0 (Moore 1990).
///
/// Actions 0, 1, 2 push left, not at all, right; every step costs 1 until the car stands at
/// position 0.5 or beyond with at least the goal velocity. Where rewards are sparse, only that step
/// brings 1, and all others nothing (Houthooft et al. 2016). Seen: (position, velocity).
public struct MountainCar: ConfiguredTask {
    /// The task's arguments.
    public struct Configuration: OptimistCore.Configuration {
        /// The velocity that the car must at least have at the goal.
        @Setting("The velocity that the car must at least have at the goal.", 0.0...0.07)
        public var goalVelocity = 0.0
        /// Whether the goal brings 1 and nothing else brings anything.
        @Setting("Whether the goal brings 1 and nothing else brings or costs anything.")
        public var sparse = false
        /// The default arguments.
        public init() {}
    }

    /// The task's name.
    public let name = "mountain-car"
    /// (position, velocity).
    public let observationSpace = Valley.space
    /// Left, none, right.
    public let actionSpace = Space.discrete(3)
    /// 200 steps.
    public let timeLimit: Int? = 200
    /// The position to reach.
    public static let goalPosition = 0.5
    private let goalVelocity: Double
    private let isSparse: Bool

    /// The task with these arguments.
    public init(_ configuration: Configuration) {
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
        Valley.advance(&state, push: 0.001 * (Double(action[0]) - 1))
        let isThere = Valley.isAt(MountainCar.goalPosition, goalVelocity, state)
        return (isSparse ? (isThere ? 1 : 0) : -1, isThere)
    }

    /// Writes (position, velocity).
    public func observe(_ state: Valley.State, into row: UnsafeMutablePointer<Float>) {
        Valley.observe(state, into: row)
    }

    /// −1 a step, or 1 at the goal.
    public var knownReward: RewardFunction? {
        isSparse ? Valley.reward(MountainCar.goalPosition, goalVelocity) : .constant(-1)
    }

    /// From position and velocity after the step.
    public var knownTermination: TerminationFunction? {
        Valley.termination(MountainCar.goalPosition, goalVelocity)
    }

    /// The car in its valley, with the flag.
    public func draw(_ state: Valley.State, width: Int, height: Int) -> Picture? {
        Valley.draw(state, goal: MountainCar.goalPosition, width: width, height: height)
    }
}
