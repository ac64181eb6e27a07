import Foundation
import OptimistCKernels
import OptimistCore
import Testing

/// Sparse products and segment log-sum-exp of every set that this machine can run.
@Suite struct SparseKernelTests {
    private var sets: [optimist_sparse_set] {
        (0..<3).compactMap { optimist_sparse_at(Int32($0))?.pointee }
    }

    @Test func `log-sum-exp of segments agrees with the C library`() throws {
        try #require(!sets.isEmpty)
        var generator = Generator(seed: 3)
        var starts = [5]
        for _ in 0..<2000 { starts.append(starts[starts.count - 1] + generator.integer(below: 9)) }
        let values = (0..<starts[2000] - 5).map { _ in 300 * generator.normal() }
        for set in sets {
            var (weights, sums) = (values, Array(repeating: Double.nan, count: 2000))
            set.log_sum_exp(2000, starts, &weights, &sums)
            for segment in 0..<2000 {
                let range = starts[segment] - 5..<starts[segment + 1] - 5
                guard let largest = values[range].max() else {
                    #expect(sums[segment] == 0)
                    continue
                }
                let total = range.reduce(0) { $0 + exp(values[$1] - largest) }
                #expect(abs(sums[segment] - largest - log(total)) <= 1e-15 * max(1, abs(largest)))
                for index in range {
                    let expected = exp(values[index] - largest) / total
                    #expect(abs(weights[index] - expected) <= 4e-16 + 4e-15 * expected)
                }
            }
        }
    }

    @Test func `weights of zero and segments without weight`() {
        let none = -Double.infinity
        let values: [Double] = [none, 1, none, none, 0, -2000, 700, 700]
        for set in sets {
            var (weights, sums) = (values, Array(repeating: 0.0, count: 4))
            set.log_sum_exp(4, [0, 2, 4, 6, 8], &weights, &sums)
            #expect(weights == [0, 1, 0, 0, 1, 0, 0.5, 0.5])
            #expect(sums[0] == 1 && sums[1] == none && sums[2] == 0)
            #expect(abs(sums[3] - 700 - log(2)) < 1e-12)
        }
    }

    @Test func `sparse products agree with plain sums, whatever the range of rows`() {
        var generator = Generator(seed: 4)
        var (starts, indices, values) = ([0], [Int32](), [Double]())
        for row in 0..<300 {
            for column in 0..<50 where generator.bernoulli(row % 7 == 0 ? 0 : 0.3) {
                indices.append(Int32(column))
                values.append(generator.normal())
            }
            starts.append(indices.count)
        }
        let vector = (0..<50).map { _ in generator.normal() }
        let base = (0..<300).map { _ in generator.normal() }
        for set in sets {
            var whole = Array(repeating: Double.nan, count: 300)
            set.multiply(300, starts, indices, values, vector, base, 0.7, &whole)
            for row in 0..<300 {
                let sum = (starts[row]..<starts[row + 1]).reduce(0) {
                    $0 + values[$1] * vector[Int(indices[$1])]
                }
                #expect(abs(whole[row] - base[row] - 0.7 * sum) < 1e-13)
            }
            var part = Array(repeating: Double.nan, count: 100)
            starts.withUnsafeBufferPointer {
                set.multiply(
                    100, $0.baseAddress! + 37, indices, values, vector,
                    Array(base[37..<137]), 0.7, &part)
            }
            #expect(part == Array(whole[37..<137]))
        }
    }
}
