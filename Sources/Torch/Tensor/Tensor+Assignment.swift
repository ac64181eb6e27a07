import OptimistCTorch
import OptimistCore

// Changes in place. They are no part of a gradient's graph: use them on parameters between steps
// of an optimizer, and on buffers.
extension Tensor {
    /// Replaces the elements by those of another tensor, broadcast and converted.
    public func assign(_ source: Tensor) {
        _ = call("Tensor.assign", self, source) { ot_assign(handle, source.handle, $0) }
    }

    /// Replaces the elements of a `float32` tensor.
    public func assign(_ values: [Float]) {
        assign(values, .float32)
    }

    /// Replaces the elements of a `float64` tensor.
    public func assign(_ values: [Double]) {
        assign(values, .float64)
    }

    /// Replaces the elements of an `int64` tensor.
    public func assign(_ values: [Int]) {
        assign(values, .int64)
    }

    private func assign<Element>(_ values: [Element], _ type: ElementType) {
        if elementType != type {
            fail("Tensor.assign", "\(type) values do not fit \(signature)")
        }
        values.withUnsafeBytes { assign(bytes: $0) }
    }

    /// Replaces the elements by raw memory of the right length, in the tensor's own type.
    public func assign(bytes: UnsafeRawBufferPointer) {
        _ = call("Tensor.assign(bytes:)", self) {
            ot_assign_bytes(handle, bytes.baseAddress, bytes.count, $0)
        }
    }

    /// Sets every element to a number.
    public func fill(_ value: Double) {
        _ = call("Tensor.fill", self) { ot_fill(handle, value, $0) }
    }

    /// Adds `scale` times another tensor.
    public func accumulate(_ source: Tensor, scale: Double = 1) {
        _ = call("Tensor.accumulate", self, source) {
            ot_accumulate(handle, source.handle, scale, $0)
        }
    }

    /// Multiplies every element by a number.
    public func scale(by factor: Double) {
        _ = call("Tensor.scale(by:)", self) { ot_scale(handle, factor, $0) }
    }

    /// Moves every element the fraction `weight` of the way to that of another tensor.
    public func interpolate(toward end: Tensor, weight: Double) {
        _ = call("Tensor.interpolate", self, end) {
            ot_interpolate(handle, end.handle, weight, $0)
        }
    }
}
