import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import Testing

@Suite struct HiddenMarkovFitTests {
    private func casino() throws -> HiddenMarkovModel<CategoricalEmission> {
        try HiddenMarkovModel(
            states: DiscreteStateSpace(
                initial: [0.5, 0.5], transitions: Matrix([[0.95, 0.05], [0.1, 0.9]])),
            emission: CategoricalEmission(
                Matrix([Array(repeating: 1.0 / 6, count: 6), [0.1, 0.1, 0.1, 0.1, 0.1, 0.5]])))
    }

    @Test func `the dishonest casino is learned`() throws {
        let truth = try casino()
        var generator = Generator(seed: 2)
        let rolls = try truth.sample(steps: 3000, using: &generator).observations
        let start = try HiddenMarkovModel(
            states: DiscreteStateSpace(
                initial: [0.5, 0.5], transitions: Matrix([[0.9, 0.1], [0.1, 0.9]])),
            emission: CategoricalEmission(
                Matrix([
                    Array(repeating: 1.0 / 6, count: 6), [0.14, 0.14, 0.14, 0.14, 0.14, 0.3],
                ])))
        var fitting = HiddenMarkovFitting()
        fitting.starts = 1
        (fitting.iterationLimit, fitting.tolerance) = (100, 0)
        let fit = try start.fitted(
            to: [HiddenMarkovSequence(rolls)], fitting, using: &generator)
        #expect(fit.history.count == 101)
        #expect(fit.largestDecrease < 1e-12)
        #expect(fit.logLikelihood >= (try truth.filter(rolls).logEvidence))
        let found = try fit.model.states.transition(step: 0)
        let known = try truth.states.transition(step: 0)
        #expect(largestDifference(found.elements, known.elements) <= 0.1)
        #expect(abs(fit.model.emission.probabilities[1, 5] - 0.5) <= 0.13)
        // The law of the first state is fitted to one draw, and may reach a corner.
        #expect((12...13).contains(fit.parameterCount))
    }

    @Test func `Fisher's identity equals finite differences`() throws {
        let model = try HiddenMarkovFixture.controlled(21)
        let sequences = [
            HiddenMarkovSequence<Int>([0, 3, nil, 1, 2], actions: [0, 1, 1, 0]),
            HiddenMarkovSequence<Int>([2, 2, 1], actions: [1, 0]),
        ]
        func logLikelihood(_ model: HiddenMarkovModel<CategoricalEmission>) throws -> Double {
            try sequences.reduce(0) {
                $0 + (try model.filter($1.observations, actions: $1.actions).logEvidence)
            }
        }
        let (point, gradient) = (model.freeParameters(), try model.gradient(of: sequences))
        #expect(point.count == 2 + 12 + 9)
        for i in point.indices {
            var (up, down) = (point, point)
            up[i] += 1e-5
            down[i] -= 1e-5
            let slope =
                try
                (logLikelihood(model.replacing(freeParameters: up))
                - logLikelihood(model.replacing(freeParameters: down))) / 2e-5
            #expect(abs(slope - gradient[i]) < 1e-8)
        }
    }

    private func waves(_ seed: UInt64, steps: Int) throws -> (
        HiddenMarkovModel<GaussianEmission>, [[Double]?]
    ) {
        let model = try HiddenMarkovModel(
            states: DiscreteStateSpace(
                initial: [0.5, 0.5], transitions: Matrix([[0.9, 0.1], [0.2, 0.8]])),
            emission: GaussianEmission(
                means: Matrix([[-1, 2], [1.5, 0]]), variances: Matrix([[0.5, 1], [1, 0.25]]),
                varianceFloor: 1e-3))
        var generator = Generator(seed: seed)
        var numbers: [[Double]?] = try model.sample(steps: steps, using: &generator).observations
        for step in stride(from: 5, to: steps, by: 17) { numbers[step] = nil }
        for step in stride(from: 3, to: steps, by: 11) { numbers[step]?[1] = .nan }
        return (model, numbers)
    }

    @Test func `Fisher's identity holds for normal emissions with gaps`() throws {
        let (model, numbers) = try waves(4, steps: 40)
        let (point, gradient) = (
            model.freeParameters(), try model.gradient(of: [HiddenMarkovSequence(numbers)])
        )
        for i in point.indices {
            var (up, down) = (point, point)
            up[i] += 1e-5
            down[i] -= 1e-5
            let slope =
                try
                (model.replacing(freeParameters: up).filter(numbers).logEvidence
                - model.replacing(freeParameters: down).filter(numbers).logEvidence) / 2e-5
            #expect(abs(slope - gradient[i]) < 1e-6)
        }
    }

    @Test func `expectation maximization and the gradient find the same maximum`() throws {
        let (truth, numbers) = try waves(5, steps: 600)
        var generator = Generator(seed: 1)
        var fitting = HiddenMarkovFitting()
        fitting.starts = 1
        (fitting.iterationLimit, fitting.tolerance) = (500, 1e-12)
        fitting.frozen = [.initial]
        let sequences = [
            HiddenMarkovSequence(Array(numbers[..<350])),
            HiddenMarkovSequence(Array(numbers[350...])),
        ]
        let climbed = try truth.fitted(to: sequences, fitting, using: &generator)
        #expect(climbed.largestDecrease < 1e-12)
        let slope = try climbed.model.gradient(of: sequences, fitting)
        #expect(slope.allSatisfy { abs($0) < 0.01 })
        (fitting.method, fitting.tolerance) = (.gradient, 1e-9)
        let descended = try truth.fitted(to: sequences, fitting, using: &generator)
        #expect(abs(climbed.logLikelihood - descended.logLikelihood) < 1e-6)
        #expect(climbed.model.states.initial == [0.5, 0.5])
        #expect(climbed.parameterCount == 2 + 8)
        let total = climbed.sequenceLogLikelihoods.reduce(0, +)
        #expect(abs(total - climbed.logLikelihood) < 1e-9)
        #expect(abs(climbed.akaike - (20 - 2 * climbed.logLikelihood)) < 1e-9)
    }

