import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import Testing

/// A bandit on the real line whose posterior has two peaks, for two Gaussian options.
///
/// α r(a) + log p(a) is the log-density of a mixture of N(−2, 0.3²) and N(2, 0.3²), so the log
/// evidence is 0. One option alone pays log 2 for the peak that it leaves out.
@Suite struct TwoPeakBanditTests {
    private func logNormal(_ value: Double, _ mean: Double, _ deviation: Double) -> Double {
        let scaled = (value - mean) / deviation
        return -0.5 * scaled * scaled - log(deviation) - 0.5 * log(2 * Double.pi)
    }

    private func logReward(_ action: Double) -> Double {
        logAddExp(logNormal(action, -2, 0.3), logNormal(action, 2, 0.3)) - log(2)
    }

    /// Means, log deviations and selector logits of the two options.
    private func filter(_ parameters: [Double], _ actions: [Double]) -> OptionFilter {
        let total = logAddExp(parameters[4], parameters[5])
        let first = [parameters[4] - total, parameters[5] - total]
        return OptionFilter(
            logTransitions: Array(repeating: first + first, count: actions.count).flatMap { $0 },
            logEmissions: actions.flatMap { action in
                (0..<2).map {
                    logNormal(action, parameters[$0], exp(parameters[2 + $0]))
                }
            }, batch: actions.count, options: 2)
    }

    /// E[f(a)] of option o by the trapezoidal rule, exact to rounding for smooth functions.
    private func mean(
        _ parameters: [Double], _ option: Int, _ function: (Double) -> Double
    ) -> Double {
        let (center, deviation) = (parameters[option], exp(parameters[2 + option]))
        return (-400...400).reduce(0) { sum, index in
            let action = center + deviation * Double(index) / 40
            return sum + exp(logNormal(action, center, deviation)) * function(action) * deviation
                / 40
        }
    }

    private func bounds(_ parameters: [Double]) -> (collapsed: Double, none: Double) {
        var result = (collapsed: 0.0, none: 0.0)
        for option in 0..<2 {
            let share = 1 / (1 + exp(parameters[5 - option] - parameters[4 + option]))
            result.collapsed +=
                share
                * mean(parameters, option) {
                    logReward($0) - filter(parameters, [$0]).logMarginals[0]
                }
            result.none +=
                share
                * mean(parameters, option) {
                    logReward($0)
                        - logNormal($0, parameters[option], exp(parameters[2 + option]))
                }
        }
        return result
    }

    @Test func `both peaks are free with a reverse model and cost log 2 without`() {
        let both = bounds([-2, 2, log(0.3), log(0.3), 0, 0])
        #expect(abs(both.collapsed) < 1e-9)
        #expect(abs(both.none + log(2)) < 1e-9)
        let single = bounds([2, 2, log(0.3), log(0.3), 0, 0])
        #expect(abs(single.collapsed + log(2)) < 1e-9)
        #expect(abs(single.none + log(2)) < 1e-9)
        for change in [[0.01, 0, 0, 0, 0, 0], [0, 0, 0.01, 0, 0, 0], [0, 0, 0, 0, 0.1, 0]] {
            let moved = zip([-2, 2, log(0.3), log(0.3), 0, 0], change).map { $0 + $1 }
            #expect(bounds(moved).collapsed < -1e-6)
        }
    }

    /// Adam with a linear schedule on sampled actions; the baseline is the batch's mean.
    private func train(_ seed: UInt64, isCollapsed: Bool) -> [Double] {
        var parameters = [-0.5, 0.5, 0, 0, 0, 0]
        var generator = Generator(seed: seed)
        var (mean, square) = (
            Array(repeating: 0.0, count: 6), Array(repeating: 0.0, count: 6)
        )
        for step in 0..<2000 {
            let gradient = gradient(parameters, isCollapsed, &generator)
            let count = Double(step + 1)
            for index in 0..<6 {
                mean[index] = 0.9 * mean[index] + 0.1 * gradient[index]
                square[index] = 0.999 * square[index] + 0.001 * gradient[index] * gradient[index]
                let slope = mean[index] / (1 - pow(0.9, count))
                let size = (square[index] / (1 - pow(0.999, count))).squareRoot()
                parameters[index] += 0.02 * (1 - Double(step) / 2000) * slope / (size + 1e-8)
            }
        }
        return parameters
    }

    private func gradient(
        _ parameters: [Double], _ isCollapsed: Bool, _ generator: inout Generator
    ) -> [Double] {
        let share = 1 / (1 + exp(parameters[4] - parameters[5]))
        var (options, actions) = ([Int](), [Double]())
        for _ in 0..<256 {
            let option = generator.bernoulli(share) ? 1 : 0
            options.append(option)
            actions.append(
                parameters[option] + exp(parameters[2 + option]) * generator.normal())
        }
        let filter = filter(parameters, actions)
        let logs = filter.logEmissions
        var returns = actions.indices.map { row in
            logReward(actions[row])
                - (isCollapsed ? filter.logMarginals[row] : logs[2 * row + options[row]])
        }
        let mean = returns.reduce(0, +) / 256
        for row in returns.indices { returns[row] = (returns[row] - mean) / 256 }
        var byEmission = Array(repeating: 0.0, count: 512)
        if isCollapsed {
            byEmission = filter.gradient(weights: returns).logEmissions
        } else {
            for row in returns.indices { byEmission[2 * row + options[row]] = returns[row] }
        }
        return chain(parameters, actions, byEmission)
    }

    /// From derivatives by log-densities, whose sums are those by log q_1(o), to the parameters.
    private func chain(
        _ parameters: [Double], _ actions: [Double], _ byEmission: [Double]
    ) -> [Double] {
        var result = Array(repeating: 0.0, count: 6)
        let share = 1 / (1 + exp(parameters[4] - parameters[5]))
        for row in actions.indices {
            for option in 0..<2 {
                let weight = byEmission[2 * row + option]
                let deviation = exp(parameters[2 + option])
                let scaled = (actions[row] - parameters[option]) / deviation
                result[option] += weight * scaled / deviation
                result[2 + option] += weight * (scaled * scaled - 1)
                result[4 + option] += weight * (option == 1 ? 1 - share : share)
                result[5 - option] -= weight * (option == 1 ? 1 - share : share)
            }
        }
        return result
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `samples find both peaks with the collapsed gradient`(_ seed: UInt64) {
        let found = bounds(train(seed, isCollapsed: true)).collapsed
        #expect(found > -0.01 && found < 1e-9)
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `samples find one peak without a reverse model`(_ seed: UInt64) {
        let found = bounds(train(seed, isCollapsed: false)).none
        #expect(abs(found + log(2)) < 0.02)
    }
}
