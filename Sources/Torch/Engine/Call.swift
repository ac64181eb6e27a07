import OptimistCTorch
import OptimistCore

/// Where the C interface leaves the text of an error.
typealias ErrorText = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

/// Calls LibTorch: the one place where tensors are kept alive across a call and where errors end.
///
/// An error is a programmer's error: the program stops with the operation, LibTorch's reason and
/// the element types and shapes of all inputs.
@inline(__always)
func call<Result>(
    _ operation: StaticString, _ first: Tensor? = nil, _ second: Tensor? = nil,
    _ third: Tensor? = nil, more: [Tensor?] = [], _ body: (ErrorText) throws -> Result
) rethrows -> Result {
    var text: UnsafeMutablePointer<CChar>?
    let result = try withExtendedLifetime((first, second, third, more)) { try body(&text) }
    if let text { stop(operation, text, [first, second, third] + more) }
    return result
}

/// Calls LibTorch for a new tensor.
@inline(__always)
func make(
    _ operation: StaticString, _ first: Tensor? = nil, _ second: Tensor? = nil,
    _ third: Tensor? = nil, more: [Tensor?] = [], _ body: (ErrorText) -> OpaquePointer?
) -> Tensor {
    Tensor(owning: call(operation, first, second, third, more: more, body)!)
}

/// Calls LibTorch for several new tensors.
func makeSeveral(
    _ operation: StaticString, _ count: Int, _ input: Tensor,
    _ body: (UnsafeMutablePointer<OpaquePointer?>, ErrorText) -> Int32
) -> [Tensor] {
    var handles = [OpaquePointer?](repeating: nil, count: count)
    _ = handles.withUnsafeMutableBufferPointer { buffer in
        call(operation, input) { body(buffer.baseAddress!, $0) }
    }
    return handles.map { Tensor(owning: $0!) }
}

@inline(never)
private func stop(
    _ operation: StaticString, _ text: UnsafeMutablePointer<CChar>, _ inputs: [Tensor?]
) -> Never {
    let reason = String(cString: text)
    let shapes = inputs.compactMap { $0?.signature }
    let detail = shapes.isEmpty ? "" : " (inputs: \(shapes.joined(separator: ", ")))"
    fail("\(operation)", reason + detail)
}
