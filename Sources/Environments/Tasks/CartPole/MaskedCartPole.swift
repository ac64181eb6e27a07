import OptimistCore

/// The cart-pole without its velocities: the agent sees (x, θ) and must remember.
public struct MaskedCartPole: ConfiguredTask {
    /// The cart-pole underneath.
    public let base: CartPole
    /// The task's name.
    public let name = "cartpole-masked"
    /// (x, θ).
    public let observationSpace = Space.box(
        low: [-4.8, Float(-2 * Balancing.angleLimit)], high: [4.8, Float(2 * Balancing.angleLimit)])
    /// Left or right.
    public let actionSpace = Space.discrete(2)
    /// 500 steps.
    public let timeLimit: Int? = 500

    private let terminates: Bool

    /// The task with these arguments.
    public init(_ configuration: CartPole.Configuration) {
        base = CartPole(configuration)
        terminates = configuration.terminates
    }

    /// Every part of the state from U(−0.05, 0.05).
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

    /// Writes (x, θ).
    public func observe(_ state: CartPoleState, into row: UnsafeMutablePointer<Float>) {
        row[0] = Float(state.position)
        row[1] = Float(state.angle)
    }

    /// 1 a step, or 1 within the limits.
    public var knownReward: RewardFunction? {
        terminates ? .constant(1) : Balancing.reward(width: 2, position: 0, angle: 1)
    }

    /// From x and θ after the step.
    public var knownTermination: TerminationFunction? {
        terminates ? Balancing.termination(width: 2, position: 0, angle: 1) : .never
    }

    /// What the cart-pole shows.
    public func wholeObservation(of state: CartPoleState) -> [Float]? {
        base.observation(of: state)
    }

    /// The cart on its track, with its pole.
    public func draw(_ state: CartPoleState, width: Int, height: Int) -> Picture? {
        base.draw(state, width: width, height: height)
    }
}
