import Foundation
import OptimistCore
import OptimistOracles
import Testing

/// The exact table of the golden instance; decimals to half a unit of the last place.
@Suite struct TabularAgentTests {
    private let golden = TabularProblem.golden()

    private func expect(
        _ bound: Bound<Double>, _ row: [Double], _ location: SourceLocation = #_sourceLocation
    ) throws {
        let terms = [
            bound.reward, bound.informationGain, bound.stateConsistency, bound.actionConsistency,
            bound.total,
        ]
        for (term, expected) in zip(terms, row) {
            let value = try #require(term, sourceLocation: location)
            #expect(abs(value - expected) < 5e-7, sourceLocation: location)
        }
    }

    @Test func `the bound carries the terms of five posteriors`() throws {
        let optimal = golden.solve(.bound)
        try expect(
            golden.evaluate(optimal.posterior),
            [-1.739222, 0.620984, 0.622512, 0.028379, -1.769129])
        try expect(
            golden.evaluate(golden.solve(.evidence).posterior),
            [-1.736827, 0.622391, 0.624028, 0.030755, -1.769219])
        try expect(
            golden.evaluate(golden.habitual), [-1.800491, 0.585262, 0.585262, 0, -1.800491])
        try expect(
            golden.evaluate(golden.blind), [-1.872388, -0.781198, 0, 0, -2.653586])
        try expect(
            golden.evaluate(golden.tempered),
            [-1.866600, 0.037551, 0.193922, 0.159350, -2.182321])
    }

    @Test func `the context says what the bound is of`() {
        let context = golden.evaluate(golden.habitual).context
        #expect(context.scope == .trajectory(steps: 3) && context.source == .exact)
        #expect(context.rewardScale == 1 && context.rewardOffset == 1 && context.discount == 1)
    }

    @Test func `the evidence is the same by recursion and by all paths`() {
        let (recursion, paths) = (golden.solve(.evidence).value, TabularPaths(of: golden))
        #expect(abs(recursion - paths.logEvidence) < 1e-12)
        #expect(abs(recursion - -1.396429) < 5e-7)
        #expect(paths.paths.count == 32768)
    }

    @Test func `the slack of every posterior is its divergence from the exact one`() {
        let paths = TabularPaths(of: golden)
        let tempered = paths.divergence(of: golden.tempered)
        #expect(abs(tempered - 0.785891) < 5e-7)
        let posteriors = [
            golden.solve(.bound).posterior, golden.solve(.evidence).posterior, golden.habitual,
            golden.blind, golden.tempered,
        ]
        for posterior in posteriors {
            let slack = paths.logEvidence - golden.evaluate(posterior).total!
            #expect(abs(slack - paths.divergence(of: posterior)) < 1e-12)
        }
    }

    @Test(arguments: [
        (0.1, -0.179724, -0.176078), (1, -1.769129, -1.396429), (3, -5.148925, -2.381429),
        (10, -16.223908, -2.559141),
    ])
    func `the gap of optimism grows with the reward scale`(
        scale: Double, bound: Double, evidence: Double
    ) {
        let problem = TabularProblem.golden(rewardScale: scale)
        let solution = problem.solve(.bound)
        #expect(abs(solution.value - bound) < 5e-7)
        #expect(abs(solution.value - problem.evaluate(solution.posterior).total!) < 1e-12)
        let logEvidence = problem.solve(.evidence).value
        #expect(abs(logEvidence - evidence) < 5e-7)
        #expect(abs(logEvidence - TabularPaths(of: problem).logEvidence) < 1e-12)
    }

    @Test func `the state posterior leaves the filter for the sake of the actions`() {
        let filter = [0.857143, 0.5, 0.4, 0.1]
        let cautious = golden.solve(.bound).posterior
        let eager = TabularProblem.golden(rewardScale: 10).solve(.bound).posterior
        for (arrival, expected) in zip(golden.arrivals(from: golden.start), filter) {
            #expect(abs(arrival.filter[0] - expected) < 5e-7)
        }
        for (history, expected) in [0.876001, 0.504664, 0.395516, 0.086542].enumerated() {
            #expect(abs(cautious[0, history].state[0] - expected) < 5e-7)
        }
        for (history, expected) in [0.926860, 0.541069, 0.358621, 0.052540].enumerated() {
            #expect(abs(eager[0, history].state[0] - expected) < 5e-7)
        }
    }

    @Test func `the optimal first action is that of the table`() {
        let posterior = golden.solve(.bound).posterior
        for (history, z, expected) in [
            (0, 0, 0.700537), (0, 1, 0.405847), (3, 0, 0.490470), (3, 1, 0.212797),
        ] {
            #expect(abs(posterior[0, history].action[z][1] - expected) < 5e-7)
        }
    }

    @Test func `the factors of the exact posterior are conditionals of the path posterior`() {
        let paths = TabularPaths(of: golden)
        let posterior = golden.solve(.evidence).posterior
        let prefix = [TabularPaths.Step(s: 0, x: 1, r: 0, z: 1, a: 1)]
        for (x, r) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
            let first = posterior[0, x * 2 + r]
            let second = posterior[1, (2 * 4 + 3) * 4 + x * 2 + r]
            let routes = [
                (first, paths.conditional(after: [], observation: x, reward: r)),
                (second, paths.conditional(after: prefix, observation: x, reward: r)),
            ]
            for (factors, conditional) in routes {
                for z in 0..<2 {
                    for a in 0..<2 {
                        let product = factors.state[z] * factors.action[z][a]
                        #expect(abs(product - conditional[z][a]) < 1e-12)
                    }
                }
            }
        }
    }
}
