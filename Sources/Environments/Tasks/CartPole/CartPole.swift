import OptimistCore

/// Balance a pole on a cart by pushing left (0) or right (1) with 10 N: Gymnasium's CartPole-v1.
///
/// Every step brings 1; the episode terminates when the cart is more than 2.4 m from the middle or
/// the pole leans more than 12°. Seen: (x, ẋ, θ, θ̇).
public struct CartPole: ConfiguredTask {
    /// The task takes no arguments.
    public struct Configuration: OptimistCore.Configuration {
        /// The default arguments.
        public init() {}
    }

    /// The task's name.
    public let name = "cartpole"
    /// (x, ẋ, θ, θ̇).
    public let observationSpace = Balancing.space
    /// Left or right.
    public let actionSpace = Space.discrete(2)
    /// 500 steps.
    public let timeLimit: Int? = 500

    /// The task.
    public init(_ configuration: Configuration) {}

    /// Every part of the state from U(−0.05, 0.05).
    public func start(using generator: inout Generator) -> CartPoleState {
        .near(0.05, using: &generator)
    }

    /// Pushes the cart once.
    public func advance(
        _ state: inout CartPoleState, action: UnsafePointer<Float>,
        using generator: inout Generator
    ) -> (reward: Double, terminated: Bool) {
        let force = action[0] == 1 ? Balancing.forceScale : -Balancing.forceScale
        return (1, Balancing.advance(&state, force: force))
    }

    /// Writes (x, ẋ, θ, θ̇).
    public func observe(_ state: CartPoleState, into row: UnsafeMutablePointer<Float>) {
        Balancing.observe(state, into: row)
    }

    /// 1 a step.
    public var knownReward: RewardFunction? { .constant(1) }

    /// From x and θ after the step.
    public var knownTermination: TerminationFunction? {
        Balancing.termination(width: 4, position: 0, angle: 2)
    }

    /// The cart on its track, with its pole.
    public func draw(_ state: CartPoleState, width: Int, height: Int) -> Picture? {
        CartPoleDrawing.balancing.draw(state, width: width, height: height)
    }
}
