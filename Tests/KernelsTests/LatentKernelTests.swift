import Foundation
import OptimistCKernels
import OptimistCore
import Testing

/// The parts of a recurrent latent model against their definitions in float64.
@Suite struct LatentKernelTests {
    static func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
    static func softplus(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }

    /// Numbers of all sizes, of either sign.
    static func numbers(_ count: Int, _ generator: inout Generator) -> [Float] {
        randomFloats(count, &generator).enumerated().map { $1 * [0.01, 1, 6, 30][$0 % 4] }
    }

    @Test(arguments: [1, 16, 67, 2000])
    func `the gated update is that of its definition`(count: Int) {
        var generator = Generator(seed: 71)
        let reset = Self.numbers(count, &generator).reversed() as [Float]
        let update = Self.numbers(count, &generator)
        let input = randomFloats(count, &generator)
        let memory = Self.numbers(count, &generator).reversed() as [Float]
        let before = randomFloats(count, &generator)
        for set in kernelSets {
            var hidden = before
            set.gated_update(count, reset, update, input, memory, &hidden)
            for i in 0..<count {
                let candidate = tanh(
                    Double(input[i]) + Self.sigmoid(Double(reset[i])) * Double(memory[i]))
                let exact =
                    candidate + Self.sigmoid(Double(update[i])) * (Double(before[i]) - candidate)
                #expect(abs(Double(hidden[i]) - exact) < 1e-6, "\(i)")
            }
        }
    }

    @Test func `softplus keeps its relative error on both sides`() {
        let count = 40_001
        let raw = (0..<count).map { Float(-80 + Double($0) / 250) }
        let zeros = [Float](repeating: 0, count: count)
        let ones = [Float](repeating: 1, count: count)
        for set in kernelSets {
            var found = zeros
            set.softplus_sample(count, zeros, raw, 0, ones, &found)
            let worst = zip(raw, found).map { raw, found in
                abs(Double(found) / Self.softplus(Double(raw)) - 1)
            }.max()!
            #expect(worst < 4e-7)
        }
    }

    @Test func `a draw is mean plus deviation times noise`() {
        for set in kernelSets {
            var found: [Float] = [0, 0, 0]
            set.softplus_sample(3, [1, 2, .nan], [0, 1, 1], 0.5, [-2, 3, 1], &found)
            let exact = [1 - 2 * (log(2) + 0.5), 2 + 3 * (Self.softplus(1) + 0.5)]
            #expect(abs(Double(found[0]) - exact[0]) < 1e-6)
            #expect(abs(Double(found[1]) - exact[1]) < 1e-6)
            #expect(found[2].isNaN)
        }
    }

    @Test(arguments: [1, 16, 67])
    func `an action is drawn or planned and its density is the law's`(count: Int) {
        var generator = Generator(seed: 72)
        let mean = randomFloats(count, &generator)
        let raw = Self.numbers(count, &generator)
        let noise = randomFloats(count, &generator)
        let planned = randomFloats(count, &generator)
        let chooses = (0..<count).map { Float($0 % 2) }
        for set in kernelSets {
            for hasPlan in [false, true] {
                var action = [Float](repeating: .nan, count: count)
                var squashed = action
                var density = [Float](repeating: 2, count: count)
                mean.withUnsafeBufferPointer { mean in
                    raw.withUnsafeBufferPointer { raw in
                        chooses.withUnsafeBufferPointer { chooses in
                            set.squashed_draw(
                                optimist_action_law(
                                    mean: mean.baseAddress, raw: raw.baseAddress, lowest: 0.2,
                                    range: 0.5, chooses: chooses.baseAddress),
                                count, noise, hasPlan ? planned : nil, &action, &squashed,
                                &density)
                        }
                    }
                }
                for i in 0..<count {
                    let deviation = 0.2 + 0.5 * Self.sigmoid(Double(raw[i]))
                    let error =
                        hasPlan && i % 2 == 0
                        ? (Double(planned[i]) - Double(mean[i])) / deviation : Double(noise[i])
                    let exact = Double(mean[i]) + deviation * error
                    let log = -0.5 * error * error - Foundation.log(deviation * sqrt(2 * .pi))
                    #expect(abs(Double(action[i]) - exact) < 1e-6, "\(i)")
                    #expect(abs(Double(squashed[i]) - tanh(exact)) < 1e-6, "\(i)")
                    #expect(abs(Double(density[i]) - 2 - log) < 2e-5, "\(i)")
                }
            }
        }
    }
}
