import Foundation
import OptimistCore
import OptimistInference
import Testing

/// The exact table of the golden instance; decimals to half a unit of the last place.
@Suite struct GenerativeProblemTests {
    private let golden: GenerativeProblem

    init() throws { golden = try .golden() }

    private func expect(
        _ posterior: GenerativePosterior, _ row: [Double],
        _ location: SourceLocation = #_sourceLocation
    ) throws {
        let bound = try golden.evaluate(posterior).total
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
        try expect(
            golden.solve(.bound).posterior, [-1.739222, 0.620984, 0.622512, 0.028379, -1.769129])
        try expect(
            golden.solve(.evidence).posterior,
            [-1.736827, 0.622391, 0.624028, 0.030755, -1.769219])
        try expect(golden.habitual, [-1.800491, 0.585262, 0.585262, 0, -1.800491])
        try expect(golden.blind, [-1.872388, -0.781198, 0, 0, -2.653586])
        try expect(golden.tempered, [-1.866600, 0.037551, 0.193922, 0.159350, -2.182321])
    }

    @Test func `steps add up to the total, which says what it is of`() throws {
        let evaluation = try golden.evaluate(golden.tempered)
        let context = evaluation.total.context
        #expect(context.scope == .trajectory(steps: 3) && context.source == .exact)
        #expect(context.rewardScale == 1 && context.rewardOffset == 1 && context.discount == 1)
        for (index, term) in evaluation.total.terms.enumerated() {
            let sum = evaluation.steps.reduce(0) { $0 + $1.terms[index].value }
            #expect(abs(sum - term.value) < 1e-12)
        }
        let gain = evaluation.logLikelihood - evaluation.logMarginal
        #expect(abs(gain - evaluation.total.informationGain!) < 1e-12)
        let reward = evaluation.expectedReturn - 3
        #expect(abs(reward - evaluation.total.reward!) < 1e-12)
    }

    @Test func `the evidence is the same by recursion and by all paths`() throws {
        let (recursion, paths) = (try golden.solve(.evidence).value, GenerativePaths(of: golden))
        #expect(abs(recursion - paths.logEvidence) < 1e-12)
        #expect(abs(recursion - -1.396429) < 5e-7)
        #expect(paths.paths.count == 32768)
    }

    @Test func `the slack of every posterior is its divergence from the exact one`() throws {
        let paths = GenerativePaths(of: golden)
        #expect(abs(paths.divergence(of: golden.tempered) - 0.785891) < 5e-7)
        let posteriors = [
            try golden.solve(.bound).posterior, try golden.solve(.evidence).posterior,
            golden.habitual, golden.blind, golden.tempered,
        ]
        for posterior in posteriors {
            let slack = try paths.logEvidence - golden.evaluate(posterior).total.total!
            #expect(abs(slack - paths.divergence(of: posterior)) < 1e-12)
        }
    }

    @Test(arguments: [
        (0.1, -0.179724, -0.176078), (1, -1.769129, -1.396429), (3, -5.148925, -2.381429),
        (10, -16.223908, -2.559141),
    ])
    func `the gap of optimism grows with the reward scale`(
        scale: Double, bound: Double, evidence: Double
    ) throws {
        let problem = try GenerativeProblem.golden(scale: scale)
        let solution = try problem.solve(.bound)
        #expect(abs(solution.value - bound) < 5e-7)
        let evaluated = try problem.evaluate(solution.posterior).total.total!
        #expect(abs(solution.value - evaluated) < 1e-12)
        let logEvidence = try problem.solve(.evidence).value
        #expect(abs(logEvidence - evidence) < 5e-7)
        #expect(abs(logEvidence - GenerativePaths(of: problem).logEvidence) < 1e-12)
    }

    @Test func `the state posterior leaves the filter for the sake of the actions`() throws {
        let cautious = try golden.solve(.bound).posterior
        let eagerProblem = try GenerativeProblem.golden(scale: 10)
        let eager = try eagerProblem.solve(.bound).posterior
        let expected: [(filter: Double, cautious: Double, eager: Double)] = [
            (0.857143, 0.876001, 0.926860), (0.5, 0.504664, 0.541069),
            (0.4, 0.395516, 0.358621), (0.1, 0.086542, 0.052540),
        ]
        for (index, row) in expected.enumerated() {
            #expect(abs(golden.firstArrivals[index].arrival.filter[0] - row.filter) < 5e-7)
            let calm = golden.stateLaw(cautious, step: 0, arrival: index)[0]
            #expect(abs(calm - row.cautious) < 5e-7)
            let tilted = eagerProblem.stateLaw(eager, step: 0, arrival: index)[0]
            #expect(abs(tilted - row.eager) < 5e-7)
        }
    }

    @Test func `the optimal first action is that of the table`() throws {
        let posterior = try golden.solve(.bound).posterior
        for (index, z, expected) in [
            (0, 0, 0.700537), (0, 1, 0.405847), (3, 0, 0.490470), (3, 1, 0.212797),
        ] {
            let belief = golden.firstArrivals[index].belief
            let law = golden.actionLaw(posterior, step: 0, belief: belief, state: z)
            #expect(abs(law[1] - expected) < 5e-7)
        }
    }

    @Test func `the factors of the exact posterior are conditionals of the path posterior`() throws
    {
        let paths = GenerativePaths(of: golden)
        let posterior = try golden.solve(.evidence).posterior
        let step = GenerativeStep(observation: 1, reward: 0, state: 1, action: 1)
        for prefix in [[], [step]] {
            for (x, r) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
                let factors = try #require(
                    golden.factors(of: posterior, after: prefix, observation: x, reward: r))
                let expected = paths.conditional(after: prefix, observation: x, reward: r)
                for z in 0..<2 {
                    for a in 0..<2 {
                        let product = factors.state[z] * factors.action[z][a]
                        #expect(abs(product - expected[z][a]) < 1e-12)
                    }
                }
            }
        }
    }
}
