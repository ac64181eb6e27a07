import Foundation
import OptimistCore

/// The pendulum without its velocity: the agent sees (cos θ, sin θ) and must remember.
public struct MaskedPendulum: ConfiguredTask {
    /// The pendulum underneath.
    public let base: Pendulum
    /// The task's name.
    public let name = "pendulum-masked"
    /// (cos θ, sin θ).
    public let observationSpace = Space.box(-1, 1, shape: [2])
    /// A torque.
    public let actionSpace: Space
    /// 200 steps, 10 seconds.
    public let timeLimit: Int? = 200

    /// The task with the pendulum's arguments.
    public init(_ configuration: Pendulum.Configuration) {
        base = Pendulum(configuration)
        actionSpace = base.actionSpace
    }

    /// A state to start from.
    public func start(using generator: inout Generator) -> Pendulum.State {
        base.start(using: &generator)
    }

    /// Moves the state by one torque.
    public func advance(
        _ state: inout Pendulum.State, action: UnsafePointer<Float>,
        using generator: inout Generator
    ) -> (reward: Double, terminated: Bool) {
        base.advance(&state, action: action, using: &generator)
    }

    /// Writes (cos θ, sin θ).
    public func observe(_ state: Pendulum.State, into row: UnsafeMutablePointer<Float>) {
        row[0] = Float(cos(state.angle))
        row[1] = Float(sin(state.angle))
    }

    /// Never.
    public var knownTermination: TerminationFunction? { .never }

    /// (cos θ, sin θ, θ̇).
    public func wholeObservation(of state: Pendulum.State) -> [Float]? {
        base.observation(of: state)
    }

    /// The rod, with its pivot in the middle.
    public func draw(_ state: Pendulum.State, width: Int, height: Int) -> Picture? {
        base.draw(state, width: width, height: height)
    }
}
