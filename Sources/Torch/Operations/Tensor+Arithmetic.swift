import OptimistCTorch

// Arithmetic with broadcasting. A number takes the element type of the tensor that it meets, so a
// fraction that meets integers is a programmer's error; division is always true division.
extension Tensor {
    typealias BinaryFunction = (OpaquePointer?, OpaquePointer?, ErrorText?) -> OpaquePointer?
    typealias NumberFunction = (OpaquePointer?, Double, ErrorText?) -> OpaquePointer?

    @inline(__always)
    func binary(
        _ operation: StaticString, _ other: Tensor, _ function: BinaryFunction
    ) -> Tensor {
        make(operation, self, other) { function(handle, other.handle, $0) }
    }

    @inline(__always)
    func binary(
        _ operation: StaticString, _ other: Double, _ function: NumberFunction
    ) -> Tensor {
        make(operation, self) { function(handle, other, $0) }
    }

    /// The sum.
    public static func + (left: Tensor, right: Tensor) -> Tensor {
        left.binary("Tensor.+", right, ot_add)
    }
    /// The sum.
    public static func + (left: Tensor, right: Double) -> Tensor {
        left.binary("Tensor.+", right, ot_add_number)
    }
    /// The sum.
    public static func + (left: Double, right: Tensor) -> Tensor { right + left }
    /// The difference.
    public static func - (left: Tensor, right: Tensor) -> Tensor {
        left.binary("Tensor.-", right, ot_sub)
    }
    /// The difference.
    public static func - (left: Tensor, right: Double) -> Tensor {
        left.binary("Tensor.-", right, ot_sub_number)
    }
    /// The difference.
    public static func - (left: Double, right: Tensor) -> Tensor {
        make("Tensor.-", right) { ot_number_sub(left, right.handle, $0) }
    }
    /// The product, element by element.
    public static func * (left: Tensor, right: Tensor) -> Tensor {
        left.binary("Tensor.*", right, ot_mul)
    }
    /// The product.
    public static func * (left: Tensor, right: Double) -> Tensor {
        left.binary("Tensor.*", right, ot_mul_number)
    }
    /// The product.
    public static func * (left: Double, right: Tensor) -> Tensor { right * left }
    /// The quotient, element by element.
    public static func / (left: Tensor, right: Tensor) -> Tensor {
        left.binary("Tensor./", right, ot_div)
    }
    /// The quotient.
    public static func / (left: Tensor, right: Double) -> Tensor {
        left.binary("Tensor./", right, ot_div_number)
    }
    /// The quotient.
    public static func / (left: Double, right: Tensor) -> Tensor {
        make("Tensor./", right) { ot_number_div(left, right.handle, $0) }
    }
    /// The negative.
    public static prefix func - (input: Tensor) -> Tensor { input.unary("Tensor.-", ot_neg) }

    /// Replaces the variable by the sum; other references to the old tensor keep its elements.
    public static func += (left: inout Tensor, right: Tensor) { left = left + right }
    /// Replaces the variable by the difference.
    public static func -= (left: inout Tensor, right: Tensor) { left = left - right }
    /// Replaces the variable by the product.
    public static func *= (left: inout Tensor, right: Tensor) { left = left * right }
    /// Replaces the variable by the sum.
    public static func += (left: inout Tensor, right: Double) { left = left + right }
    /// Replaces the variable by the difference.
    public static func -= (left: inout Tensor, right: Double) { left = left - right }
    /// Replaces the variable by the product.
    public static func *= (left: inout Tensor, right: Double) { left = left * right }
    /// Replaces the variable by the quotient.
    public static func /= (left: inout Tensor, right: Double) { left = left / right }
}

extension Tensor {
    /// x to the power of the exponents.
    public func pow(_ exponent: Tensor) -> Tensor { binary("Tensor.pow", exponent, ot_pow) }
    /// x to the power of a number.
    public func pow(_ exponent: Double) -> Tensor {
        binary("Tensor.pow", exponent, ot_pow_number)
    }
    /// A number to the power of the elements.
    public static func pow(_ base: Double, _ exponent: Tensor) -> Tensor {
        make("Tensor.pow", exponent) { ot_number_pow(base, exponent.handle, $0) }
    }
    /// The quotient rounded toward minus infinity.
    public func floorDivided(by divisor: Tensor) -> Tensor {
        binary("Tensor.floorDivided", divisor, ot_floor_divide)
    }
    /// The quotient rounded toward minus infinity.
    public func floorDivided(by divisor: Double) -> Tensor {
        binary("Tensor.floorDivided", divisor, ot_floor_divide_number)
    }
    /// The remainder, with the sign of the divisor.
    public func remainder(_ divisor: Tensor) -> Tensor {
        binary("Tensor.remainder", divisor, ot_remainder)
    }
    /// The remainder, with the sign of the divisor.
    public func remainder(_ divisor: Double) -> Tensor {
        binary("Tensor.remainder", divisor, ot_remainder_number)
    }
    /// The larger of two elements; where they are equal each takes half of the gradient.
    public func maximum(_ other: Tensor) -> Tensor { binary("Tensor.maximum", other, ot_maximum) }
    /// The larger of an element and a number.
    public func maximum(_ other: Double) -> Tensor {
        binary("Tensor.maximum", other, ot_maximum_number)
    }
    /// The smaller of two elements; where they are equal each takes half of the gradient.
    public func minimum(_ other: Tensor) -> Tensor { binary("Tensor.minimum", other, ot_minimum) }
    /// The smaller of an element and a number.
    public func minimum(_ other: Double) -> Tensor {
        binary("Tensor.minimum", other, ot_minimum_number)
    }
    /// The elements moved into [low, high]; the gradient is 0 outside.
    public func clamped(_ low: Double, _ high: Double) -> Tensor {
        make("Tensor.clamped", self) { ot_clamp(handle, low, high, $0) }
    }
    /// The elements moved into [low, high], bounds broadcast; the gradient is 0 outside.
    public func clamped(_ low: Tensor, _ high: Tensor) -> Tensor {
        make("Tensor.clamped", self, low, high) {
            ot_clamp_tensors(handle, low.handle, high.handle, $0)
        }
    }
    /// The angle of the points (x, y) in (−π, π].
    public static func atan2(_ y: Tensor, _ x: Tensor) -> Tensor {
        y.binary("Tensor.atan2", x, ot_atan2)
    }
    /// log(eˣ + eʸ), without overflow.
    public func logAddExp(_ other: Tensor) -> Tensor {
        binary("Tensor.logAddExp", other, ot_logaddexp)
    }
}
