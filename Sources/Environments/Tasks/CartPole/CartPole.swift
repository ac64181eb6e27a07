import OptimistCore

/// Balance a pole on a cart by pushing left (0) or right (1) with 10 N: Gymnasium's CartPole-v1.
///
/// Every step brings 1; the episode terminates when the cart is more than 2.4 m from the middle or
/// the pole leans more than 12°. Where it does not terminate, a step that ends beyond these limits
/// brings 0, and only the time limit ends an episode. Seen: (x, ẋ, θ, θ̇).
public struct CartPole: ConfiguredTask {
    /// The task's arguments.
    public struct Configuration: OptimistCore.Configuration {
        /// Whether a fall ends the episode.
        @Setting("Whether a fall ends the episode; if not, steps beyond the limits bring 0.")
        public var terminates = true
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

    private let terminates: Bool

    /// The task with these arguments.
    public init(_ configuration: Configuration) { terminates = configuration.terminates }

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
        return Balancing.outcome(isOver: Balancing.advance(&state, force: force), terminates)
    }

    /// Writes (x, ẋ, θ, θ̇).
    public func observe(_ state: CartPoleState, into row: UnsafeMutablePointer<Float>) {
        Balancing.observe(state, into: row)
    }

    /// 1 a step, or 1 within the limits.
    public var knownReward: RewardFunction? {
        terminates ? .constant(1) : Balancing.reward(width: 4, position: 0, angle: 2)
    }

    /// From x and θ after the step.
    public var knownTermination: TerminationFunction? {
        terminates ? Balancing.termination(width: 4, position: 0, angle: 2) : .never
    }

    /// The cart on its track, with its pole.
    public func draw(_ state: CartPoleState, width: Int, height: Int) -> Picture? {
        CartPoleDrawing.balancing.draw(state, width: width, height: height)
    }
}
