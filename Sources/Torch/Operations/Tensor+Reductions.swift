import OptimistCTorch

// Reductions over all axes, over several, or over one. The reduced axes vanish, or stay with size
// 1 if `keepingDimensions`.
extension Tensor {
    typealias Reduction = (
        OpaquePointer?, UnsafePointer<Int>?, Int32, Int32, ErrorText?
    ) -> OpaquePointer?

    @inline(__always)
    func reduce(
        _ operation: StaticString, _ axes: [Int]?, _ keep: Bool, _ function: Reduction
    ) -> Tensor {
        let count = Int32(axes?.count ?? -1)
        return make(operation, self) { function(handle, axes ?? [], count, keep ? 1 : 0, $0) }
    }

    /// The sum; truth values are counted.
    public func sum(axes: [Int]? = nil, keepingDimensions: Bool = false) -> Tensor {
        reduce("Tensor.sum", axes, keepingDimensions, ot_sum)
    }
    /// The sum; truth values are counted.
    public func sum(axis: Int, keepingDimensions: Bool = false) -> Tensor {
        sum(axes: [axis], keepingDimensions: keepingDimensions)
    }

    /// The mean, of floating-point elements.
    public func mean(axes: [Int]? = nil, keepingDimensions: Bool = false) -> Tensor {
        reduce("Tensor.mean", axes, keepingDimensions, ot_mean)
    }
    /// The mean, of floating-point elements.
    public func mean(axis: Int, keepingDimensions: Bool = false) -> Tensor {
        mean(axes: [axis], keepingDimensions: keepingDimensions)
    }

    /// The product.
    public func product(axes: [Int]? = nil, keepingDimensions: Bool = false) -> Tensor {
        reduce("Tensor.product", axes, keepingDimensions, ot_product)
    }
    /// The product.
    public func product(axis: Int, keepingDimensions: Bool = false) -> Tensor {
        product(axes: [axis], keepingDimensions: keepingDimensions)
    }

    /// The smallest element; equal ones share the gradient.
    public func min(axes: [Int]? = nil, keepingDimensions: Bool = false) -> Tensor {
        reduce("Tensor.min", axes, keepingDimensions, ot_min)
    }
    /// The smallest element; equal ones share the gradient.
    public func min(axis: Int, keepingDimensions: Bool = false) -> Tensor {
        min(axes: [axis], keepingDimensions: keepingDimensions)
    }

    /// The largest element; equal ones share the gradient.
    public func max(axes: [Int]? = nil, keepingDimensions: Bool = false) -> Tensor {
        reduce("Tensor.max", axes, keepingDimensions, ot_max)
    }
    /// The largest element; equal ones share the gradient.
    public func max(axis: Int, keepingDimensions: Bool = false) -> Tensor {
        max(axes: [axis], keepingDimensions: keepingDimensions)
    }

    /// Whether any element is true, or not 0.
    public func any(axes: [Int]? = nil, keepingDimensions: Bool = false) -> Tensor {
        reduce("Tensor.any", axes, keepingDimensions, ot_any)
    }
    /// Whether any element is true, or not 0.
    public func any(axis: Int, keepingDimensions: Bool = false) -> Tensor {
        any(axes: [axis], keepingDimensions: keepingDimensions)
    }

    /// Whether all elements are true, or not 0.
    public func all(axes: [Int]? = nil, keepingDimensions: Bool = false) -> Tensor {
        reduce("Tensor.all", axes, keepingDimensions, ot_all)
    }
    /// Whether all elements are true, or not 0.
    public func all(axis: Int, keepingDimensions: Bool = false) -> Tensor {
        all(axes: [axis], keepingDimensions: keepingDimensions)
    }

    /// log Σ exp(x), without overflow.
    public func logSumExp(axes: [Int]? = nil, keepingDimensions: Bool = false) -> Tensor {
        reduce("Tensor.logSumExp", axes, keepingDimensions, ot_logsumexp)
    }
    /// log Σ exp(x), without overflow.
    public func logSumExp(axis: Int, keepingDimensions: Bool = false) -> Tensor {
        logSumExp(axes: [axis], keepingDimensions: keepingDimensions)
    }
}

