import OptimistCore

/// What the balancing tasks share: the step and the fall.
public enum Balancing {
    /// Metres from the middle beyond which the cart has left.
    public static let positionLimit = 2.4
    /// Radians beyond which the pole has fallen: 12 degrees.
    public static let angleLimit = 12 * 2 * Double.pi / 360
    /// Seconds in a step.
    public static let timeStep = 0.02
    /// Newtons of a full push.
    public static let forceScale = 10.0

    /// An explicit Euler step of 0.02 s, as in Gymnasium; says whether the pole has fallen or the
    /// cart has left.
    @inline(__always)
    static func advance(_ state: inout CartPoleState, force: Double) -> Bool {
        let (cart, pole) = CartPoleMechanics().accelerations(
            angle: state.angle, angularVelocity: state.angularVelocity, force: force)
        state.position += timeStep * state.velocity
        state.velocity += timeStep * cart
        state.angle += timeStep * state.angularVelocity
        state.angularVelocity += timeStep * pole
        return isOver(state.position, state.angle)
    }

    @inline(__always)
    static func isOver(_ position: Double, _ angle: Double) -> Bool {
        abs(position) > positionLimit || abs(angle) > angleLimit
    }

    /// What a step brings and whether it ends the episode.
    @inline(__always)
    static func outcome(isOver: Bool, _ terminates: Bool) -> (reward: Double, terminated: Bool) {
        terminates ? (1, isOver) : (isOver ? 0 : 1, false)
    }

    /// 1 within the limits and 0 beyond.
    static func reward(width: Int, position: Int, angle: Int) -> RewardFunction {
        .each(observationWidth: width, actionWidth: 1) { row in
            isOver(Double(row.next[position]), Double(row.next[angle])) ? 0 : 1
        }
    }

    static func termination(width: Int, position: Int, angle: Int) -> TerminationFunction {
        .each(observationWidth: width, actionWidth: 1) { row in
            isOver(Double(row.next[position]), Double(row.next[angle]))
        }
    }

    @inline(__always)
    static func observe(_ state: CartPoleState, into row: UnsafeMutablePointer<Float>) {
        row[0] = Float(state.position)
        row[1] = Float(state.velocity)
        row[2] = Float(state.angle)
        row[3] = Float(state.angularVelocity)
    }

    static let space = Space.box(
        low: [-4.8, -.infinity, Float(-2 * angleLimit), -.infinity],
        high: [4.8, .infinity, Float(2 * angleLimit), .infinity])
}
