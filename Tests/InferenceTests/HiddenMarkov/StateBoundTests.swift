import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import Testing

/// The evidence of a chain as a bound, forecasts of symbols, and fits of chains with actions.
@Suite struct StateBoundTests {
    private let symbols: [Int?] = [0, 3, nil, 1, 2, 2]
    private let actions = [0, 1, 1, 0, 1]

    /// log p(x) = E_q[Σ log p(x_t | s_t)] − Σ E KL(q(s_t | s_{t−1}) ‖ p(s_t | s_{t−1}, a_{t−1})).
    @Test func `the exact posterior's bound is the evidence`() throws {
        let model = try HiddenMarkovFixture.controlled(13)
        let smooth = try model.smooth(symbols, actions: actions, withPairs: true)
        var bound = 0.0
        for (t, symbol) in symbols.enumerated() {
            guard let symbol else { continue }
            for (s, p) in smooth.belief(at: t).enumerated() {
                bound += p * log(model.emission.probabilities[s, symbol])
            }
        }
        var consistency = 0.0
        for (s, p) in smooth.belief(at: 0).enumerated() {
            consistency += p * log(p / model.states.initial[s])
        }
        for t in 0..<5 {
            let law = try model.states.transition(step: t, action: actions[t])
            let before = smooth.belief(at: t)
            for i in 0..<3 {
                for j in 0..<3 {
                    let joint = smooth.pairs[t][i, j]
                    consistency += joint * log(joint / before[i] / law[i, j])
                }
            }
        }
        #expect(abs(bound - consistency - smooth.logEvidence) < 1e-12)
        #expect(consistency > 0.1)
    }

    @Test func `forecasts of states and symbols equal enumeration`() throws {
        let model = try HiddenMarkovFixture.controlled(14)
        let past = try model.filter(Array(symbols.prefix(3)), actions: Array(actions.prefix(2)))
        let laws = try model.states.predict(
            past.belief(at: 2), steps: 3, after: 2, actions: Array(actions[2...]))
        let open: [Int?] = Array(symbols.prefix(3)) + [nil, nil, nil]
        let paths = try model.states.allPaths(
            model.emission.likelihoods(of: open), actions: actions)
        for k in 1...3 {
            var (states, emitted) = ([0.0, 0, 0], [0.0, 0, 0, 0])
            for path in paths {
                let weight = exp(path.logProbability - past.logEvidence)
                let state = path.states[2 + k]
                states[state] += weight
                for x in 0..<4 { emitted[x] += weight * model.emission.probabilities[state, x] }
            }
            #expect(largestDifference(laws[k - 1], states) < 1e-12)
            #expect(largestDifference(model.emission.law(of: laws[k - 1]), emitted) < 1e-12)
        }
    }

    @Test func `the sampler and the filter give an action the same step`() throws {
        // Action 0 stays, action 1 moves on by one, action 2 by two: a path is sure.
        let shifts = (0..<3).map { shift in
            Matrix(rows: 3, columns: 3) { (($0 + shift) % 3 == $1) ? 1 : 0 }
        }
        let model = try HiddenMarkovModel(
            states: DiscreteStateSpace(initial: [1, 0, 0], transitionsByAction: shifts),
            emission: CategoricalEmission(.identity(3)))
        let actions = [1, 2, 0, 2, 1, 1]
        var generator = Generator(seed: 3)
        let (states, symbols) = try model.sample(
            steps: 7, actions: actions, using: &generator)
        #expect(states == [0, 1, 0, 0, 2, 0, 1] && symbols == states)
        #expect(try model.filter(symbols, actions: actions).logEvidence == 0)
    }