extension Tensor {
    /// The variance: squares about the mean, summed and divided by n − correction; a correction of
    /// 1 is unbiased for independent samples, 0 gives the variance of the elements themselves.
    public func variance(
        axes: [Int]? = nil, correction: Double = 1, keepingDimensions: Bool = false
    ) -> Tensor {
        make("Tensor.variance", self) {
            ot_variance(
                handle, axes ?? [], Int32(axes?.count ?? -1), correction,
                keepingDimensions ? 1 : 0, $0)
        }
    }
    /// The variance along one axis.
    public func variance(
        axis: Int, correction: Double = 1, keepingDimensions: Bool = false
    ) -> Tensor {
        variance(axes: [axis], correction: correction, keepingDimensions: keepingDimensions)
    }
    /// The square root of the variance.
    public func standardDeviation(
        axes: [Int]? = nil, correction: Double = 1, keepingDimensions: Bool = false
    ) -> Tensor {
        variance(axes: axes, correction: correction, keepingDimensions: keepingDimensions).sqrt()
    }
    /// The square root of the variance along one axis.
    public func standardDeviation(
        axis: Int, correction: Double = 1, keepingDimensions: Bool = false
    ) -> Tensor {
        variance(axis: axis, correction: correction, keepingDimensions: keepingDimensions).sqrt()
    }
    /// (Σ |x|^order)^(1/order); the Euclidean norm unless said otherwise.
    public func norm(
        axes: [Int]? = nil, order: Double = 2, keepingDimensions: Bool = false
    ) -> Tensor {
        make("Tensor.norm", self) {
            ot_norm(
                handle, axes ?? [], Int32(axes?.count ?? -1), order, keepingDimensions ? 1 : 0, $0)
        }
    }
    /// The index of the first largest element along an axis, of type `int64`.
    public func argmax(axis: Int = -1, keepingDimensions: Bool = false) -> Tensor {
        make("Tensor.argmax", self) { ot_argmax(handle, axis, keepingDimensions ? 1 : 0, $0) }
    }
    /// The index of the first smallest element along an axis, of type `int64`.
    public func argmin(axis: Int = -1, keepingDimensions: Bool = false) -> Tensor {
        make("Tensor.argmin", self) { ot_argmin(handle, axis, keepingDimensions ? 1 : 0, $0) }
    }
    /// The running sum along an axis.
    public func cumulativeSum(axis: Int) -> Tensor {
        make("Tensor.cumulativeSum", self) { ot_cumsum(handle, axis, $0) }
    }
    /// The running product along an axis.
    public func cumulativeProduct(axis: Int) -> Tensor {
        make("Tensor.cumulativeProduct", self) { ot_cumprod(handle, axis, $0) }
    }
    /// The running `logSumExp` along an axis.
    public func cumulativeLogSumExp(axis: Int) -> Tensor {
        make("Tensor.cumulativeLogSumExp", self) { ot_logcumsumexp(handle, axis, $0) }
    }
    /// The elements in order along an axis, equal ones in their old order, and their old indices.
    public func sorted(axis: Int = -1, descending: Bool = false) -> (
        values: Tensor, indices: Tensor
    ) {
        let parts = makeSeveral("Tensor.sorted", 2, self) {
            ot_sort(handle, axis, descending ? 1 : 0, $0, $1)
        }
        return (parts[0], parts[1])
    }
    /// The `count` largest (or smallest) elements along an axis in order, and their indices.
    public func top(_ count: Int, axis: Int = -1, largest: Bool = true) -> (
        values: Tensor, indices: Tensor
    ) {
        let parts = makeSeveral("Tensor.top", 2, self) {
            ot_topk(handle, count, axis, largest ? 1 : 0, $0, $1)
        }
        return (parts[0], parts[1])
    }
}
