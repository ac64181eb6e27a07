import Foundation
import OptimistCKernels
import OptimistCore

/// The kernel sets that this machine can run.
nonisolated(unsafe) let kernelSets: [optimist_kernel_set] = {
    var sets: [optimist_kernel_set] = []
    while let set = optimist_kernels_at(Int32(sets.count)) { sets.append(set.pointee) }
    return sets
}()

/// Uniform numbers in [-1, 1).
func randomFloats(_ count: Int, _ generator: inout Generator) -> [Float] {
    (0..<count).map { _ in Float.random(in: -1..<1, using: &generator) }
}

/// Floats at an address that packed matrices need.
final class Aligned {
    let pointer: UnsafeMutablePointer<Float>
    let count: Int

    init(_ count: Int, filledWith value: Float = .nan) {
        self.count = count
        let bytes = UnsafeMutableRawPointer.allocate(
            byteCount: Swift.max(count, 1) * 4, alignment: 64)
        pointer = bytes.bindMemory(to: Float.self, capacity: count)
        pointer.initialize(repeating: value, count: count)
    }

    deinit { pointer.deallocate() }
}

func packed(
    _ set: optimist_kernel_set, _ matrix: [Float], inner: Int, columns: Int, transposed: Bool
) -> Aligned {
    var copy = set
    let result = Aligned(optimist_packed_count(&copy, inner, columns))
    set.pack(
        inner, columns, matrix, transposed ? inner : columns, transposed ? 1 : 0, result.pointer)
    return result
}
