import Foundation
import OptimistCore

/// Swing a hanging pole up on a cart and hold it over the middle: PETS' cart-pole task
/// (Chua et al. 2018) with the classic equations of motion.
///
/// The pole is 0.6 m long and starts hanging; an action a in [−1, 1] is a force of 10a N for
/// 0.04 s, taken in two semi-implicit Euler steps. The track ends at ±2.5 m, where the cart stops
/// dead. The reward of a step is exp(−|tip − goal|² / 0.6²) − 0.01 a², with the tip after the step
/// and the goal upright over the middle; nothing terminates; 200 steps. Seen: (x, sin θ, cos θ, ẋ,
/// θ̇), θ = 0 upright. The original simulates a heavier, damped pole in MuJoCo (force 300 N on a
/// 10 kg cart), so that returns are of the same size but not the same. Cross-entropy plans on the true
/// model returned 179 of 200 (horizon 25, 3 episodes), random actions 2 (1000 episodes, 39 at
/// most): more than 120 counts as solved.
public struct CartPoleSwingUp: ConfiguredTask {
    /// The task takes no arguments.
    public struct Configuration: OptimistCore.Configuration {
        /// The default arguments.
        public init() {}
    }

    /// The task's name.
    public let name = "cartpole-swingup"
    /// (x, sin θ, cos θ, ẋ, θ̇).
    public let observationSpace = Space.box(
        low: [-2.5, -1, -1, -.infinity, -.infinity], high: [2.5, 1, 1, .infinity, .infinity])
    /// The push as a share of 10 N.
    public let actionSpace = Space.box(-1, 1, shape: [1])
    /// 200 steps, 8 seconds.
    public let timeLimit: Int? = 200

    /// Metres from the hinge to the tip.
    public static let poleLength = 0.6
    /// Where the track ends, metres from the middle.
    public static let trackEnd = 2.5
    /// Newtons that an action of 1 pushes with.
    public static let forceScale = 10.0
    /// Seconds of each of the two Euler steps.
    public static let halfStep = 0.02
    /// Masses and lengths: the classic ones with the shorter pole.
    public static let mechanics = {
        var mechanics = CartPoleMechanics()
        mechanics.halfLength = poleLength / 2
        return mechanics
    }()
    private let mechanics = CartPoleSwingUp.mechanics

    /// The task.
    public init(_ configuration: Configuration) {}

    /// Hanging in the middle at rest, each part with noise N(0, 0.1²).
    public func start(using generator: inout Generator) -> CartPoleState {
        let position = 0.1 * generator.normal()
        let velocity = 0.1 * generator.normal()
        let angle = Double.pi + 0.1 * generator.normal()
        let angularVelocity = 0.1 * generator.normal()
        return CartPoleState(
            position: position, velocity: velocity, angle: angle,
            angularVelocity: angularVelocity)
    }

    /// Pushes the cart once.
    public func advance(
        _ state: inout CartPoleState, action: UnsafePointer<Float>,
        using generator: inout Generator
    ) -> (reward: Double, terminated: Bool) {
        let push = Double(action[0])
        move(&state, force: push * CartPoleSwingUp.forceScale)
        move(&state, force: push * CartPoleSwingUp.forceScale)
        let (sine, cosine) = (sin(state.angle), cos(state.angle))
        return (CartPoleSwingUp.reward(state.position, sine, cosine, push), false)
    }

    @inline(__always)
    private func move(_ state: inout CartPoleState, force: Double) {
        let (cart, pole) = mechanics.accelerations(
            angle: state.angle, angularVelocity: state.angularVelocity, force: force)
        state.velocity += CartPoleSwingUp.halfStep * cart
        state.angularVelocity += CartPoleSwingUp.halfStep * pole
        state.position += CartPoleSwingUp.halfStep * state.velocity
        state.angle += CartPoleSwingUp.halfStep * state.angularVelocity
        if abs(state.position) > CartPoleSwingUp.trackEnd {
            state.position =
                state.position < 0 ? -CartPoleSwingUp.trackEnd : CartPoleSwingUp.trackEnd
            state.velocity = 0
        }
    }

    @inline(__always)
    static func reward(
        _ position: Double, _ sine: Double, _ cosine: Double, _ push: Double
    ) -> Double {
        let aside = position + poleLength * sine
        let below = poleLength * (cosine - 1)
        let gap = (aside * aside + below * below) / (poleLength * poleLength)
        return exp(-gap) - 0.01 * push * push
    }

    /// Writes (x, sin θ, cos θ, ẋ, θ̇).
    public func observe(_ state: CartPoleState, into row: UnsafeMutablePointer<Float>) {
        row[0] = Float(state.position)
        row[1] = Float(sin(state.angle))
        row[2] = Float(cos(state.angle))
        row[3] = Float(state.velocity)
        row[4] = Float(state.angularVelocity)
    }

    /// From x and θ after the step.
    public var knownReward: RewardFunction? { CartPoleSwingUp.reward(observationWidth: 5) }

    static func reward(observationWidth: Int) -> RewardFunction {
        .each(observationWidth: observationWidth, actionWidth: 1) { row in
            reward(
                Double(row.next[0]), Double(row.next[1]), Double(row.next[2]),
                Double(row.action[0]))
        }
    }

    /// Never.
    public var knownTermination: TerminationFunction? { .never }

    /// The cart on its track, with its pole.
    public func draw(_ state: CartPoleState, width: Int, height: Int) -> Picture? {
        CartPoleDrawing.swingUp.draw(state, width: width, height: height)
    }
}
