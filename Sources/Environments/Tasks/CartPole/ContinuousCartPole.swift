import OptimistCore

/// The cart-pole with a continuous push: an action a in [−1, 1] is a force of 10a N.
///
/// Otherwise as `CartPole`, cut after 200 steps: the task on which mbrl-lib shows PETS and MBPO.
public struct ContinuousCartPole: ConfiguredTask {
    /// The task's name.
    public let name = "cartpole-continuous"
    /// (x, ẋ, θ, θ̇).
    public let observationSpace = Balancing.space
    /// The push as a share of 10 N.
    public let actionSpace = Space.box(-1, 1, shape: [1])
    /// 200 steps.
    public let timeLimit: Int? = 200

    private let terminates: Bool

    /// The task with these arguments.
    public init(_ configuration: CartPole.Configuration) {
        terminates = configuration.terminates
    }

    /// Every part of the state from U(−0.05, 0.05).
    public func start(using generator: inout Generator) -> CartPoleState {
        .near(0.05, using: &generator)
    }

    /// Pushes the cart once.
    public func advance(
        _ state: inout CartPoleState, action: UnsafePointer<Float>,
        using generator: inout Generator
    ) -> (reward: Double, terminated: Bool) {
        let isOver = Balancing.advance(&state, force: Balancing.forceScale * Double(action[0]))
        return Balancing.outcome(isOver: isOver, terminates)
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
