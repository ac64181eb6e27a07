import OptimistCore

/// The environments that Optimist brings along.
public enum BuiltInEnvironment: String, CaseIterable, Sendable {
    /// A torque-limited rod to swing up.
    case pendulum
    /// The pendulum without its velocity.
    case pendulumMasked = "pendulum-masked"
    /// The pendulum as a small picture.
    case pendulumPixels = "pendulum-pixels"
    /// A pole to balance on a cart.
    case cartpole
    /// The cart-pole with a continuous push.
    case cartpoleContinuous = "cartpole-continuous"
    /// A hanging pole to swing up on a cart.
    case cartpoleSwingup = "cartpole-swingup"
    /// The cart-pole without its velocities.
    case cartpoleMasked = "cartpole-masked"
    /// The cart-pole swing-up without its velocities.
    case cartpoleSwingupMasked = "cartpole-swingup-masked"
    /// An underpowered car in a valley.
    case mountainCar = "mountain-car"
    /// The mountain car with a continuous push.
    case mountainCarContinuous = "mountain-car-continuous"
    /// A two-link arm to swing above a bar.
    case acrobot
    /// A point to steer to the nearest goal.
    case pointMass = "point-mass"
    /// A point with four goals that are equally good.
    case multigoal
    /// A linear system with a quadratic cost.
    case lqr
    /// Slippery ice with holes to cross.
    case frozenLake = "frozen-lake"
    /// A cliff to walk along.
    case cliff
    /// A goal in four rooms joined by doors.
    case fourRooms = "four-rooms"
    /// A grid with or without walls and a goal.
    case gridWorld = "grid-world"
    /// Several arms that pay with chances of their own.
    case bandit
    /// Two steps that tell a risk-seeking posterior from an optimal policy.
    case lottery
    /// A stream with a large reward far up.
    case riverSwim = "river-swim"
    /// A video of a ball to model.
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
