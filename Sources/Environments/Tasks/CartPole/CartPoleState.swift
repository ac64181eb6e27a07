import OptimistCore

/// The state of a cart with a pole.
@frozen
public struct CartPoleState: Codable, Hashable, Sendable {
    /// Metres from the middle.
    public var position: Double
    /// Metres a second.
    public var velocity: Double
    /// Radians, 0 upright, not wrapped.
    public var angle: Double
    /// Radians a second.
    public var angularVelocity: Double

    /// A state with these parts.
    @inlinable
    public init(position: Double, velocity: Double, angle: Double, angularVelocity: Double) {
        self.position = position
        self.velocity = velocity
        self.angle = angle
        self.angularVelocity = angularVelocity
    }

    /// A state with each part drawn from U(−bound, bound).
    static func near(_ bound: Double, using generator: inout Generator) -> CartPoleState {
        let position = generator.uniform(-bound, bound)
        let velocity = generator.uniform(-bound, bound)
        let angle = generator.uniform(-bound, bound)
        let angularVelocity = generator.uniform(-bound, bound)
        return CartPoleState(
            position: position, velocity: velocity, angle: angle,
            angularVelocity: angularVelocity)
    }
}
