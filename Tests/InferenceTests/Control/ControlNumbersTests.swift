import Foundation
import OptimistCore
import OptimistInference
import Testing

/// Decimals that were found by a second route: enumeration, linear systems, eigenvalues.
@Suite struct ControlNumbersTests {
    @Test func `the lottery shows risk-seeking`() throws {
        let model = try ModelFixtures.lottery()
        let posterior = try ControlInference(model).infer(horizon: 2)
        #expect(abs(posterior.policy[0][1] - 0.5761279714) < 5e-11)
        #expect(abs(posterior.logEvidence - -0.8348234919) < 5e-11)
        let tilted = posterior.tiltedDynamics(step: 0, pair: 1)
        #expect(abs(tilted[0] - 0.9999546021) < 5e-11)
        let program = try SoftDynamicProgramming(model)
        let solution = try program.solve(horizon: 2)
        #expect(abs(solution.policy[0][1] - 0.0179862100) < 5e-11)
        #expect(abs(solution.bound - -1.6749972526) < 5e-11)
        #expect(abs(try program.gap(of: solution.policy, to: posterior) - 0.8401737608) < 5e-11)
    }

    @Test(arguments: [
        (0.1, 0.4304818, 0.4013123, 5e-8), (2, 0.7869860, 3.3535e-4, 5e-9),
        (10, 0.9999092, 4.25e-18, 5e-21),
    ])
    func `the lottery at other scales`(
        scale: Double, exact: Double, variational: Double, tolerance: Double
    ) throws {
        let model = try ModelFixtures.lottery()
        let posterior = try ControlInference(model, rewardScale: scale).infer(horizon: 2)
        #expect(abs(posterior.policy[0][1] - exact) < 5e-8)
        let solution = try SoftDynamicProgramming(model, rewardScale: scale).solve(horizon: 2)
        #expect(abs(solution.policy[0][1] - variational) < tolerance)
        if scale == 10 { #expect(abs(posterior.logEvidence - -1.3862035654) < 5e-11) }
    }

    @Test func `three states over three steps`() throws {
        let model = try ModelFixtures.three()
        let posterior = try ControlInference(model, prior: ModelFixtures.threePrior)
            .infer(horizon: 3)
        #expect(abs(posterior.logEvidence - -1.2566570978) < 5e-11)
        let marginals = posterior.stateMarginals
        #expect(distance(posterior.start, [0.629287392, 0.3115696969, 0.0591429111]) < 1e-10)
        #expect(distance(marginals[0], posterior.start) < 1e-12)
        #expect(distance(marginals[1], [0.5305815901, 0.2847230027, 0.1846954072]) < 1e-10)
        #expect(distance(marginals[2], [0.4587390799, 0.2939908192, 0.2472701008]) < 1e-10)
        let first = model.pairs.table(posterior.policy[0]).map { $0[0] }
        #expect(distance(first, [0.7469989205, 0.2301993379, 0.1614664791]) < 1e-10)
        #expect(abs(posterior.expectedReturn - -0.8250738902) < 5e-11)
    }

    @Test func `three states with random lengths and in the long run`() throws {
        let inference = try ControlInference(
            ModelFixtures.three(), prior: ModelFixtures.threePrior)
        let ended = try inference.infer(discount: 0.9)
        #expect(
            distance(ended.stateMessages, [-1.7933933893, -1.7482919617, -2.2602945710]) < 1e-9)
        #expect(abs(ended.logEvidence - -1.8171386985) < 1e-9)
        let long = try inference.inferLongRun()
        #expect(abs(long.logEvidencePerStep - -0.4604566640) < 1e-9)
        #expect(abs(exp(long.logEvidencePerStep) - 0.6309954268) < 1e-9)
    }

    @Test func `without a prior the evidence of random lengths diverges`() throws {
        let model = try ModelFixtures.three()
        let inference = try ControlInference(model, prior: .none)
        #expect(throws: ControlInferenceError.evidenceDiverges(discount: 0.9)) {
            try inference.infer(discount: 0.9)
        }
        let rate = try inference.inferLongRun().logEvidencePerStep
        #expect(abs(0.9 * exp(rate) - 1.1731) < 5e-5)
    }
}
