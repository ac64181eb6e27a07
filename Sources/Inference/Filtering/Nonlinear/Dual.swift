/// A number with its derivative along one direction: v + d ε with ε² = 0.
///
/// Arithmetic on dual numbers is the chain rule applied as the function is evaluated, forward-mode
/// differentiation (Griewank and Walther, "Evaluating Derivatives", 2nd edition, 2008, chapter 3):
/// exact to rounding. Dual numbers over dual numbers carry second derivatives.
@frozen
public struct Dual<Value: ElementaryNumber>: ElementaryNumber {
    /// The value.
    public var value: Value
    /// The derivative of the value along the direction.
    public var derivative: Value

    /// A number with its derivative.
    @inlinable
    public init(_ value: Value, derivative: Value) {
        self.value = value
        self.derivative = derivative
    }

    /// A constant: its derivative is 0.
    @inlinable
    public init(_ value: Double) { self.init(Value(value), derivative: 0) }

    /// A constant.
    @inlinable
    public init(floatLiteral value: Double) { self.init(value) }

    /// A constant.
    @inlinable
    public init(integerLiteral value: Int) { self.init(Double(value)) }

    /// Compares values; derivatives play no part.
    @inlinable
    public static func < (left: Dual, right: Dual) -> Bool { left.value < right.value }

    /// The sum.
    @inlinable
    public static func + (left: Dual, right: Dual) -> Dual {
        Dual(left.value + right.value, derivative: left.derivative + right.derivative)
    }

    /// The difference.
    @inlinable
    public static func - (left: Dual, right: Dual) -> Dual {
        Dual(left.value - right.value, derivative: left.derivative - right.derivative)
    }

    /// The product.
    @inlinable
    public static func * (left: Dual, right: Dual) -> Dual {
        Dual(
            left.value * right.value,
            derivative: left.derivative * right.value + left.value * right.derivative)
    }

    /// The quotient.
    @inlinable
    public static func / (left: Dual, right: Dual) -> Dual {
        let quotient = left.value / right.value
        return Dual(
            quotient, derivative: (left.derivative - quotient * right.derivative) / right.value)
    }

    /// The negative.
    @inlinable
    public static prefix func - (number: Dual) -> Dual {
        Dual(-number.value, derivative: -number.derivative)
    }
}
