import Foundation

/// The frictionless cart-pole of Barto, Sutton and Anderson (1983), with Florian's correction
/// (2007): a uniform pole on a cart that a force pushes along a line.
@frozen
public struct CartPoleMechanics: Hashable, Sendable {
    /// Metres a second squared.
    public var gravity = 9.8
    /// Kilograms.
    public var cartMass = 1.0
    /// Kilograms.
    public var poleMass = 0.1
    /// Half the pole's length, metres.
    public var halfLength = 0.5

    /// The mechanics of the classic task.
    public init() {}

    /// The accelerations of cart and pole at an angle (0 upright) and rate, under a force.
    @inline(__always)
    public func accelerations(
        angle: Double, angularVelocity: Double, force: Double
    ) -> (cart: Double, pole: Double) {
        let mass = cartMass + poleMass
        let moment = poleMass * halfLength
        let (sine, cosine) = (sin(angle), cos(angle))
        let push = (force + moment * angularVelocity * angularVelocity * sine) / mass
        let pole =
            (gravity * sine - cosine * push)
            / (halfLength * (4.0 / 3.0 - poleMass * cosine * cosine / mass))
        return (push - moment * pole * cosine / mass, pole)
    }
}
