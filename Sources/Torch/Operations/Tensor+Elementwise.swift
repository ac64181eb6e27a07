import OptimistCTorch

// Functions of one tensor, element by element.
extension Tensor {
    typealias UnaryFunction = (OpaquePointer?, ErrorText?) -> OpaquePointer?

    @inline(__always)
    func unary(_ operation: StaticString, _ function: UnaryFunction) -> Tensor {
        make(operation, self) { function(handle, $0) }
    }

    /// The absolute value.
    public func abs() -> Tensor { unary("Tensor.abs", ot_abs) }
    /// −1, 0 or 1; its gradient is 0.
    public func sign() -> Tensor { unary("Tensor.sign", ot_sign) }
    /// e to the power of x.
    public func exp() -> Tensor { unary("Tensor.exp", ot_exp) }
    /// e to the power of x, minus 1, exact near 0.
    public func expm1() -> Tensor { unary("Tensor.expm1", ot_expm1) }
    /// The natural logarithm.
    public func log() -> Tensor { unary("Tensor.log", ot_log) }
    /// The natural logarithm of 1 + x, exact near 0.
    public func log1p() -> Tensor { unary("Tensor.log1p", ot_log1p) }
    /// The logarithm to base 2.
    public func log2() -> Tensor { unary("Tensor.log2", ot_log2) }
    /// The square root.
    public func sqrt() -> Tensor { unary("Tensor.sqrt", ot_sqrt) }
    /// The reciprocal of the square root.
    public func reciprocalSquareRoot() -> Tensor {
        unary("Tensor.reciprocalSquareRoot", ot_rsqrt)
    }
    /// The square.
    public func square() -> Tensor { unary("Tensor.square", ot_square) }
    /// The reciprocal.
    public func reciprocal() -> Tensor { unary("Tensor.reciprocal", ot_reciprocal) }
    /// The largest integer that is not larger; its gradient is 0.
    public func floor() -> Tensor { unary("Tensor.floor", ot_floor) }
    /// The smallest integer that is not smaller; its gradient is 0.
    public func ceil() -> Tensor { unary("Tensor.ceil", ot_ceil) }
    /// The nearest integer, halves to the even one; its gradient is 0.
    public func round() -> Tensor { unary("Tensor.round", ot_round) }
    /// The integer part; its gradient is 0.
    public func truncated() -> Tensor { unary("Tensor.truncated", ot_trunc) }
}

// Trigonometric and hyperbolic functions, angles in radians.
extension Tensor {
    /// The sine.
    public func sin() -> Tensor { unary("Tensor.sin", ot_sin) }
    /// The cosine.
    public func cos() -> Tensor { unary("Tensor.cos", ot_cos) }
    /// The tangent.
    public func tan() -> Tensor { unary("Tensor.tan", ot_tan) }
    /// The inverse of the sine, in [−π/2, π/2].
    public func asin() -> Tensor { unary("Tensor.asin", ot_asin) }
    /// The inverse of the cosine, in [0, π].
    public func acos() -> Tensor { unary("Tensor.acos", ot_acos) }
    /// The inverse of the tangent, in (−π/2, π/2).
    public func atan() -> Tensor { unary("Tensor.atan", ot_atan) }
    /// The hyperbolic sine.
    public func sinh() -> Tensor { unary("Tensor.sinh", ot_sinh) }
    /// The hyperbolic cosine.
    public func cosh() -> Tensor { unary("Tensor.cosh", ot_cosh) }
    /// The hyperbolic tangent.
    public func tanh() -> Tensor { unary("Tensor.tanh", ot_tanh) }
    /// The inverse of the hyperbolic sine.
    public func asinh() -> Tensor { unary("Tensor.asinh", ot_asinh) }
    /// The inverse of the hyperbolic tangent, for x in (−1, 1).
    public func atanh() -> Tensor { unary("Tensor.atanh", ot_atanh) }
}

// Special functions.
extension Tensor {
    /// The error function.
    public func erf() -> Tensor { unary("Tensor.erf", ot_erf) }
    /// 1 minus the error function, exact for large x.
    public func erfc() -> Tensor { unary("Tensor.erfc", ot_erfc) }
    /// The inverse of the error function, for x in (−1, 1).
    public func erfinv() -> Tensor { unary("Tensor.erfinv", ot_erfinv) }
    /// The logarithm of the absolute value of the gamma function.
    public func lgamma() -> Tensor { unary("Tensor.lgamma", ot_lgamma) }
    /// The derivative of `lgamma`.
    public func digamma() -> Tensor { unary("Tensor.digamma", ot_digamma) }
    /// The distribution function of the standard normal law.
    public func normalCDF() -> Tensor { unary("Tensor.normalCDF", ot_normal_cdf) }
    /// The logarithm of the distribution function of the standard normal law, exact in its tail.
    public func logNormalCDF() -> Tensor { unary("Tensor.logNormalCDF", ot_log_normal_cdf) }
    /// The quantile function of the standard normal law, for x in (0, 1).
    public func normalQuantile() -> Tensor { unary("Tensor.normalQuantile", ot_normal_quantile) }
}

// Activations of networks.
extension Tensor {
    /// 1/(1 + exp(−x)).
    public func sigmoid() -> Tensor { unary("Tensor.sigmoid", ot_sigmoid) }
    /// log(1/(1 + exp(−x))), without overflow.
    public func logSigmoid() -> Tensor { unary("Tensor.logSigmoid", ot_log_sigmoid) }
    /// log(1 + exp(x)), without overflow.
    public func softplus() -> Tensor { unary("Tensor.softplus", ot_softplus) }
    /// max(x, 0).
    public func relu() -> Tensor { unary("Tensor.relu", ot_relu) }
    /// x · sigmoid(x), also called swish.
    public func silu() -> Tensor { unary("Tensor.silu", ot_silu) }
    /// x times the distribution function of the standard normal law at x.
    public func gelu() -> Tensor { unary("Tensor.gelu", ot_gelu) }
    /// x where it is positive, else alpha · (exp(x) − 1).
    public func elu(alpha: Double = 1) -> Tensor {
        make("Tensor.elu", self) { ot_elu(handle, alpha, $0) }
    }
    /// The exponentials along an axis, divided by their sum.
    public func softmax(axis: Int = -1) -> Tensor {
        make("Tensor.softmax", self) { ot_softmax(handle, axis, $0) }
    }
    /// The logarithm of `softmax`, without overflow.
    public func logSoftmax(axis: Int = -1) -> Tensor {
        make("Tensor.logSoftmax", self) { ot_log_softmax(handle, axis, $0) }
    }
}

// Tests of elements, with `bool` results.
extension Tensor {
    /// Where the elements are neither infinite nor NaN.
    public func isFinite() -> Tensor { unary("Tensor.isFinite", ot_is_finite) }
    /// Where the elements are NaN.
    public func isNaN() -> Tensor { unary("Tensor.isNaN", ot_is_nan) }
    /// Where the elements are false or 0.
    public static prefix func .! (input: Tensor) -> Tensor {
        input.unary("Tensor.!", ot_logical_not)
    }
}
