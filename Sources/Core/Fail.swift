/// Stops the program for a programmer's error, naming the operation and what was wrong with it.
///
/// Unlike `precondition`, the message is printed in release builds too. Bad *input* is never
/// reported this way: it is a thrown, typed error.
///
/// - Parameters:
///   - operation: the operation that was called wrongly, such as `"Tensor.matmul"`.
///   - detail: what was wrong, with the shapes or values at fault.
public func fail(_ operation: String, _ detail: String) -> Never {
    fatalError("\(operation): \(detail)")
}
