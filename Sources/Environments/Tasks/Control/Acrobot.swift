import Foundation
import OptimistCore

/// Swing the tip of a two-link arm above a bar, pushing only the elbow: Gymnasium's Acrobot-v1
/// (Sutton 1996), with the equations of Sutton and Barto's book.
///
/// Actions 0, 1, 2 are elbow torques −1, 0, 1 N m for 0.2 s (one Runge-Kutta step). Every step
/// costs 1 but the last: the task terminates when −cos θ₁ − cos(θ₁ + θ₂) > 1, one link above the
/// pivot. Seen: (cos θ₁, sin θ₁, cos θ₂, sin θ₂, θ̇₁, θ̇₂), both angles 0 when hanging straight.
public struct Acrobot: ConfiguredTask {
    /// The task takes no arguments.
    public struct Configuration: OptimistCore.Configuration {
        /// The default arguments.
        public init() {}
    }

    /// Two angles and their rates.
    public struct State: Codable, Hashable, Sendable {
        /// θ₁, θ₂ (relative to the first link), θ̇₁, θ̇₂; the angles in [−π, π].
        public var parts: SIMD4<Double>

        /// A state with these parts.
        public init(_ parts: SIMD4<Double>) { self.parts = parts }
    }

    /// The task's name.
    public let name = "acrobot"
    /// (cos θ₁, sin θ₁, cos θ₂, sin θ₂, θ̇₁, θ̇₂).
    public let observationSpace = Space.box(
        low: [-1, -1, -1, -1, Float(-4 * Double.pi), Float(-9 * Double.pi)],
        high: [1, 1, 1, 1, Float(4 * Double.pi), Float(9 * Double.pi)])
    /// Elbow torques −1, 0, 1.
    public let actionSpace = Space.discrete(3)
    /// 500 steps.
    public let timeLimit: Int? = 500
    /// Seconds in a step.
    public static let timeStep = 0.2

    /// The task.
    public init(_ configuration: Configuration) {}

    /// Every part of the state from U(−0.1, 0.1).
    public func start(using generator: inout Generator) -> State {
        var parts = SIMD4<Double>.zero
        for index in 0..<4 { parts[index] = generator.uniform(-0.1, 0.1) }
        return State(parts)
    }

    /// Pushes the elbow once.
    public func advance(
        _ state: inout State, action: UnsafePointer<Float>, using generator: inout Generator
    ) -> (reward: Double, terminated: Bool) {
        let torque = Double(action[0]) - 1
        let step = Acrobot.timeStep
        let start = state.parts
        let first = Acrobot.rates(start, torque)
        let second = Acrobot.rates(start + first * (step / 2), torque)
        let third = Acrobot.rates(start + second * (step / 2), torque)
        let fourth = Acrobot.rates(start + third * step, torque)
        var end = start + (first + (second + third) * 2 + fourth) * (step / 6)
        end[0] = Acrobot.wrap(end[0])
        end[1] = Acrobot.wrap(end[1])
        end[2] = min(max(end[2], -4 * Double.pi), 4 * Double.pi)
        end[3] = min(max(end[3], -9 * Double.pi), 9 * Double.pi)
        state.parts = end
        let isOver = -cos(end[0]) - cos(end[0] + end[1]) > 1
        return (isOver ? 0 : -1, isOver)
    }

    /// Whole turns are taken off until the angle lies in [−π, π].
    @inline(__always)
    private static func wrap(_ angle: Double) -> Double {
        var angle = angle
        while angle > .pi { angle -= 2 * .pi }
        while angle < -.pi { angle += 2 * .pi }
        return angle
    }

    /// Time derivatives: links of 1 m and 1 kg with centres at 0.5 m and moments of inertia 1.
    @inline(__always)
    private static func rates(_ parts: SIMD4<Double>, _ torque: Double) -> SIMD4<Double> {
        let (sine, cosine) = (sin(parts[1]), cos(parts[1]))
        let (rate1, rate2) = (parts[2], parts[3])
        let d1 = 0.25 + (1.25 + cosine) + 2
        let d2 = (0.25 + 0.5 * cosine) + 1
        let phi2 = 0.5 * 9.8 * sin(parts[0] + parts[1])
        let phi1 =
            -0.5 * rate2 * rate2 * sine - rate2 * rate1 * sine + 1.5 * 9.8 * sin(parts[0]) + phi2
        let second =
            (torque + d2 / d1 * phi1 - 0.5 * rate1 * rate1 * sine - phi2)
            / (1.25 - d2 * d2 / d1)
        let first = -(d2 * second + phi1) / d1
        return [rate1, rate2, first, second]
    }

    /// Writes (cos θ₁, sin θ₁, cos θ₂, sin θ₂, θ̇₁, θ̇₂).
    public func observe(_ state: State, into row: UnsafeMutablePointer<Float>) {
        row[0] = Float(cos(state.parts[0]))
        row[1] = Float(sin(state.parts[0]))
        row[2] = Float(cos(state.parts[1]))
        row[3] = Float(sin(state.parts[1]))
        row[4] = Float(state.parts[2])
        row[5] = Float(state.parts[3])
    }

    /// Whether the tip is above the bar in an observed state.
    @inline(__always)
    private static func isOver(_ row: UnsafePointer<Float>) -> Bool {
        let (cos1, sin1) = (Double(row[0]), Double(row[1]))
        let (cos2, sin2) = (Double(row[2]), Double(row[3]))
        return -cos1 - (cos1 * cos2 - sin1 * sin2) > 1
    }

    /// 0 where the tip ended above the bar, else −1.
    public var knownReward: RewardFunction? {
        .each(observationWidth: 6, actionWidth: 1) { Acrobot.isOver($0.next) ? 0 : -1 }
    }

    /// Whether the tip ended above the bar.
    public var knownTermination: TerminationFunction? {
        .each(observationWidth: 6, actionWidth: 1) { Acrobot.isOver($0.next) }
    }

    /// The arm and the bar.
    public func draw(_ state: State, width: Int, height: Int) -> Picture? {
        var canvas = Canvas(width: width, height: height, from: [-2.2, -2.2], to: [2.2, 2.2])
        canvas.line(from: [-2.2, 1], to: [2.2, 1], thickness: 0.02, color: .green)
        let total = state.parts[0] + state.parts[1]
        let elbow = Point(sin(state.parts[0]), -cos(state.parts[0]))
        let tip = elbow + Point(sin(total), -cos(total))
        canvas.line(from: .zero, to: elbow, thickness: 0.18, color: .blue)
        canvas.line(from: elbow, to: tip, thickness: 0.18, color: .brown)
        canvas.disc(center: .zero, radius: 0.06, color: .black)
        canvas.disc(center: elbow, radius: 0.06, color: .black)
        return canvas.picture
    }
}
