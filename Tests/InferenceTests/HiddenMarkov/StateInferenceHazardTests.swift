import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import Testing

@Suite struct StateInferenceHazardTests {
    private func chain() throws -> DiscreteStateSpace {
        try DiscreteStateSpace(initial: [0, 1], transitions: Matrix([[0.5, 0.5], [0, 1]]))
    }

    @Test func `a likelihood far below that of an excluded state is no impossibility`() throws {
        // State 0 explains the data 2000 nats better, but the chain never visits it.
        let table = try LikelihoodTable(logLikelihoods: [0, -2000, 0, -2000], stateCount: 2)
        let pass = try chain().filter(table)
        #expect(pass.logEvidence == -4000)
        #expect(pass.filtered == [0, 1, 0, 1])
        for form in [SmoothingForm.corrected, .backwardMessages] {
            #expect(try chain().smooth(table, form: form).marginals == [0, 1, 0, 1])
        }
    }

    @Test func `an impossible observation is named, or begins anew on request`() throws {
        let table = try LikelihoodTable(
            logLikelihoods: [0, 0, 0, -.infinity, 0, 0], stateCount: 2)
        #expect(throws: HiddenMarkovError.impossibleObservation(step: 1)) {
            try chain().filter(table)
        }
        #expect(throws: HiddenMarkovError.impossibleObservation(step: 1)) {
            try chain().mostProbablePath(table)
        }
        #expect(throws: HiddenMarkovError.impossibleObservation(step: 1)) {
            // The initial law excludes it too.
            try chain().filter(table, onImpossible: .reset)
        }
        let start = try DiscreteStateSpace(
            initial: [0.5, 0.5], transitions: Matrix([[0, 1], [0, 1]]))
        let pass = try start.filter(table, onImpossible: .reset)
        #expect(pass.resets == [1])
        #expect(pass.filtered == [0.5, 0.5, 1, 0, 0, 1])
        let smooth = try start.smooth(table, withPairs: true, onImpossible: .reset)
        #expect(smooth.marginals == [0.5, 0.5, 1, 0, 0, 1])
        #expect(smooth.pairs[0] == Matrix([[0.5, 0], [0.5, 0]]))
    }

    @Test func `ten thousand steps of tiny densities do not underflow`() throws {
        let model = try HiddenMarkovFixture.umbrella()
        let row = [-900.0, -901.0]
        let table = try LikelihoodTable(
            logLikelihoods: Array(repeating: row, count: 10_000).flatMap { $0 }, stateCount: 2)
        let pass = try model.states.filter(table)
        let shifted = try LikelihoodTable(
            logLikelihoods: Array(repeating: [0.0, -1], count: 10_000).flatMap { $0 },
            stateCount: 2)
        let expected = try model.states.filter(shifted).logEvidence - 9e6
        // Sums of ten thousand numbers near 900 round off.
        #expect(abs(pass.logEvidence / expected - 1) < 1e-11)
    }

    @Test func `a missing observation moves nothing but time`() throws {
        let model = try HiddenMarkovFixture.umbrella()
        let pass = try model.filter([1, nil, nil, 0])
        #expect(pass.stepLogEvidence[1...2].allSatisfy { abs($0) < 1e-15 })
        let ahead = try model.states.predict(pass.belief(at: 0), steps: 3, after: 0)
        #expect(largestDifference(ahead[1], pass.belief(at: 2)) < 1e-15)
    }

    @Test func `what is no law, no likelihood or no size is refused`() throws {
        #expect(throws: HiddenMarkovError.notNormalized(table: "initial", row: 0, sum: 0.75)) {
            try DiscreteStateSpace(initial: [0.5, 0.25], transitions: .identity(2))
        }
        #expect(
            throws: HiddenMarkovError.notProbability(
                table: "transitions", row: 1, column: 0, value: -1)
        ) {
            try DiscreteStateSpace(
                initial: [0.5, 0.5], transitions: Matrix([[1, 0], [-1, 2]]))
        }
        #expect(throws: HiddenMarkovError.badLikelihood(step: 1, state: 0)) {
            try LikelihoodTable(logLikelihoods: [0, 0, .nan, 0], stateCount: 2)
        }
        #expect(
            throws: HiddenMarkovError.unknownObservation(step: 1, detail: "symbol 2 of 0..<2")
        ) {
            try HiddenMarkovFixture.umbrella().filter([0, 2])
        }
        #expect(throws: HiddenMarkovError.badVariance(state: 0, column: 0, value: 0)) {
            try GaussianEmission(means: Matrix([[0]]), variances: Matrix([[0]]))
        }
        let text = HiddenMarkovError.impossibleObservation(step: 7).description
        #expect(text.contains("step 7") && text.contains("check the data"))
    }

    @Test func `one step is Bayes' rule, and no step is refused`() throws {
        let model = try HiddenMarkovFixture.umbrella()
        let one = try model.smooth([1], withPairs: true)
        #expect(abs(one.logEvidence - log(0.55)) < 1e-15)
        #expect(largestDifference(one.marginals, [0.45 / 0.55, 0.1 / 0.55]) < 1e-15)
        #expect(one.pairs.isEmpty)
        #expect(try model.mostProbablePath([1]).states == [0])
        #expect(throws: HiddenMarkovError.self) { try model.filter([]) }
    }
}
