import Foundation
import OptimistCore

/// The swing-up without velocities: the agent sees (x, sin θ, cos θ) and must remember.
public struct MaskedCartPoleSwingUp: ConfiguredTask {
    /// The swing-up underneath.
    public let base: CartPoleSwingUp
    /// The task's name.
    public let name = "cartpole-swingup-masked"
    /// (x, sin θ, cos θ).
    public let observationSpace = Space.box(low: [-2.5, -1, -1], high: [2.5, 1, 1])
    /// The push as a share of 10 N.
    public let actionSpace: Space
    /// 200 steps, 8 seconds.
    public let timeLimit: Int? = 200

    /// The task.
    public init(_ configuration: CartPoleSwingUp.Configuration) {
        base = CartPoleSwingUp(configuration)
        actionSpace = base.actionSpace
    }

    /// Hanging in the middle at rest, each part with noise N(0, 0.1²).
    public func start(using generator: inout Generator) -> CartPoleState {
        base.start(using: &generator)
    }

    /// Pushes the cart once.
    public func advance(
        _ state: inout CartPoleState, action: UnsafePointer<Float>,
        using generator: inout Generator
    ) -> (reward: Double, terminated: Bool) {
        base.advance(&state, action: action, using: &generator)
    }

    /// Writes (x, sin θ, cos θ).
    public func observe(_ state: CartPoleState, into row: UnsafeMutablePointer<Float>) {
        row[0] = Float(state.position)
        row[1] = Float(sin(state.angle))
        row[2] = Float(cos(state.angle))
    }

    /// From x and θ after the step.
    public var knownReward: RewardFunction? { CartPoleSwingUp.reward(observationWidth: 3) }

    /// Never.
    public var knownTermination: TerminationFunction? { .never }

    /// What the swing-up shows.
    public func wholeObservation(of state: CartPoleState) -> [Float]? {
        base.observation(of: state)
    }

    /// The cart on its track, with its pole.
    public func draw(_ state: CartPoleState, width: Int, height: Int) -> Picture? {
        base.draw(state, width: width, height: height)
    }
}
