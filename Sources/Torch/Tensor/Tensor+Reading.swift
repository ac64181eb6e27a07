import OptimistCTorch
import OptimistCore

extension Tensor {
    /// The elements as `Float`, converted from any type.
    public func floats() -> [Float] { elements(as: .float32) }

    /// The elements as `Double`, converted from any type.
    public func doubles() -> [Double] { elements(as: .float64) }

    /// The elements as `Int`; for tensors of integers or truth values.
    public func integers() -> [Int] {
        if elementType.isFloatingPoint {
            fail("Tensor.integers", "the elements are \(elementType); convert with to(.int64)")
        }
        return elements(as: .int64)
    }

    /// The elements of a tensor of bytes.
    public func bytes() -> [UInt8] {
        expect(.uint8, "Tensor.bytes")
        return elements(as: .uint8)
    }

    /// The elements of a tensor of truth values.
    public func booleans() -> [Bool] {
        expect(.bool, "Tensor.booleans")
        return elements(as: .bool)
    }

    /// The only element, converted from any type.
    public func item() -> Double {
        call("Tensor.item", self) { ot_item(handle, $0) }
    }

    /// The elements in the order of the axes, copied to the CPU first where they are elsewhere, or
    /// not contiguous.
    public func withUnsafeBytes<Result>(
        _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        let host = detached().to(.cpu).contiguous()
        let length = host.count * host.elementType.byteCount
        return try call("Tensor.withUnsafeBytes", host) { error in
            let start = ot_bytes(host.handle, error)
            return try body(UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : length))
        }
    }

    private func expect(_ type: ElementType, _ operation: String) {
        if elementType != type { fail(operation, "the elements are \(elementType), not \(type)") }
    }

    private func elements<Element: BitwiseCopyable>(as type: ElementType) -> [Element] {
        let source = elementType == type ? self : detached().to(type)
        return source.withUnsafeBytes { Array($0.bindMemory(to: Element.self)) }
    }

    /// The same elements in another type; the tensor itself where it has that type already.
    public func to(_ type: ElementType) -> Tensor {
        if elementType == type { return self }
        return make("Tensor.to(type)", self) { ot_to_type(handle, type.code, $0) }
    }

    /// The same elements on another device; the tensor itself where it is there already.
    public func to(_ device: Device) -> Tensor {
        if self.device == device { return self }
        return make("Tensor.to(device)", self) { ot_to_device(handle, device.index, $0) }
    }

    /// The same elements without gaps in memory; the tensor itself where it has none.
    public func contiguous() -> Tensor {
        if isContiguous { return self }
        return make("Tensor.contiguous", self) { ot_contiguous(handle, $0) }
    }

    /// A copy with memory of its own, through which gradients flow.
    public func copy() -> Tensor { make("Tensor.copy", self) { ot_clone(handle, $0) } }
}
