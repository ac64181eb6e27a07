import OptimistCTorch
import OptimistCore

/// A row of `float32` numbers that several threads read and change without locks (Niu, Recht, Ré and
/// Wright, 2011): every number is whole at any time, and where two threads change one at once, one
/// of the changes may be lost.
///
/// This is the one place where threads share what they change: tensors never are.
final class SharedNumbers: @unchecked Sendable {
    /// How many.
    let count: Int
    private let numbers: UnsafeMutablePointer<Float>

    /// So many zeros.
    init(count: Int) {
        self.count = count
        numbers = .allocate(capacity: count)
        numbers.initialize(repeating: 0, count: count)
    }

    deinit { numbers.deallocate() }

    /// Copies the numbers into tensors, one after the other.
    func read(into tensors: [Tensor]) {
        forEach(tensors) { start, target, count in
            ot_shared_read(numbers + start, target, count)
        }
        for tensor in tensors { ot_mark_changed(tensor.handle) }
    }

    /// Replaces the numbers by those of tensors.
    func write(_ tensors: [Tensor]) {
        forEach(tensors) { start, source, count in
            ot_shared_write(numbers + start, source, count)
        }
    }

    /// Changes the numbers by what takes `before` to `after`: to exactly that where no other thread
    /// has changed them since.
    func add(before: [Tensor], after: [Tensor]) {
        var places: [UnsafeMutablePointer<Float>] = []
        forEach(before) { _, place, _ in places.append(place) }
        var index = 0
        forEach(after) { start, place, count in
            ot_shared_add(numbers + start, places[index], place, count)
            index += 1
        }
        withExtendedLifetime(before) {}
    }

    private func forEach(
        _ tensors: [Tensor], _ body: (Int, UnsafeMutablePointer<Float>, Int) -> Void
    ) {
        let total = tensors.reduce(0) { $0 + $1.count }
        if total != count { fail("SharedNumbers", "tensors of \(total) numbers for \(count)") }
        var start = 0
        for tensor in tensors {
            body(start, tensor.floatPointer("SharedNumbers"), tensor.count)
            start += tensor.count
        }
        withExtendedLifetime(tensors) {}
    }
}