    @Test func `standard errors are those of a known mean`() throws {
        // One state: the mean of n numbers has the error √(v/n), their variance v √(2/n).
        let (_, numbers) = try waves(6, steps: 300)
        let column = numbers.map { $0.map { [$0[0]] } }
        let start = try HiddenMarkovModel(
            states: DiscreteStateSpace(initial: [1], transitions: .identity(1)),
            emission: GaussianEmission(
                means: Matrix([[0]]), variances: Matrix([[1]]), varianceFloor: 1e-6))
        var generator = Generator(seed: 1)
        var fitting = HiddenMarkovFitting()
        fitting.starts = 1
        fitting.tolerance = 1e-12
        let sequences = [HiddenMarkovSequence(column)]
        let fit = try start.fitted(to: sequences, fitting, using: &generator)
        let estimates = try fit.model.estimates(from: sequences, fitting)
        let count = Double(column.compactMap { $0 }.count)
        #expect(fit.observationCount == Int(count))
        let mean = try #require(estimates.first { $0.name == "mean[0]" })
        let variance = try #require(estimates.first { $0.name == "variance[0]" })
        let error = (variance.value / count).squareRoot()
        #expect(abs(mean.standardError! / error - 1) < 1e-6)
        let second = variance.value * (2 / count).squareRoot()
        #expect(abs(variance.standardError! / second - 1) < 1e-6)
        let stay = try #require(estimates.first { $0.name == "transition[0,0]" })
        #expect(stay.value == 1 && stay.standardError == nil)
    }

    @Test func `standard errors of transitions that are seen are binomial`() throws {
        let seen = try HiddenMarkovModel(
            states: DiscreteStateSpace(
                initial: [0.5, 0.5], transitions: Matrix([[0.7, 0.3], [0.4, 0.6]])),
            emission: CategoricalEmission(.identity(2)))
        var generator = Generator(seed: 7)
        let symbols = try seen.sample(steps: 500, using: &generator).observations
        var single = HiddenMarkovFitting()
        single.starts = 1
        let fit = try seen.fitted(
            to: [HiddenMarkovSequence(symbols)], single, using: &generator)
        let leaves = Double(zip(symbols, symbols.dropFirst()).filter { $0.0 == 0 }.count)
        var frozen = HiddenMarkovFitting()
        frozen.frozen = [.initial, .emissions]
        let estimates = try fit.model.estimates(from: [HiddenMarkovSequence(symbols)], frozen)
        #expect(estimates.count == 4)
        let p = estimates[0].value
        let error = (p * (1 - p) / leaves).squareRoot()
        #expect(abs(estimates[0].standardError! / error - 1) < 1e-6)
    }

    @Test func `rows that are never visited keep their law, and prior counts are added`() throws {
        let chain = try DiscreteStateSpace(
            initial: [1, 0, 0],
            transitions: Matrix([[0.5, 0.5, 0], [0.5, 0.5, 0], [0.1, 0.2, 0.7]]))
        let model = try HiddenMarkovModel(
            states: chain, emission: CategoricalEmission(.identity(3)))
        var generator = Generator(seed: 1)
        var fitting = HiddenMarkovFitting()
        fitting.starts = 1
        let sequences = [HiddenMarkovSequence<Int>([0, 0, 0, 1, 0])]
        let plain = try model.fitted(to: sequences, fitting, using: &generator).model
        let rows = try plain.states.transition(step: 0)
        #expect(largestDifference(rows.row(0), [2.0 / 3, 1.0 / 3, 0]) < 1e-15)
        #expect(rows.row(1) == [1, 0, 0] && rows.row(2) == [0.1, 0.2, 0.7])
        fitting.transitionConcentration = 2
        let smoothed = try model.fitted(to: sequences, fitting, using: &generator).model
        #expect(try smoothed.states.transition(step: 0).row(0) == [0.6, 0.4, 0])
    }

    @Test func `more starts never lose likelihood, and a start from the data fits`() throws {
        let (_, numbers) = try waves(9, steps: 200)
        let sequences = [HiddenMarkovSequence(numbers)]
        let emission = try GaussianEmission.start(states: 2, for: [numbers])
        let start = try HiddenMarkovModel(
            states: DiscreteStateSpace(
                initial: [0.5, 0.5], transitions: Matrix([[0.8, 0.2], [0.2, 0.8]])),
            emission: emission)
        var generator = Generator(seed: 3)
        var fitting = HiddenMarkovFitting()
        fitting.starts = 1
        let single = try start.fitted(to: sequences, fitting, using: &generator)
        fitting.starts = 4
        let several = try start.fitted(to: sequences, fitting, using: &generator)
        #expect(several.logLikelihood >= single.logLikelihood)
        #expect(single.hasConverged)
        #expect(single.logLikelihood > (try start.filter(numbers).logEvidence))
    }
}
