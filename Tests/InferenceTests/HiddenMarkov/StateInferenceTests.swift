import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import Testing

@Suite struct StateInferenceTests {
    private let weather: [Int?] = [1, 1, 0, 1, 1]

    @Test func `the umbrella world has its known decimals`() throws {
        let model = try HiddenMarkovFixture.umbrella()
        let pass = try model.filter(weather)
        let rain = (0..<5).map { pass.belief(at: $0)[0] }
        let expected = [0.81818182, 0.88335704, 0.19066794, 0.73079400, 0.86733889]
        #expect(largestDifference(rain, expected) < 5e-9)
        #expect(abs(pass.logEvidence - -3.3725020443) < 5e-11)
        let next = try model.states.predict(pass.belief(at: 4), step: 4)
        #expect(abs(next[0] - 0.64693556) < 5e-9)
        let smooth = try model.smooth(weather)
        let smoothed = (0..<5).map { smooth.belief(at: $0)[0] }
        let known = [0.86733889, 0.82041905, 0.30748358, 0.82041905, 0.86733889]
        #expect(largestDifference(smoothed, known) < 5e-9)
        let path = try model.mostProbablePath(weather)
        #expect(path.states == [0, 0, 1, 0, 0])
        #expect(abs(path.logProbability - -4.4590282910) < 5e-11)
    }

    @Test func `evidence, marginals, pairs and best path equal enumeration`() throws {
        let model = try HiddenMarkovFixture.controlled(3)
        let (symbols, actions): ([Int?], [Int]) = ([0, 3, nil, 1, 2, 2], [0, 1, 1, 0, 1])
        let table = try model.emission.likelihoods(of: symbols)
        let paths = try model.states.allPaths(table, actions: actions)
        #expect(paths.count == 729)
        let evidence = logSumExp(paths.map(\.logProbability))
        for form in [SmoothingForm.corrected, .backwardMessages] {
            let smooth = try model.states.smooth(
                table, actions: actions, form: form, withPairs: true)
            #expect(abs(smooth.logEvidence - evidence) < 1e-12)
            #expect(smooth.pairs.count == 5)
            var marginals = [Double](repeating: 0, count: 18)
            var pairs = Array(repeating: Matrix(rows: 3, columns: 3), count: 5)
            for path in paths {
                let weight = exp(path.logProbability - evidence)
                for (t, s) in path.states.enumerated() {
                    marginals[t * 3 + s] += weight
                    if t > 0 { pairs[t - 1][path.states[t - 1], s] += weight }
                }
            }
            #expect(largestDifference(smooth.marginals, marginals) < 1e-12)
            for t in 0..<5 {
                #expect(largestDifference(smooth.pairs[t].elements, pairs[t].elements) < 1e-12)
                let sums = (0..<3).map { smooth.pairs[t].row($0).reduce(0, +) }
                #expect(largestDifference(sums, smooth.belief(at: t)) < 1e-12)
                let columns = (0..<3).map { smooth.pairs[t].transposed.row($0).reduce(0, +) }
                #expect(largestDifference(columns, smooth.belief(at: t + 1)) < 1e-12)
            }
        }
        let best = paths.max { $0.logProbability < $1.logProbability }!
        let found = try model.mostProbablePath(symbols, actions: actions)
        #expect(found.states == best.states)
        #expect(abs(found.logProbability - best.logProbability) < 1e-12)
    }

    @Test func `posterior paths have the posterior's frequencies`() throws {
        let model = try HiddenMarkovFixture.umbrella()
        let pass = try model.filter(weather)
        let table = try model.emission.likelihoods(of: weather)
        var generator = Generator(seed: 11)
        var counts: [[Int]: Double] = [:]
        let draws = 20_000.0
        for _ in 0..<Int(draws) {
            counts[try model.states.posteriorPath(after: pass, using: &generator), default: 0] += 1
        }
        // Four standard errors of a binomial share.
        for path in try model.states.allPaths(table) {
            let p = exp(path.logProbability - pass.logEvidence)
            let error = (p * (1 - p) / draws).squareRoot()
            #expect(abs(counts[path.states, default: 0] / draws - p) < 4 * error + 1e-9)
        }
    }

