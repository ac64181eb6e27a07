import OptimistCTorch

// Comparisons element by element, with `bool` results, and logic on them.
extension Tensor {
    /// Where the left is less than the right.
    public static func .< (left: Tensor, right: Tensor) -> Tensor {
        left.binary("Tensor.<", right, ot_lt)
    }
    /// Where the elements are less than the number.
    public static func .< (left: Tensor, right: Double) -> Tensor {
        left.binary("Tensor.<", right, ot_lt_number)
    }
    /// Where the left is at most the right.
    public static func .<= (left: Tensor, right: Tensor) -> Tensor {
        left.binary("Tensor.<=", right, ot_le)
    }
    /// Where the elements are at most the number.
    public static func .<= (left: Tensor, right: Double) -> Tensor {
        left.binary("Tensor.<=", right, ot_le_number)
    }
    /// Where the left is greater than the right.
    public static func .> (left: Tensor, right: Tensor) -> Tensor {
        left.binary("Tensor.>", right, ot_gt)
    }
    /// Where the elements are greater than the number.
    public static func .> (left: Tensor, right: Double) -> Tensor {
        left.binary("Tensor.>", right, ot_gt_number)
    }
    /// Where the left is at least the right.
    public static func .>= (left: Tensor, right: Tensor) -> Tensor {
        left.binary("Tensor.>=", right, ot_ge)
    }
    /// Where the elements are at least the number.
    public static func .>= (left: Tensor, right: Double) -> Tensor {
        left.binary("Tensor.>=", right, ot_ge_number)
    }
    /// Where the left is equal to the right.
    public static func .== (left: Tensor, right: Tensor) -> Tensor {
        left.binary("Tensor.==", right, ot_eq)
    }
    /// Where the elements are equal to the number.
    public static func .== (left: Tensor, right: Double) -> Tensor {
        left.binary("Tensor.==", right, ot_eq_number)
    }
    /// Where the left is not equal to the right.
    public static func .!= (left: Tensor, right: Tensor) -> Tensor {
        left.binary("Tensor.!=", right, ot_ne)
    }
    /// Where the elements are not equal to the number.
    public static func .!= (left: Tensor, right: Double) -> Tensor {
        left.binary("Tensor.!=", right, ot_ne_number)
    }
    /// Where both are true; numbers are true unless 0.
    public static func .& (left: Tensor, right: Tensor) -> Tensor {
        left.binary("Tensor.&", right, ot_logical_and)
    }
    /// Where either is true; numbers are true unless 0.
    public static func .| (left: Tensor, right: Tensor) -> Tensor {
        left.binary("Tensor.|", right, ot_logical_or)
    }
    /// Where exactly one is true; numbers are true unless 0.
    public static func .^ (left: Tensor, right: Tensor) -> Tensor {
        left.binary("Tensor.^", right, ot_logical_xor)
    }

    /// The elements of `yes` where the condition holds, else those of `no`, broadcast.
    public static func `where`(_ condition: Tensor, _ yes: Tensor, _ no: Tensor) -> Tensor {
        make("Tensor.where", condition, yes, no) {
            ot_where(condition.handle, yes.handle, no.handle, $0)
        }
    }

    /// The elements, with a number where the mask is true; the gradient is 0 there.
    public func maskedFill(_ mask: Tensor, _ value: Double) -> Tensor {
        make("Tensor.maskedFill", self, mask) {
            ot_masked_fill(handle, mask.handle, value, $0)
        }
    }

    /// Whether two tensors have the same shape and all elements differ by no more than
    /// `absolute + relative · |other|`; elements that are NaN are equal to nothing.
    public func isClose(
        to other: Tensor, relative: Double = 1e-5, absolute: Double = 1e-8
    ) -> Bool {
        if shape != other.shape { return false }
        return withoutGradient {
            let bound = other.abs() * relative + absolute
            let near = ((self - other).abs() .<= bound) .| (self .== other)
            return near.all().item() == 1
        }
    }
}
