import Foundation

extension Dual {
    /// The sine, of radians.
    public static func sine(_ number: Dual) -> Dual {
        Dual(.sine(number.value), derivative: .cosine(number.value) * number.derivative)
    }

    /// The cosine, of radians.
    public static func cosine(_ number: Dual) -> Dual {
        Dual(.cosine(number.value), derivative: -(.sine(number.value) * number.derivative))
    }

    /// The exponential.
    public static func exponential(_ number: Dual) -> Dual {
        let value = Value.exponential(number.value)
        return Dual(value, derivative: value * number.derivative)
    }

    /// The natural logarithm.
    public static func logarithm(_ number: Dual) -> Dual {
        Dual(.logarithm(number.value), derivative: number.derivative / number.value)
    }

    /// The square root.
    public static func root(_ number: Dual) -> Dual {
        let value = Value.root(number.value)
        return Dual(value, derivative: number.derivative / (2 * value))
    }

    /// The hyperbolic tangent.
    public static func hyperbolicTangent(_ number: Dual) -> Dual {
        let value = Value.hyperbolicTangent(number.value)
        return Dual(value, derivative: (1 - value * value) * number.derivative)
    }

    /// The angle of the point (x, y), in (−π, π].
    public static func angle(y: Dual, x: Dual) -> Dual {
        let square = x.value * x.value + y.value * y.value
        return Dual(
            .angle(y: y.value, x: x.value),
            derivative: (x.value * y.derivative - y.value * x.derivative) / square)
    }

    /// A power with a constant exponent.
    public static func power(_ number: Dual, _ exponent: Double) -> Dual {
        let slope = Value(exponent) * .power(number.value, exponent - 1)
        return Dual(.power(number.value, exponent), derivative: slope * number.derivative)
    }
}

/// The sine of a dual number, of radians.
public func sin<Value>(_ number: Dual<Value>) -> Dual<Value> { .sine(number) }
/// The cosine of a dual number, of radians.
public func cos<Value>(_ number: Dual<Value>) -> Dual<Value> { .cosine(number) }
/// The exponential of a dual number.
public func exp<Value>(_ number: Dual<Value>) -> Dual<Value> { .exponential(number) }
/// The natural logarithm of a dual number.
public func log<Value>(_ number: Dual<Value>) -> Dual<Value> { .logarithm(number) }
/// The square root of a dual number.
public func sqrt<Value>(_ number: Dual<Value>) -> Dual<Value> { .root(number) }
/// The hyperbolic tangent of a dual number.
public func tanh<Value>(_ number: Dual<Value>) -> Dual<Value> { .hyperbolicTangent(number) }
/// The angle of the point (x, y) of dual numbers, in (−π, π].
public func atan2<Value>(_ y: Dual<Value>, _ x: Dual<Value>) -> Dual<Value> { .angle(y: y, x: x) }
/// A power of a dual number with a constant exponent.
public func pow<Value>(_ number: Dual<Value>, _ exponent: Double) -> Dual<Value> {
    .power(number, exponent)
}

extension Dual {
    /// The product with a constant.
    public static func * (left: Double, right: Dual) -> Dual { Dual(left) * right }
    /// The product with a constant.
    public static func * (left: Dual, right: Double) -> Dual { left * Dual(right) }
    /// The sum with a constant.
    public static func + (left: Dual, right: Double) -> Dual { left + Dual(right) }
    /// The difference from a constant.
    public static func - (left: Dual, right: Double) -> Dual { left - Dual(right) }
}
