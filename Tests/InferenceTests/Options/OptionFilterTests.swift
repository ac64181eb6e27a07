import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import Testing

/// The filter of options against enumeration of every sequence of options.
@Suite struct OptionFilterTests {
    private let steps = 4
    private let batch = 2
    private let options = 3

    private func randomLogs(_ generator: inout Generator) -> (
        transitions: [Double], emissions: [Double]
    ) {
        var transitions: [Double] = []
        for t in 0..<steps * batch {
            let first = randomLaw(&generator)
            for _ in 0..<options {
                transitions += t < batch ? first : randomLaw(&generator)
            }
        }
        let emissions = (0..<steps * batch * options).map { _ in log(generator.uniform()) }
        return (transitions, emissions)
    }

    private func randomLaw(_ generator: inout Generator) -> [Double] {
        var law = (0..<options).map { _ in generator.normal() }
        let total = logSumExp(law)
        for index in law.indices { law[index] -= total }
        return law
    }

    private func filter(_ logs: (transitions: [Double], emissions: [Double])) -> OptionFilter {
        OptionFilter(
            logTransitions: logs.transitions, logEmissions: logs.emissions, batch: batch,
            options: options)
    }

    /// log p of one sequence of options with what was seen up to a step of one trajectory.
    private func logJoint(
        _ choices: [Int], _ row: Int, _ logs: (transitions: [Double], emissions: [Double])
    ) -> Double {
        choices.indices.reduce(0) { sum, t in
            let index = t * batch + row
            let previous = t == 0 ? 0 : choices[t - 1]
            return sum + logs.transitions[(index * options + previous) * options + choices[t]]
                + logs.emissions[index * options + choices[t]]
        }
    }

    private func sequences(_ length: Int) -> [[Int]] {
        (0..<length).reduce([[]]) { all, _ in
            all.flatMap { head in (0..<options).map { head + [$0] } }
        }
    }

    @Test func `marginals, filter and messages equal enumeration`() {
        var generator = Generator(seed: 3)
        let logs = randomLogs(&generator)
        let filter = filter(logs)
        let (laws, backward) = (filter.filter, filter.logBackward)
        for row in 0..<batch {
            var before = 0.0
            for t in 0..<steps {
                let joints = sequences(t + 1).map { ($0, logJoint($0, row, logs)) }
                let total = logSumExp(joints.map(\.1))
                #expect(abs(filter.logMarginals[t * batch + row] - total + before) < 1e-12)
                before = total
                for option in 0..<options {
                    let index = (t * batch + row) * options + option
                    let here = logSumExp(joints.filter { $0.0[t] == option }.map(\.1))
                    #expect(abs(laws[index] - exp(here - total)) < 1e-12)
                    let all = sequences(steps).filter { $0[t] == option }
                    let through = logSumExp(all.map { logJoint($0, row, logs) })
                    #expect(abs(backward[index] - through + here) < 1e-12)
                }
            }
            #expect(abs(filter.logMarginal[row] - before) < 1e-12)
        }
    }

    @Test func `posteriors over pairs equal enumeration`() {
        var generator = Generator(seed: 4)
        let logs = randomLogs(&generator)
        let filter = filter(logs)
        let posterior = filter.pairPosterior
        for row in 0..<batch {
            for t in 1..<steps {
                for previous in 0..<options {
                    for option in 0..<options {
                        let through = sequences(steps).filter {
                            $0[t - 1] == previous && $0[t] == option
                        }
                        let share = logSumExp(through.map { logJoint($0, row, logs) })
                        let entry = ((t * batch + row) * options + previous) * options + option
                        #expect(
                            abs(posterior[entry] - exp(share - filter.logMarginal[row])) < 1e-12)
                    }
                }
            }
        }
    }

    @Test func `weighted gradients are finite differences`() {
        var generator = Generator(seed: 5)
        let logs = randomLogs(&generator)
        let weights = (0..<steps * batch).map { _ in generator.normal() }
        let ofFilter = (0..<steps * batch * options).map { _ in generator.normal() }
        let gradient = filter(logs).gradient(weights: weights, filterWeights: ofFilter)
        func value(_ logs: (transitions: [Double], emissions: [Double])) -> Double {
            let filter = filter(logs)
            let marginals = zip(filter.logMarginals, weights).reduce(0) { $0 + $1.0 * $1.1 }
            return zip(filter.filter, ofFilter).reduce(marginals) { $0 + $1.0 * $1.1 }
        }
        let byTransitions = OptionFixtures.slopes(logs.transitions) {
            value(($0, logs.emissions))
        }
        let byEmissions = OptionFixtures.slopes(logs.emissions) { value((logs.transitions, $0)) }
        #expect(
            OptionFixtures.largest(zip(byTransitions, gradient.logTransitions).map { $0 - $1 })
                < 1e-8)
        #expect(
            OptionFixtures.largest(zip(byEmissions, gradient.logEmissions).map { $0 - $1 }) < 1e-8)
    }

    @Test func `a long trajectory of unlikely actions stays finite`() {
        var (transitions, emissions) = ([Double](), [Double]())
        for t in 0..<3000 {
            transitions += [-1e-9, -700, -700, -1e-9]
            emissions += t % 2 == 0 ? [-400, -1] : [-1, -400]
        }
        let filter = OptionFilter(
            logTransitions: transitions, logEmissions: emissions, batch: 1, options: 2)
        #expect(filter.logMarginal[0].isFinite)
        #expect(filter.logBackward.allSatisfy { $0.isFinite })
        let weights = (0..<3000).map { Double($0 % 7) - 3 }
        let gradient = filter.gradient(weights: weights)
        #expect(gradient.logTransitions.allSatisfy { abs($0) < 10_000 })
        let posterior = filter.pairPosterior
        for t in 0..<3000 {
            let sum = posterior[t * 4..<t * 4 + 4].reduce(0, +)
            #expect(abs(sum - 1) < 1e-6)
        }
    }

    @Test func `an action that no option takes has no law after it`() {
        let filter = OptionFilter(
            logTransitions: Array(repeating: log(0.5), count: 8),
            logEmissions: [0, -1, -.infinity, -.infinity], batch: 1, options: 2)
        #expect(filter.logMarginals[0].isFinite)
        #expect(filter.logMarginals[1] == -.infinity)
        let gradient = filter.gradient(weights: [1, 1])
        #expect(gradient.logTransitions.allSatisfy { $0.isFinite })
    }

    @Test func `collapsed log probabilities equal the sums over options`() throws {
        let (problem, policy) = try (OptionFixtures.problem(), OptionFixtures.policy())
        problem.forEachPath(policy) { path, filter, _ in
            var sum = 0.0
            problem.forEachChoice(path, policy) { _, logProbability in sum += exp(logProbability) }
            #expect(abs(filter.logMarginal[0] - log(sum)) < 1e-12)
        }
    }
}
