import Foundation
import OptimistCore
import OptimistInference
import Testing

@Suite struct SolverAgreementTests {
    @Test func `threads, storage and method make no difference`() throws {
        let model = try ModelFixtures.random(states: 3000, actions: 4, successors: 5, seed: 3)
        let one = try SoftDynamicProgramming(model).solve(discount: 0.9)
        let three = try SoftDynamicProgramming(model, threads: 3).solve(discount: 0.9)
        #expect(one == three)
        let plain = try SoftDynamicProgramming(model).solve(
            discount: 0.9, method: .valueIteration)
        #expect(distance(one.values, plain.values) < 2e-8)
        let small = try ModelFixtures.random(states: 40, actions: 3, successors: 4, seed: 4)
        let dense = try SoftDynamicProgramming(DenseTransitions(small)).solve(discount: 0.9)
        let sparse = try SoftDynamicProgramming(small).solve(
            discount: 0.9, method: .policyIteration)
        #expect(distance(dense.values, sparse.values) < 2e-8)
    }

    @Test(arguments: [false, true])
    func `messages agree with enumeration`(edge: Bool) throws {
        let model = try ModelFixtures.three(edge: edge)
        let inference = try ControlInference(model, prior: ModelFixtures.threePrior)
        let posterior = try inference.infer(horizon: 3)
        var (total, marginals) = (0.0, Array(repeating: [0.0, 0.0, 0.0], count: 3))
        Enumeration.trajectories(of: model, horizon: 3) { path in
            let prior = path.logProbability(of: [inference.logPrior.map { exp($0) }])
            let weight = exp(path.logDynamics + prior + path.reward)
            total += weight
            for t in 0..<3 { marginals[t][path.states[t]] += weight }
        }
        #expect(abs(log(total) - posterior.logEvidence) < 1e-12)
        for t in 0..<3 {
            #expect(distance(marginals[t].map { $0 / total }, posterior.stateMarginals[t]) < 1e-12)
        }
    }
}