    @Test func `states that are seen are fitted by counting, action by action`() throws {
        let start = try HiddenMarkovModel(
            states: DiscreteStateSpace(
                initial: [0.5, 0.5],
                transitionsByAction: Array(
                    repeating: Matrix([[0.5, 0.5], [0.5, 0.5]]), count: 2)),
            emission: CategoricalEmission(.identity(2)))
        let sequences = [
            HiddenMarkovSequence<Int>([0, 1, 1, 0, 1], actions: [0, 1, 0, 1]),
            HiddenMarkovSequence<Int>([1, 0, 0], actions: [0, 0]),
        ]
        var fitting = HiddenMarkovFitting()
        fitting.frozen = [.emissions]
        var generator = Generator(seed: 1)
        let fit = try start.fitted(
            to: sequences, fitting, using: &generator)
        let tables = try (0..<2).map { try fit.model.states.transition(step: 0, action: $0) }
        // Action 0 made 0→1, 1→0, 1→0 and 0→0; action 1 made 1→1 and 0→1.
        #expect(largestDifference(tables[0].elements, [0.5, 0.5, 1, 0]) < 1e-12)
        #expect(largestDifference(tables[1].elements, [0, 1, 0, 1]) < 1e-12)
        #expect(largestDifference(fit.model.states.initial, [0.5, 0.5]) < 1e-12)
    }

    @Test func `learning with actions never falls and ends where the gradient is zero`() throws {
        let truth = try HiddenMarkovFixture.controlled(17)
        var generator = Generator(seed: 17)
        let sequences = try [60, 35, 80].map { steps in
            let actions = (0..<steps - 1).map { _ in generator.integer(below: 2) }
            var symbols: [Int?] = try truth.sample(
                steps: steps, actions: actions, using: &generator
            ).observations
            symbols[7] = nil
            return HiddenMarkovSequence(symbols, actions: actions)
        }
        let start = try HiddenMarkovFixture.controlled(18)
        var fitting = HiddenMarkovFitting()
        (fitting.iterationLimit, fitting.tolerance) = (300, 0)
        let fit = try start.fitted(to: sequences, fitting, using: &generator)
        #expect(fit.largestDecrease < 1e-12)
        #expect(fit.history.count == 301)
        // On the simplex: coordinates whose probability has reached zero have no slope either.
        let slope = try fit.model.gradient(of: sequences)
        #expect(slope.allSatisfy { abs($0) < 0.5 })
        let before = try start.gradient(of: sequences)
        let size = { (gradient: [Double]) in dot(gradient, gradient).squareRoot() }
        #expect(size(slope) < 0.05 * size(before))
    }

    @Test func `criteria and held-out data choose the number of states`() throws {
        let truth = try HiddenMarkovModel(
            states: DiscreteStateSpace(
                initial: [0.5, 0.5], transitions: Matrix([[0.95, 0.05], [0.1, 0.9]])),
            emission: GaussianEmission(
                means: Matrix([[-2], [1]]), variances: Matrix([[0.5], [1]])))
        var generator = Generator(seed: 19)
        let draw = { (generator: inout Generator) in
            try truth.sample(steps: 600, using: &generator).observations.map { Optional($0) }
        }
        let (seen, held) = (try draw(&generator), try draw(&generator))
        var fitting = HiddenMarkovFitting()
        fitting.starts = 3
        var (criteria, evidence) = ([Double](), [Double]())
        for count in 1...4 {
            let law = Array(repeating: 1 / Double(count), count: count)
            let start = try HiddenMarkovModel(
                states: DiscreteStateSpace(
                    initial: law,
                    transitions: Matrix(Array(repeating: law, count: count))),
                emission: GaussianEmission.start(states: count, for: [seen]))
            let fit = try start.fitted(
                to: [HiddenMarkovSequence(seen)], fitting, using: &generator)
            criteria.append(fit.schwarz)
            evidence.append(try fit.model.filter(held).logEvidence)
        }
        #expect(criteria.indices.min { criteria[$0] < criteria[$1] } == 1)
        #expect(evidence[1] > evidence[0] + 100)
        #expect(abs(evidence[2] - evidence[1]) < 20)
    }
}
