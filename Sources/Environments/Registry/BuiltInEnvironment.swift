import OptimistCore

/// The environments that Optimist brings along.
public enum BuiltInEnvironment: String, CaseIterable, Sendable {
    case pendulum
    case pendulumMasked = "pendulum-masked"
    case pendulumPixels = "pendulum-pixels"
    case cartpole
    case cartpoleContinuous = "cartpole-continuous"
    case cartpoleSwingup = "cartpole-swingup"
    case cartpoleMasked = "cartpole-masked"
    case cartpoleSwingupMasked = "cartpole-swingup-masked"
    case mountainCar = "mountain-car"
    case mountainCarContinuous = "mountain-car-continuous"
    case acrobot
    case pointMass = "point-mass"
    case multigoal
    case lqr
    case frozenLake = "frozen-lake"
    case cliff
    case fourRooms = "four-rooms"
    case gridWorld = "grid-world"
    case bandit
    case lottery
    case riverSwim = "river-swim"
    case bouncingBall = "bouncing-ball"

    /// What the environment is, one sentence.
    public var sentence: String {
        switch self {
        case .pendulum: "Swing a torque-limited rod up and hold it there (Pendulum-v1)."
        case .pendulumMasked: "The pendulum without its velocity."
        case .pendulumPixels: "The pendulum seen as a small picture."
        case .cartpole: "Balance a pole on a cart by pushing left or right (CartPole-v1)."
        case .cartpoleContinuous: "Balance a pole on a cart with a continuous push."
        case .cartpoleSwingup: "Swing a hanging pole up on a cart and hold it over the middle."
        case .cartpoleMasked: "The cart-pole without its velocities."
        case .cartpoleSwingupMasked: "The cart-pole swing-up without its velocities."
        case .mountainCar: "Rock an underpowered car out of a valley (MountainCar-v0)."
        case .mountainCarContinuous:
            "The mountain car with a continuous push (MountainCarContinuous-v0)."
        case .acrobot: "Swing a two-link arm above a bar by its elbow (Acrobot-v1)."
        case .pointMass: "Steer a point in a square to the nearest goal."
        case .multigoal: "Steer a point to one of four goals that are equally good."
        case .lqr: "A linear system with a quadratic cost; by default the double integrator."
        case .frozenLake: "Cross slippery ice without falling into a hole (FrozenLake-v1)."
        case .cliff: "Walk along a cliff from one corner to the other (CliffWalking-v1)."
        case .fourRooms: "Find the goal cell in four rooms joined by doors."
        case .gridWorld: "Walk about a grid with or without walls, a goal and a chance to stay."
        case .bandit: "Choose one of several arms that pay 0 or 1 with chances of their own."
        case .lottery: "Two steps that tell a risk-seeking posterior from an optimal policy."
        case .riverSwim: "Swim upstream, past a small sure reward, to a large one far away."
        case .bouncingBall: "A ball that bounces around a small picture: a video to model."
        }
    }

    /// The task that the environment is made of.
    public var task: any ConfiguredTask.Type {
        switch self {
        case .pendulum: Pendulum.self
        case .pendulumMasked: MaskedPendulum.self
        case .pendulumPixels: PixelPendulum.self
        case .cartpole: CartPole.self
        case .cartpoleContinuous: ContinuousCartPole.self
        case .cartpoleSwingup: CartPoleSwingUp.self
        case .cartpoleMasked: MaskedCartPole.self
        case .cartpoleSwingupMasked: MaskedCartPoleSwingUp.self
        case .mountainCar: MountainCar.self
        case .mountainCarContinuous: ContinuousMountainCar.self
        case .acrobot: Acrobot.self
        case .pointMass: PointMass.self
        case .multigoal: Multigoal.self
        case .lqr: LinearQuadratic.self
        case .frozenLake: FrozenLake.self
        case .cliff: CliffWalk.self
        case .fourRooms: FourRooms.self
        case .gridWorld: GridWorld.self
        case .bandit: Bandit.self
        case .lottery: Lottery.self
        case .riverSwim: RiverSwim.self
        case .bouncingBall: BouncingBall.self
        }
    }
}
