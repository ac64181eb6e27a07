import Foundation
import OptimistCore

/// Swing a torque-limited rod up and hold it there: Gymnasium's Pendulum-v1.
///
/// θ = 0 is upright. With g = 10 m/s², m = 1 kg, l = 1 m, dt = 0.05 s and a torque u in [−2, 2]:
/// θ̇′ = clip(θ̇ + (15 sin θ + 3u) dt, ±8), θ′ = θ + θ̇′ dt; the reward of a step is
/// −(wrap(θ)² + 0.1 θ̇² + 0.001 u²) in the state before it. Seen: (cos θ, sin θ, θ̇).
public struct Pendulum: ConfiguredTask {
    /// Where episodes start.
    public enum Start: String, SettingValue, CaseIterable {
        /// θ ~ U(−π, π), θ̇ ~ U(−1, 1), as in Gymnasium.
        case uniform
        /// θ ~ U(π − 0.1, π + 0.1), θ̇ = 0: a swing-up every time.
        case hanging
    }

    /// The task's arguments.
    public struct Configuration: OptimistCore.Configuration {
        /// Where episodes start.
        @Setting("Where episodes start: uniform angles, or hanging.") public var start =
            Start.uniform
        /// The default arguments.
        public init() {}
    }

    /// An angle and its rate.
    @frozen
    public struct State: Codable, Hashable, Sendable {
        /// The angle in radians, 0 upright, not wrapped.
        public var angle: Double
        /// Radians a second.
        public var velocity: Double

        /// A state with these parts.
        @inlinable
        public init(angle: Double, velocity: Double) {
            self.angle = angle
            self.velocity = velocity
        }
    }

    /// Seconds in a step.
    public static let timeStep = 0.05
    /// The greatest torque.
    public static let maximalTorque = 2.0
    /// The greatest angular velocity.
    public static let maximalVelocity = 8.0

    /// The task's name.
    public let name = "pendulum"
    /// (cos θ, sin θ, θ̇).
    public let observationSpace = Space.box(low: [-1, -1, -8], high: [1, 1, 8])
    /// A torque.
    public let actionSpace = Space.box(-2, 2, shape: [1])
    /// 200 steps, 10 seconds.
    public let timeLimit: Int? = 200
    private let start: Start

    /// The task with these arguments.
    public init(_ configuration: Configuration) { start = configuration.start }

    /// A state to start from.
    public func start(using generator: inout Generator) -> State {
        switch start {
        case .uniform:
            State(angle: generator.uniform(-.pi, .pi), velocity: generator.uniform(-1, 1))
        case .hanging: State(angle: .pi + generator.uniform(-0.1, 0.1), velocity: 0)
        }
    }

    /// Moves the state by one torque.
    public func advance(
        _ state: inout State, action: UnsafePointer<Float>, using generator: inout Generator
    ) -> (reward: Double, terminated: Bool) {
        let torque = Double(action[0])
        let reward = Pendulum.reward(Angle.wrap(state.angle), state.velocity, torque)
        let velocity = state.velocity + (15 * sin(state.angle) + 3 * torque) * Pendulum.timeStep
        state.velocity = min(max(velocity, -Pendulum.maximalVelocity), Pendulum.maximalVelocity)
        state.angle += state.velocity * Pendulum.timeStep
        return (reward, false)
    }

    /// Writes (cos θ, sin θ, θ̇).
    public func observe(_ state: State, into row: UnsafeMutablePointer<Float>) {
        row[0] = Float(cos(state.angle))
        row[1] = Float(sin(state.angle))
        row[2] = Float(state.velocity)
    }

    @inline(__always)
    private static func reward(_ angle: Double, _ velocity: Double, _ torque: Double) -> Double {
        -(angle * angle + 0.1 * velocity * velocity + 0.001 * torque * torque)
    }

    /// The reward from the observation before the step and the torque.
    public var knownReward: RewardFunction? {
        .each(observationWidth: 3, actionWidth: 1) { row in
            let angle = atan2(Double(row.observation[1]), Double(row.observation[0]))
            return Pendulum.reward(angle, Double(row.observation[2]), Double(row.action[0]))
        }
    }

    /// Never.
    public var knownTermination: TerminationFunction? { .never }

    /// The rod, with its pivot in the middle.
    public func draw(_ state: State, width: Int, height: Int) -> Picture? {
        var canvas = Canvas(width: width, height: height, from: [-1.3, -1.3], to: [1.3, 1.3])
        let tip = Point(sin(state.angle), cos(state.angle))
        canvas.line(from: .zero, to: tip, thickness: 0.2, color: .red)
        canvas.disc(center: .zero, radius: 0.05, color: .black)
        return canvas.picture
    }
}