    @Test func `what varies with the step but does not vary is stationary`() throws {
        let model = try HiddenMarkovFixture.umbrella()
        let slices = try DiscreteStateSpace(
            initial: [0.5, 0.5],
            transitionsByStep: Array(repeating: model.states.transition(step: 0), count: 4))
        let table = try model.emission.likelihoods(of: weather)
        let (left, right) = (
            try slices.smooth(table, withPairs: true), try model.smooth(weather, withPairs: true)
        )
        #expect(left == right)
        #expect(left.pairs.count == 4)
        #expect(throws: HiddenMarkovError.missingTransition(step: 4, action: nil, tables: 4)) {
            try slices.predict([0.5, 0.5], step: 4)
        }
    }

    @Test func `names of states do not matter`() throws {
        let model = try HiddenMarkovFixture.controlled(5)
        let order = [2, 0, 1]
        let states = model.states
        let renamed = try HiddenMarkovModel(
            states: DiscreteStateSpace(
                initial: order.map { states.initial[$0] },
                transitionsByAction: (0..<2).map { action in
                    let table = try states.transition(step: 0, action: action)
                    return Matrix(rows: 3, columns: 3) { table[order[$0], order[$1]] }
                }),
            emission: CategoricalEmission(
                Matrix(order.map { model.emission.probabilities.row($0) })))
        let (symbols, actions): ([Int?], [Int]) = ([0, 1, 3, 2], [1, 0, 1])
        let (a, b) = (
            try model.filter(symbols, actions: actions).logEvidence,
            try renamed.filter(symbols, actions: actions).logEvidence
        )
        #expect(abs(a - b) < 1e-13)
    }

    @Test func `states that are seen are known, and blind ones follow the chain`() throws {
        let chain = try HiddenMarkovFixture.umbrella().states
        let seen = try HiddenMarkovModel(
            states: chain, emission: CategoricalEmission(.identity(2)))
        #expect(try seen.filter([0, 1, 1]).filtered == [1, 0, 0, 1, 0, 1])
        let blind = try HiddenMarkovModel(
            states: chain, emission: CategoricalEmission(Matrix([[0.5, 0.5], [0.5, 0.5]])))
        let pass = try blind.filter([0, 1, 1])
        let laws = try chain.predict(chain.initial, steps: 2, after: 0)
        #expect(largestDifference(pass.filtered, chain.initial + laws[0] + laws[1]) < 1e-15)
    }

    @Test func `the lagging smoother agrees with smoothing of what it has seen`() throws {
        let model = try HiddenMarkovFixture.umbrella()
        let table = try model.emission.likelihoods(of: weather)
        for lag in 0...5 {
            var smoother = FixedLagSmoother(model.states, lag: lag)
            var laws: [[Double]] = []
            for t in 0..<5 {
                let row = [table[t, 0], table[t, 1]]
                if let law = try smoother.append(row) {
                    let seen = try model.smooth(Array(weather[...t]))
                    #expect(largestDifference(law, seen.belief(at: t - lag)) < 1e-14)
                    laws.append(law)
                }
            }
            laws += smoother.finish()
            #expect(laws.count == 5)
            let full = try model.smooth(weather)
            #expect(abs(smoother.logEvidence - full.logEvidence) < 1e-14)
            if lag >= 4 { #expect(largestDifference(laws.flatMap { $0 }, full.marginals) < 1e-14) }
        }
    }

    @Test func `a continuation has the evidence of the whole less that of the past`() throws {
        let model = try HiddenMarkovFixture.controlled(8)
        let (symbols, actions): ([Int?], [Int]) = ([0, 1, 3, 2, 2, 0], [1, 0, 1, 1, 0])
        let past = try model.filter(Array(symbols[..<3]), actions: actions)
        let next = try model.states.logEvidence(
            ofNext: model.emission.likelihoods(of: Array(symbols[3...])), after: past,
            actions: Array(actions[2...]))
        let whole = try model.filter(symbols, actions: actions).logEvidence
        #expect(abs(past.logEvidence + next - whole) < 1e-13)
    }

    @Test func `a filter stepped by hand is the filter`() throws {
        let model = try HiddenMarkovFixture.controlled(2)
        let (symbols, actions): ([Int?], [Int]) = ([0, nil, 3, 2], [1, 0, 1])
        let pass = try model.filter(symbols, actions: actions)
        let filter = model.stepwise
        var (belief, total) = (filter.initialBelief(), 0.0)
        for t in 0..<4 {
            if t > 0 {
                belief = try filter.predict(belief, action: actions[t - 1], step: t - 1)
            }
            if let symbol = symbols[t] {
                let update = try filter.update(belief, observation: symbol, action: nil, step: t)
                belief = update.belief
                total += update.logLikelihood
            }
            #expect(largestDifference(belief, pass.belief(at: t)) < 1e-14)
        }
        #expect(abs(total - pass.logEvidence) < 1e-13)
    }
}
