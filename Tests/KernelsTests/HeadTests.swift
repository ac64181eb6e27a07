import Foundation
import OptimistCKernels
import OptimistCore
import Testing

/// Gaussian heads and losses against their definitions in float64.
@Suite struct HeadTests {
    static func softplus(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }

    /// The bounded log-variance as Chua et al. (2018) write it.
    static func logVariance(_ raw: Double, _ low: Double, _ high: Double) -> Double {
        low + softplus(high - softplus(high - raw) - low)
    }

    @Test func `the one-exponential variance is the doubly bounded one`() {
        let raws: [Double] = [-1e6, -80, -30, -12, -10, -3, 0, 0.4, 2, 30, 1e6]
        for set in kernelSets {
            let count = raws.count
            let mean = [Float](repeating: 0, count: count)
            let low = [Float](repeating: Float(exp(-10.0)), count: count)
            let high = [Float](repeating: Float(exp(-0.5)), count: count)
            let noise = [Float](repeating: 1, count: count)
            var deviation = mean
            withPointers([mean, raws.map(Float.init), low, high]) { p in
                let head = optimist_gaussian_head(
                    mean: p[0], raw: p[1], exp_minimum: p[2], exp_negative_maximum: p[3])
                set.gaussian_sample(head, count, nil, noise, &deviation)
            }
            for (i, raw) in raws.enumerated() {
                let exact = exp(0.5 * Self.logVariance(raw, -10, 0.5))
                #expect(abs(Double(deviation[i]) / exact - 1) < 1e-6, "\(raw)")
            }
        }
    }

    /// A head's arrays, kept alive together.
    struct Values {
        var mean: [Float], raw: [Float], low: [Float], high: [Float], target: [Float]

        init(_ count: Int, _ generator: inout Generator) {
            mean = randomFloats(count, &generator)
            raw = randomFloats(count, &generator).map { 4 * $0 - 3 }
            low = randomFloats(count, &generator).map { $0 - 5 }
            high = randomFloats(count, &generator).map { $0 + 0.5 }
            target = randomFloats(count, &generator)
        }

        /// One value's loss with one of its four numbers moved.
        func loss(_ i: Int, moving which: Int = -1, by step: Double = 0) -> Double {
            let parts = [mean[i], raw[i], low[i], high[i]].enumerated().map {
                Double($1) + ($0 == which ? step : 0)
            }
            let l = HeadTests.logVariance(parts[1], parts[2], parts[3])
            let error = parts[0] - Double(target[i])
            return error * error * exp(-l) + l
        }
    }

    @Test func `the Gaussian loss and its gradients are exact`() {
        var generator = Generator(seed: 6)
        for set in kernelSets {
            for count in [1, 7, 36, 200] {
                check(set, Values(count, &generator), count)
            }
        }
    }

    private func check(_ set: optimist_kernel_set, _ v: Values, _ count: Int) {
        let low = v.low.map { exp($0) }
        let high = v.high.map { exp(-$0) }
        var gradients = (0..<4).map { _ in [Float](repeating: .nan, count: count) }
        let scale: Float = 0.25
        let loss = withPointers([v.mean, v.raw, low, high, v.target]) { p in
            withMutablePointers(&gradients) { g in
                set.gaussian_loss(
                    optimist_gaussian_head(
                        mean: p[0], raw: p[1], exp_minimum: p[2], exp_negative_maximum: p[3]),
                    count, p[4], scale,
                    optimist_gaussian_gradient(mean: g[0], raw: g[1], minimum: g[2], maximum: g[3]))
            }
        }
        let exact = (0..<count).reduce(0.0) { $0 + v.loss($1) }
        #expect(abs(loss - exact) < 1e-5 * (abs(exact) + Double(count)))
        for i in 0..<count {
            for which in 0..<4 {
                let h = 1e-4
                let slope =
                    (v.loss(i, moving: which, by: h) - v.loss(i, moving: which, by: -h)) / (2 * h)
                let found = Double(gradients[which][i] / scale)
                #expect(abs(found - slope) < 1e-5 * (1 + abs(slope)), "\(which)")
            }
        }
    }

    private func withPointers<Result>(
        _ arrays: [[Float]], _ body: ([UnsafePointer<Float>]) -> Result
    ) -> Result {
        let copies = arrays.map { array in
            let copy = UnsafeMutablePointer<Float>.allocate(capacity: array.count)
            copy.initialize(from: array, count: array.count)
            return copy
        }
        defer { copies.forEach { $0.deallocate() } }
        return body(copies.map { UnsafePointer($0) })
    }

    private func withMutablePointers<Result>(
        _ arrays: inout [[Float]], _ body: ([UnsafeMutablePointer<Float>]) -> Result
    ) -> Result {
        let copies = arrays.map { array in
            let copy = UnsafeMutablePointer<Float>.allocate(capacity: array.count)
            copy.initialize(from: array, count: array.count)
            return copy
        }
        defer { copies.forEach { $0.deallocate() } }
        let result = body(copies)
        for (i, copy) in copies.enumerated() {
            arrays[i] = Array(UnsafeBufferPointer(start: copy, count: arrays[i].count))
        }
        return result
    }
}
