import Foundation

/// A number on which smooth functions can be written once and evaluated with or without their
/// derivatives: `Double`, and `Dual` numbers over any such number.
public protocol ElementaryNumber: Comparable, Sendable, ExpressibleByFloatLiteral,
    ExpressibleByIntegerLiteral
{
    /// The constant of a value.
    init(_ value: Double)
    /// The sum.
    static func + (left: Self, right: Self) -> Self
    /// The difference.
    static func - (left: Self, right: Self) -> Self
    /// The product.
    static func * (left: Self, right: Self) -> Self
    /// The quotient.
    static func / (left: Self, right: Self) -> Self
    /// The negation.
    static prefix func - (number: Self) -> Self
    /// The sine, of radians.
    static func sine(_ number: Self) -> Self
    /// The cosine, of radians.
    static func cosine(_ number: Self) -> Self
    /// The exponential.
    static func exponential(_ number: Self) -> Self
    /// The natural logarithm.
    static func logarithm(_ number: Self) -> Self
    /// The square root.
    static func root(_ number: Self) -> Self
    /// The hyperbolic tangent.
    static func hyperbolicTangent(_ number: Self) -> Self
    /// The angle of the point (x, y), in (−π, π].
    static func angle(y: Self, x: Self) -> Self
    /// A power with a constant exponent.
    static func power(_ number: Self, _ exponent: Double) -> Self
}

extension Double: ElementaryNumber {
    /// The sine, of radians.
    public static func sine(_ number: Double) -> Double { sin(number) }
    /// The cosine, of radians.
    public static func cosine(_ number: Double) -> Double { cos(number) }
    /// The exponential.
    public static func exponential(_ number: Double) -> Double { exp(number) }
    /// The natural logarithm.
    public static func logarithm(_ number: Double) -> Double { log(number) }
    /// The square root.
    public static func root(_ number: Double) -> Double { number.squareRoot() }
    /// The hyperbolic tangent.
    public static func hyperbolicTangent(_ number: Double) -> Double { tanh(number) }
    /// The angle of the point (x, y), in (−π, π].
    public static func angle(y: Double, x: Double) -> Double { atan2(y, x) }
    /// A power with a constant exponent.
    public static func power(_ number: Double, _ exponent: Double) -> Double {
        pow(number, exponent)
    }
}
