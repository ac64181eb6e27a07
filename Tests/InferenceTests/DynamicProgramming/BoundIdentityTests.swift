import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import Testing

/// The bound, its gap, gradient and derivatives.
@Suite struct BoundIdentityTests {
    private func program(scale: Double = 1) throws -> SoftDynamicProgramming {
        try SoftDynamicProgramming(
            ModelFixtures.three(), rewardScale: scale, prior: ModelFixtures.threePrior)
    }

    private func randomLogits(_ generator: inout Generator) -> [Double] {
        (0..<6).map { _ in 2 * generator.normal() }
    }

    @Test func `no policy beats the evidence, and the gap is the enumerated divergence`() throws {
        let program = try program()
        let model = try ModelFixtures.three()
        let posterior = try ControlInference(model, prior: ModelFixtures.threePrior)
            .infer(horizon: 3)
        let best = try program.gap(of: program.solve(horizon: 3).policy, to: posterior)
        var generator = Generator(seed: 4)
        for _ in 0..<100 {
            let policy = (0..<3).map { _ in program.policy(logits: randomLogits(&generator)) }
            let gap = try program.gap(of: policy, to: posterior)
            #expect(gap > best)
            var divergence = 0.0
            Enumeration.trajectories(of: model, horizon: 3) { path in
                let law = path.logProbability(of: policy) + path.logDynamics
                let prior = path.logProbability(of: [[0.5, 0.5, 0.25, 0.75, 0.6, 0.4]])
                let joint = prior + path.logDynamics + path.reward
                divergence += exp(law) * (law - joint + posterior.logEvidence)
            }
            #expect(abs(gap - divergence) < 1e-12)
        }
    }

    @Test func `gradients are finite differences`() throws {
        let program = try program(scale: 1.4)
        var generator = Generator(seed: 9)
        let logits = (0..<3).map { _ in randomLogits(&generator) }
        let exact = try program.gradient(logits: logits)
        let shared = try program.gradient(logits: logits[0], horizon: 3)
        func bound(_ logits: [[Double]]) throws -> Double {
            try program.bound(of: logits.map { program.policy(logits: $0) })
        }
        for pair in 0..<6 {
            for t in 0..<3 {
                var (up, down) = (logits, logits)
                up[t][pair] += 1e-5
                down[t][pair] -= 1e-5
                let slope = try (bound(up) - bound(down)) / 2e-5
                #expect(abs(slope - exact[t][pair]) < 1e-7)
            }
            var (up, down) = (logits[0], logits[0])
            up[pair] += 1e-5
            down[pair] -= 1e-5
            let slope =
                try
                (bound(Array(repeating: up, count: 3)) - bound(Array(repeating: down, count: 3)))
                / 2e-5
            #expect(abs(slope - shared[pair]) < 1e-7)
        }
    }

    @Test func `the gradient vanishes at the solution`() throws {
        let program = try program()
        let logits = try program.solve(horizon: 3).policy.map { $0.map { log($0) } }
        let steps = try program.gradient(logits: logits)
        #expect(steps.joined().allSatisfy { abs($0) < 1e-14 })
    }

    @Test func `an action of probability zero leaves the gradient finite`() throws {
        let program = try program()
        for form in PolicyGradientForm.allCases {
            let gradient = try program.gradient(
                logits: [0, -800, 0, 0, 0, 0], horizon: 3, form: form)
            #expect(gradient[0] == 0 && gradient[1] == 0)
            #expect(gradient.allSatisfy { $0.isFinite })
        }
    }

    @Test func `the derivative of the best bound by a reward is the occupancy`() throws {
        let model = try ModelFixtures.three()
        let fine = SoftDynamicProgramming.Stopping(tolerance: 1e-12)
        let program = try program(scale: 1.4)
        let policy = try program.solve(discount: 0.9, stopping: fine).policy
        let visits = try program.occupancy(of: policy, discount: 0.9)
        #expect(abs(visits.reduce(0, +) - 10) < 1e-10)
        for pair in 0..<6 {
            let bounds = try [1e-4, -1e-4].map { shift in
                var rewards = model.rewards
                rewards[pair] += shift
                return try SoftDynamicProgramming(
                    ModelFixtures.replacing(rewards, in: model), rewardScale: 1.4,
                    prior: ModelFixtures.threePrior
                ).solve(discount: 0.9, stopping: fine).bound
            }
            let expected = 1.4 * visits[pair / 2] * policy[pair]
            #expect(abs((bounds[0] - bounds[1]) / 2e-4 - expected) < 1e-6)
        }
    }

    @Test func `a policy outside the prior has no bound`() throws {
        let program = try SoftDynamicProgramming(
            ModelFixtures.three(), prior: .table([1, 0, 0.5, 0.5, 0.5, 0.5]))
        #expect(throws: DynamicProgrammingError.policyLeavesPrior(state: 0, action: 1)) {
            try program.bound(of: [0.5, 0.5, 0.5, 0.5, 0.5, 0.5], discount: 0.9)
        }
        for form in PolicyGradientForm.allCases {
            #expect(throws: DynamicProgrammingError.policyLeavesPrior(state: 0, action: 1)) {
                try program.gradient(logits: [0, 0, 0, 0, 0, 0], horizon: 2, form: form)
            }
        }
    }
}
