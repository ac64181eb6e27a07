import Foundation
import OptimistCore
import OptimistLinearAlgebra

/// The law of options along trajectories whose states and actions are known: the forward filter of
/// a hidden Markov chain with transitions that change from step to step, in log space.
///
/// With x_t the action (log emissions log π(a_t | s_t, o)) it gives the marginal policy
/// log q(a_t | h_t), which no longer knows of options. All lists are time-first, row by row.
public struct OptionFilter: Sendable {
    /// T.
    public let steps: Int
    /// B, trajectories side by side.
    public let batch: Int
    /// K.
    public let options: Int
    /// log π(o_t | s_t, o_{t−1}), `[steps, batch, options, options]`, the new option last.
    public let logTransitions: [Double]
    /// log π(a_t | s_t, o_t), `[steps, batch, options]`.
    public let logEmissions: [Double]
    /// log q(a_t | h_t), `[steps, batch]`; −∞ where no option acts so, and ever after.
    public private(set) var logMarginals: [Double]
    /// log p(o_t | s_{1:t}, a_{1:t}), `[steps, batch, options]`.
    public private(set) var logFilter: [Double]

    /// Filters trajectories. The option before the first step is taken as uniform: at the start of
    /// an episode all rows of the first transition are the law of the first option. A step after
    /// the end of a short trajectory has transitions that sum to one and log emissions 0, and adds
    /// 0.
    ///
    /// - Parameters:
    ///   - logTransitions: log π(o_t | s_t, o_{t−1}), `[steps, batch, options, options]`.
    ///   - logEmissions: log π(a_t | s_t, o_t), `[steps, batch, options]`.
    ///   - batch: B.
    ///   - options: K.
    public init(
        logTransitions: [Double], logEmissions: [Double], batch: Int, options: Int
    ) {
        let width = batch * options
        if width < 1 || logEmissions.count % width != 0
            || logTransitions.count != logEmissions.count * options
        {
            fail(
                "OptionFilter",
                "\(logTransitions.count) transitions and \(logEmissions.count) emissions for "
                    + "\(batch) trajectories of \(options) options")
        }
        (self.batch, self.options) = (batch, options)
        steps = logEmissions.count / width
        self.logTransitions = logTransitions
        self.logEmissions = logEmissions
        logMarginals = Array(repeating: 0, count: steps * batch)
        logFilter = logEmissions
        let before = Array(repeating: -log(Double(options)), count: options)
        var terms = before
        for step in 0..<steps {
            for row in 0..<batch { advance(step * batch + row, before, &terms) }
        }
    }

    /// log p(o_{t−1} | …) of the step before row `index` of `[steps, batch]`.
    private func previous(_ index: Int, _ option: Int, _ before: Double) -> Double {
        index < batch ? before : logFilter[(index - batch) * options + option]
    }

    private mutating func advance(_ index: Int, _ before: [Double], _ terms: inout [Double]) {
        for option in 0..<options {
            for other in 0..<options {
                terms[other] =
                    previous(index, other, before[other])
                    + logTransitions[(index * options + other) * options + option]
            }
            logFilter[index * options + option] =
                logSumExp(terms) + logEmissions[index * options + option]
        }
        for option in 0..<options { terms[option] = logFilter[index * options + option] }
        let total = logSumExp(terms)
        logMarginals[index] = total
        if total == -.infinity { return }
        for option in 0..<options { logFilter[index * options + option] -= total }
    }

    /// p(o_t | s_{1:t}, a_{1:t}), `[steps, batch, options]`.
    public var filter: [Double] { logFilter.map { exp($0) } }

    /// Σ_t log q(a_t | h_t) of each trajectory, `[batch]`.
    public var logMarginal: [Double] {
        (0..<batch).map { row in
            (0..<steps).reduce(0) { $0 + logMarginals[$1 * batch + row] }
        }
    }

    /// log b_t(o) = log p(a_{t+1:T} | s_{t+1:T}, o_t = o), `[steps, batch, options]`; 0 at the end.
    public var logBackward: [Double] {
        var result = Array(repeating: 0.0, count: logEmissions.count)
        var terms = Array(repeating: 0.0, count: options)
        for index in (0..<max(steps - 1, 0) * batch).reversed() {
            let next = index + batch
            for option in 0..<options {
                for other in 0..<options {
                    terms[other] =
                        logTransitions[(next * options + option) * options + other]
                        + logEmissions[next * options + other] + result[next * options + other]
                }
                result[index * options + option] = logSumExp(terms)
            }
        }
        return result
    }

    /// p(o_{t−1}, o_t | s_{1:T}, a_{1:T}), `[steps, batch, options, options]`: the derivative of
    /// the log marginal by the log transitions. At the first step o_0 is the uniform one.
    public var pairPosterior: [Double] {
        gradient(weights: Array(repeating: 1, count: steps * batch)).logTransitions
    }
}
