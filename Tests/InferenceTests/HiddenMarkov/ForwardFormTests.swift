import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import Testing

/// The scaled forward pass against the one in logarithms.
@Suite struct ForwardFormTests {
    /// Filtered laws, predictions and log evidence of each step, all in logarithms.
    private func inLogs(
        _ chain: DiscreteStateSpace, _ table: LikelihoodTable, actions: [Int]?
    ) throws -> (filtered: [Double], predicted: [Double], evidence: [Double]) {
        var (filtered, predicted, evidence) = ([Double](), [Double](), [Double]())
        var prediction = chain.initial.map { log($0) }
        for step in 0..<table.stepCount {
            let joint = prediction.indices.map { prediction[$0] + table[step, $0] }
            evidence.append(logSumExp(joint))
            let belief = joint.map { $0 - evidence[step] }
            predicted += prediction.map { exp($0) }
            filtered += belief.map { exp($0) }
            if step + 1 == table.stepCount { break }
            let matrix = try chain.transition(step: step, action: actions?[step])
            prediction = prediction.indices.map { j in
                logSumExp(belief.indices.map { belief[$0] + log(matrix[$0, j]) })
            }
        }
        return (filtered, predicted, evidence)
    }

    private func table(
        _ steps: Int, _ states: Int, spread: Double, _ generator: inout Generator
    ) throws -> LikelihoodTable {
        try LikelihoodTable(
            logLikelihoods: (0..<steps * states).map { _ in spread * generator.normal() },
            stateCount: states)
    }

    @Test(arguments: [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 24, 33])
    func `both forms agree for every number of states`(states: Int) throws {
        var generator = Generator(seed: UInt64(states))
        var matrix = HiddenMarkovFixture.matrix(states, states, &generator)
        if states > 2 {
            // A transition that cannot happen.
            (matrix[0, 0], matrix[0, 1]) = (matrix[0, 0] + matrix[0, 1], 0)
        }
        let chain = try DiscreteStateSpace(
            initial: HiddenMarkovFixture.law(states, &generator), transitions: matrix)
        for spread in [0, 1, 30, 400.0] {
            let table = try table(300, states, spread: spread, &generator)
            let (pass, exact) = (
                try chain.filter(table), try inLogs(chain, table, actions: nil)
            )
            #expect(largestDifference(pass.filtered, exact.filtered) < 1e-12)
            #expect(largestDifference(pass.predicted, exact.predicted) < 1e-12)
            let scale = max(1, exact.evidence.map(abs).max() ?? 1)
            #expect(largestDifference(pass.stepLogEvidence, exact.evidence) < 1e-12 * scale)
            let total = try chain.logEvidence(table)
            #expect(abs(total - pass.logEvidence) <= 1e-13 * abs(pass.logEvidence))
        }
    }

    @Test func `both forms agree where transitions depend on actions or steps`() throws {
        var generator = Generator(seed: 5)
        for states in [2, 3, 8] {
            let matrices = (0..<199).map { _ in
                HiddenMarkovFixture.matrix(states, states, &generator)
            }
            let initial = HiddenMarkovFixture.law(states, &generator)
            let table = try table(200, states, spread: 2, &generator)
            let byStep = try DiscreteStateSpace(initial: initial, transitionsByStep: matrices)
            let actions = (0..<199).map { _ in generator.integer(below: 3) }
            let byAction = try DiscreteStateSpace(
                initial: initial, transitionsByAction: Array(matrices[..<3]))
            for (chain, actions) in [(byStep, nil), (byAction, actions)] {
                let pass = try chain.filter(table, actions: actions)
                let exact = try inLogs(chain, table, actions: actions)
                #expect(largestDifference(pass.filtered, exact.filtered) < 1e-12)
                #expect(largestDifference(pass.stepLogEvidence, exact.evidence) < 1e-11)
            }
        }
    }

    @Test(arguments: [2, 3, 17])
    func `blocks of the evidence join without a seam`(states: Int) throws {
        var generator = Generator(seed: 8)
        let matrix = HiddenMarkovFixture.matrix(states, states, &generator)
        let steps = 3 * 8192 / states + 7
        let table = try table(steps, states, spread: 1, &generator)
        let initial = HiddenMarkovFixture.law(states, &generator)
        let chain = try DiscreteStateSpace(initial: initial, transitions: matrix)
        let whole = try chain.filter(table).logEvidence
        #expect(abs(try chain.logEvidence(table) - whole) < 1e-12 * abs(whole))
        let listed = try DiscreteStateSpace(
            initial: initial, transitionsByStep: Array(repeating: matrix, count: steps - 1))
        #expect(abs(try listed.logEvidence(table) - whole) < 1e-12 * abs(whole))
    }

    @Test func `what only an unlikely state explains is found in logarithms`() throws {
        // The likely state of the past is 10⁻⁴⁰⁰ times less likely to emit what is seen.
        let chain = try DiscreteStateSpace(
            initial: [1, 0], transitions: Matrix([[1, 0], [0.5, 0.5]]))
        let far = -400 * log(10.0)
        let table = try LikelihoodTable(
            logLikelihoods: [0, 0, far, 0, far, 0, 0, 0], stateCount: 2)
        let pass = try chain.filter(table)
        #expect(pass.filtered == [1, 0, 1, 0, 1, 0, 1, 0])
        #expect(largestDifference(pass.stepLogEvidence, [0, far, far, 0]) < 1e-12)
        #expect(abs(try chain.logEvidence(table) - 2 * far) < 1e-12)
    }
}
