import OptimistCTorch
import OptimistCore

/// An array of numbers with any number of axes, that can carry gradients.
///
/// A tensor is a reference: views such as slices share their elements with the tensor they come
/// from, and changes in place (`assign`, `fill`, ...) show in all of them. It is therefore not
/// `Sendable`. Arithmetic broadcasts as usual: axes are aligned from the last, and an axis of size
/// 1 repeats. A number that meets a tensor never changes its element type. An axis may be negative
/// and counts from the end then.
public final class Tensor: BoundValue {
    let handle: OpaquePointer

    /// Takes over a handle of the C interface.
    init(owning handle: OpaquePointer) { self.handle = handle }

    deinit { ot_release(handle) }

    /// The number of axes.
    public var rank: Int { Int(ot_rank(handle)) }

    /// The size along each axis; empty for a single number.
    public var shape: [Int] {
        let rank = self.rank
        return Array(unsafeUninitializedCapacity: rank) { buffer, count in
            if rank > 0 { ot_sizes(handle, buffer.baseAddress) }
            count = rank
        }
    }

    /// The number of elements.
    public var count: Int { shape.reduce(1, *) }

    /// The size along one axis.
    public func size(axis: Int) -> Int {
        let shape = self.shape
        let index = axis < 0 ? axis + shape.count : axis
        if !shape.indices.contains(index) {
            fail("Tensor.size(axis:)", "there is no axis \(axis) in the shape \(shape)")
        }
        return shape[index]
    }

    /// The type of the elements.
    public var elementType: ElementType {
        guard let type = ElementType(code: ot_type(handle)) else {
            fail("Tensor.elementType", "an element type that Optimist does not use")
        }
        return type
    }

    /// Where the elements are.
    public var device: Device {
        let index = Int(ot_device(handle))
        return index < 0 ? .cpu : .cuda(index)
    }

    /// Whether the elements lie in memory without gaps, in the order of the axes.
    public var isContiguous: Bool { ot_is_contiguous(handle) != 0 }

    /// The element type and shape as they appear in messages, such as `float32[2, 3]`.
    var signature: String { "\(elementType)\(shape)" }
}

extension Tensor: CustomStringConvertible {
    /// Element type, shape and device; the elements too where they are few.
    public var description: String {
        let head = device == .cpu ? signature : "\(signature) on \(device)"
        return count <= 16 ? "\(head) \(detached().doubles())" : head
    }
}
