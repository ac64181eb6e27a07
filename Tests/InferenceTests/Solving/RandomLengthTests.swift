import Foundation
import OptimistInference
import OptimistLinearAlgebra
import Testing

/// Trajectories that may end after each step.
@Suite struct RandomLengthTests {
    private func inference(edge: Bool = false) throws -> ControlInference {
        try ControlInference(
            ModelFixtures.three(edge: edge), prior: ModelFixtures.threePrior)
    }

    @Test func `with discount 1 it is the posterior of the horizon`() throws {
        for edge in [false, true] {
            let inference = try inference(edge: edge)
            let known = try inference.infer(horizon: 4)
            let found = try inference.infer(horizon: 4, discount: 1)
            #expect(abs(found.logEvidence - known.logEvidence) < 1e-13)
            #expect(abs(try inference.logEvidence(horizon: 4) - known.logEvidence) < 1e-13)
            for t in 0..<4 {
                #expect(largestDifference(found.policy[t], known.policy[t]) < 1e-13)
                #expect(largestDifference(found.stateMarginals[t], known.stateMarginals[t]) < 1e-13)
            }
        }
    }

    @Test(arguments: [false, true])
    func `evidence and marginals are sums over lengths`(edge: Bool) throws {
        let inference = try inference(edge: edge)
        let (discount, horizon) = (0.7, 4)
        let found = try inference.infer(horizon: horizon, discount: discount)
        // Weight of each length times its own evidence, from posteriors of fixed horizons.
        var (total, reach) = (0.0, Array(repeating: [0.0, 0, 0], count: horizon))
        for length in 1...horizon {
            let ends = length < horizon ? 1 - discount : 1
            let posterior = try inference.infer(horizon: length)
            let weight = pow(discount, Double(length - 1)) * ends * exp(posterior.logEvidence)
            total += weight
            for t in 0..<length {
                for state in 0..<3 {
                    reach[t][state] += weight * posterior.stateMarginals[t][state]
                }
            }
        }
        #expect(abs(found.logEvidence - log(total)) < 1e-12)
        for t in 0..<horizon {
            let sum = reach[t].reduce(0, +)
            #expect(largestDifference(found.stateMarginals[t], reach[t].map { $0 / sum }) < 1e-12)
        }
    }

    @Test func `a long horizon is no horizon`() throws {
        let inference = try inference()
        let known = try inference.infer(discount: 0.9)
        let found = try inference.logEvidence(horizon: 600, discount: 0.9)
        #expect(abs(found - known.logEvidence) < 1e-9)
    }

    @Test func `shares of time solve the linear equation of visits`() throws {
        let inference = try inference()
        let model = inference.model
        let discount = 0.9
        let posterior = try inference.infer(discount: discount, tolerance: 1e-13)
        // f = ρ + γ M′ f, visits ∝ f β.
        var system = Matrix.identity(3)
        for state in 0..<3 {
            for pair in model.pairs.range(of: state) {
                let weight = discount * exp(inference.logPrior[pair] + model.rewards[pair])
                model.transitions.forEachInRow(pair) { system[$0, state] -= weight * $1 }
            }
        }
        let flow = try LU(system).solution(model.start)
        let visits = zip(flow, posterior.stateMessages).map { $0 * exp($1) }
        let sum = visits.reduce(0, +)
        let shares = try inference.occupancy(of: posterior, discount: discount)
        #expect(largestDifference(shares, visits.map { $0 / sum }) < 1e-9)
    }

    @Test func `the bound of a horizon needs no more than one step of memory`() throws {
        let program = try SoftDynamicProgramming(
            ModelFixtures.three(), rewardScale: 2, prior: ModelFixtures.threePrior)
        for discount in [1, 0.8] {
            let known = try program.solve(horizon: 7, discount: discount).bound
            #expect(try program.bestBound(horizon: 7, discount: discount) == known)
        }
    }
}
