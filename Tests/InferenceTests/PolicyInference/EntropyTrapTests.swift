import Foundation
import OptimistCore
import OptimistInference
import Testing

/// Two steps in which the gradient with local entropies ends on the wrong side.
@Suite struct EntropyTrapTests {
    private func program() throws -> SoftDynamicProgramming {
        try SoftDynamicProgramming(PolicyFixtures.entropyTrap())
    }

    @Test func `where each form of the gradient ends`() throws {
        let program = try program()
        let best = try program.gradientFixedPoint(of: .full, horizon: 2)
        #expect(abs(best[0][1] - 0.597029) < 5.01e-7)
        let trapped = try program.gradientFixedPoint(of: .localEntropy, horizon: 2)
        #expect(abs(trapped[0][1] - 0.425668) < 5.01e-7)
        // The last step has no later divergence to forget.
        #expect(distance(trapped[1], best[1]) < 1e-14)
        let bounds = try [best, trapped].map { try program.bound(of: $0) }
        #expect(bounds[1] < bounds[0] - 0.05)
        #expect(abs(bounds[0] - (try program.bestBound(horizon: 2))) < 1e-14)
    }

    @Test(arguments: PolicyGradientForm.allCases)
    func `a form vanishes at its own fixed point alone`(form: PolicyGradientForm) throws {
        for model in [try PolicyFixtures.entropyTrap(), try PolicyFixtures.three()] {
            let program = try SoftDynamicProgramming(model, rewardScale: 1.2)
            let logits = try program.gradientFixedPoint(of: form, horizon: 3, discount: 0.9)
                .map { $0.map { log($0) } }
            for other in PolicyGradientForm.allCases {
                let gradient = try program.gradient(logits: logits, discount: 0.9, form: other)
                let largest = gradient.joined().reduce(0) { max($0, abs($1)) }
                if other == form { #expect(largest < 1e-14) } else { #expect(largest > 1e-4) }
            }
        }
    }

    @Test(arguments: PolicyGradientForm.allCases)
    func `natural ascent converges to the fixed point`(form: PolicyGradientForm) throws {
        let program = try program()
        var logits = Array(repeating: Array(repeating: 0.0, count: 6), count: 2)
        for _ in 0..<60 {
            let policy = logits.map { program.policy(logits: $0) }
            let gradient = try program.gradient(logits: logits, form: form)
            for (step, fisher) in try program.trajectoryFisher(of: policy).enumerated() {
                let direction = fisher.naturalGradient(gradient[step])
                for pair in 0..<6 { logits[step][pair] += 0.5 * direction[pair] }
            }
        }
        let found = program.policy(logits: logits[0])[1]
        #expect(abs(found - (form == .full ? 0.597029 : 0.425668)) < 5.01e-7)
    }

    @Test func `the best stationary policy lies between its start and the best bound`() throws {
        let program = try SoftDynamicProgramming(PolicyFixtures.three(), rewardScale: 2)
        let start = Array(repeating: 0.0, count: 6)
        let optimum = try program.stationaryOptimum(from: start, horizon: 3)
        #expect(optimum.outcome == .converged)
        let law = Array(repeating: program.policy(logits: optimum.point), count: 3)
        #expect(abs(try program.bound(of: law) + optimum.value) < 1e-14)
        #expect(-optimum.value < (try program.bestBound(horizon: 3)))
        let uniform = Array(repeating: program.policy(logits: start), count: 3)
        #expect(-optimum.value > (try program.bound(of: uniform)) + 0.1)
        var generator = Generator(seed: 2)
        for _ in 0..<50 {
            let moved = optimum.point.map { $0 + 0.3 * generator.normal() }
            let other = Array(repeating: program.policy(logits: moved), count: 3)
            #expect(try program.bound(of: other) < -optimum.value)
        }
    }
}
