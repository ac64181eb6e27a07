import Foundation
import OptimistCKernels
import OptimistCore
import Testing

/// Exponential, activations and their slopes against the C library in float64.
@Suite struct ElementaryTests {
    @Test func `the exponential keeps its documented error`() {
        for set in kernelSets {
            let count = 400_001
            let x = (0..<count).map { Float(-87.33 + Double($0) / Double(count - 1) * 175.7) }
            var y = [Float](repeating: 0, count: count)
            set.exponential(count, x, &y)
            let worst = zip(x, y).map { abs(Double($1) / exp(Double($0)) - 1) }.max()!
            #expect(worst < 1.2e-7)
        }
    }

    @Test func `the exponential is limited at both ends and keeps a NaN`() {
        for set in kernelSets {
            let x: [Float] = [-.infinity, -1e30, -100, 0, 100, 1e30, .infinity, .nan]
            var y = [Float](repeating: 0, count: x.count)
            set.exponential(x.count, x, &y)
            #expect(y[0..<3].allSatisfy { $0 > 0 && $0.isNormal && $0 < 2e-38 })
            #expect(y[3] == 1)
            #expect(y[4..<7].allSatisfy { $0 > 2e38 && $0.isFinite })
            #expect(y[7].isNaN)
        }
    }

    typealias Function = @Sendable (Double) -> Double

    /// Functions and their derivatives.
    static let activations: [(code: Int32, f: Function, slope: Function)] = [
        (0, { $0 }, { _ in 1 }),
        (1, { max($0, 0) }, { $0 > 0 ? 1 : 0 }),
        (2, { tanh($0) }, { 1 - tanh($0) * tanh($0) }),
        (3, { 1 / (1 + exp(-$0)) }, { exp(-$0) / pow(1 + exp(-$0), 2) }),
        (
            4, { $0 / (1 + exp(-$0)) },
            { x in
                let s = 1 / (1 + exp(-x))
                return s + x * s * (1 - s)
            }
        ),
        (5, { $0 > 0 ? $0 : expm1($0) }, { $0 > 0 ? 1 : exp($0) }),
    ]

    @Test func `activations and slopes are those of float64`() {
        // An odd count: the last vector is a partial one.
        let x = (0..<20_001).map { Float(Double($0 - 10_000) / 800) }
        for set in kernelSets {
            for (code, f, slope) in Self.activations {
                var y = x
                var slopes = [Float](repeating: .nan, count: x.count)
                set.activate(code, x.count, &y, &slopes)
                var alone = x
                set.activate(code, x.count, &alone, nil)
                #expect(y == alone)
                var gradient = [Float](repeating: 2, count: x.count)
                set.activation_gradient(code, x.count, y, slopes, &gradient)
                var worst = (value: 0.0, slope: 0.0, gradient: 0.0)
                for (i, x) in x.enumerated() {
                    let exact = f(Double(x))
                    let error = abs(Double(y[i]) - exact) / (abs(exact) + 1e-30)
                    worst.value = max(worst.value, error)
                    let rate = slope(Double(x))
                    worst.slope = max(worst.slope, abs(Double(slopes[i]) - rate))
                    worst.gradient = max(worst.gradient, abs(Double(gradient[i]) / 2 - rate))
                }
                #expect(worst.value < 2e-7, "\(code)")
                #expect(worst.slope < 3e-7, "\(code)")
                #expect(worst.gradient < 3e-7, "\(code)")
            }
        }
    }

    @Test func `activations let a NaN through`() {
        for set in kernelSets {
            for (code, _, _) in Self.activations {
                var y: [Float] = [0.5, .nan, -0.5]
                set.activate(code, 3, &y, nil)
                #expect(y[1].isNaN && y[0].isFinite && y[2].isFinite, "\(code)")
            }
        }
    }

    @Test func `Adam follows its formula and sums slices`() {
        var generator = Generator(seed: 5)
        for set in kernelSets {
            for count in [1, 3, 17, 200] {
                check(set, count, &generator)
            }
        }
    }

    private func check(_ set: optimist_kernel_set, _ count: Int, _ generator: inout Generator) {
        var p = randomFloats(count, &generator)
        var m = randomFloats(count, &generator)
        var v = randomFloats(count, &generator).map { abs($0) }
        var g = randomFloats(3 * count, &generator)
        let (p0, m0, v0, g0) = (p, m, v, g)
        var settings = optimist_adam_settings(
            learning_rate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weight_decay: 0.1,
            gradient_scale: 0.5, correction1: 0.19, correction2: 0.001999)
        #expect(set.adam(&settings, count, &p, &g, 3, count, &m, &v) == 1)
        for i in 0..<count {
            let sum = Double(g0[i]) + Double(g0[count + i]) + Double(g0[2 * count + i])
            let total = 0.5 * sum + 0.1 * Double(p0[i])
            let mean = 0.9 * Double(m0[i]) + 0.1 * total
            let square = 0.999 * Double(v0[i]) + 0.001 * total * total
            let step = 0.01 * (mean / 0.19) / ((square / 0.001999).squareRoot() + 1e-8)
            #expect(abs(Double(g[i]) - sum) < 1e-6)
            #expect(abs(Double(m[i]) - mean) < 1e-6)
            #expect(abs(Double(v[i]) - square) < 1e-6)
            #expect(abs(Double(p[i]) - Double(p0[i]) + step) < 1e-6)
        }
        g[count - 1] = .infinity
        #expect(set.adam(&settings, count, &p, &g, 3, count, &m, &v) == 0)
    }
}
