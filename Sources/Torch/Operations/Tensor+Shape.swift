import OptimistCTorch

// The same elements in another shape or order. Results share memory where that is possible.
extension Tensor {
    /// The same elements, in order, in another shape; one size may be −1 and is worked out.
    public func reshaped(_ shape: [Int]) -> Tensor {
        make("Tensor.reshaped", self) { ot_reshape(handle, shape, Int32(shape.count), $0) }
    }

    /// The axes in the given order.
    public func permuted(_ axes: [Int]) -> Tensor {
        make("Tensor.permuted", self) { ot_permute(handle, axes, Int32(axes.count), $0) }
    }

    /// Two axes exchanged, the last two unless said otherwise.
    public func transposed(_ first: Int = -2, _ second: Int = -1) -> Tensor {
        make("Tensor.transposed", self) { ot_transpose(handle, first, second, $0) }
    }

    /// Axes of size 1 repeated, and new leading axes added, to the given shape; −1 keeps a size.
    public func expanded(_ shape: [Int]) -> Tensor {
        make("Tensor.expanded", self) { ot_expand(handle, shape, Int32(shape.count), $0) }
    }

    /// Several tensors expanded to their common shape.
    public static func broadcast(_ tensors: [Tensor]) -> [Tensor] {
        let shape = tensors.reduce(into: [Int]()) { common, tensor in
            let sizes = tensor.shape
            let missing = Swift.max(0, sizes.count - common.count)
            common = Array(repeating: 1, count: missing) + common
            for (offset, size) in sizes.reversed().enumerated() {
                let axis = common.count - 1 - offset
                if common[axis] == 1 { common[axis] = size }
            }
        }
        return tensors.map { $0.expanded(shape) }
    }

    /// Without an axis of size 1.
    public func squeezed(axis: Int) -> Tensor {
        make("Tensor.squeezed", self) { ot_squeeze(handle, axis, $0) }
    }

    /// With a new axis of size 1 at the given place.
    public func unsqueezed(axis: Int) -> Tensor {
        make("Tensor.unsqueezed", self) { ot_unsqueeze(handle, axis, $0) }
    }

    /// The axes from `first` to `last`, both included, made one.
    public func flattened(from first: Int = 0, to last: Int = -1) -> Tensor {
        make("Tensor.flattened", self) { ot_flatten(handle, first, last, $0) }
    }

    /// The order of elements reversed along axes.
    public func flipped(axes: [Int]) -> Tensor {
        make("Tensor.flipped", self) { ot_flip(handle, axes, Int32(axes.count), $0) }
    }

    /// The whole tensor laid out side by side, the given number of times along each axis.
    public func repeated(_ counts: [Int]) -> Tensor {
        make("Tensor.repeated", self) { ot_repeat(handle, counts, Int32(counts.count), $0) }
    }

    /// Each element repeated in place along an axis.
    public func repeatedElements(_ count: Int, axis: Int) -> Tensor {
        make("Tensor.repeatedElements", self) { ot_repeat_interleave(handle, count, axis, $0) }
    }

    /// With a number added before and after the elements of an axis.
    public func padded(axis: Int, before: Int, after: Int, value: Double = 0) -> Tensor {
        let rank = self.rank
        let index = axis < 0 ? axis + rank : axis
        // LibTorch lists pairs of widths from the last axis on.
        var widths = [Int](repeating: 0, count: 2 * Swift.max(0, rank - index))
        if widths.count >= 2 { widths[widths.count - 2] = before }
        if widths.count >= 2 { widths[widths.count - 1] = after }
        return make("Tensor.padded", self) {
            ot_pad(handle, widths, Int32(widths.count), value, $0)
        }
    }

    /// Tensors joined along an axis that they have.
    public static func concatenated(_ tensors: [Tensor], axis: Int = 0) -> Tensor {
        make("Tensor.concatenated", more: tensors) {
            ot_cat(tensors.map { $0.handle }, Int32(tensors.count), axis, $0)
        }
    }

    /// Tensors of one shape joined along a new axis.
    public static func stacked(_ tensors: [Tensor], axis: Int = 0) -> Tensor {
        make("Tensor.stacked", more: tensors) {
            ot_stack(tensors.map { $0.handle }, Int32(tensors.count), axis, $0)
        }
    }

    /// Parts of the given sizes along an axis; the sizes sum to its size.
    public func split(sizes: [Int], axis: Int = -1) -> [Tensor] {
        makeSeveral("Tensor.split", sizes.count, self) {
            ot_split(handle, sizes, Int32(sizes.count), axis, $0, $1)
        }
    }
}
