import Foundation
import OptimistCore
import OptimistLinearAlgebra

/// The parameters of an option policy that a learner may move freely: logits of every table.
///
/// Actions, selectors and first selector are softmaxes of their rows, the continuation is a
/// logistic function. All lie in one list, so that an optimizer needs to know nothing of them.
public struct OptionLogits: Equatable, Sendable {
    /// The states and actions.
    public let pairs: StateActionPairs
    /// K.
    public let options: Int
    /// The logits: of π(a | s, o) `[options, pairs]`, of c(s, o′) `[states, options]`, of
    /// q(o | s, o′) `[states, options, options]` and of q_1(o | s) `[states, options]`.
    public var values: [Double]

    /// Uniform laws with a continuation of their own.
    ///
    /// - Parameters:
    ///   - pairs: the states and actions.
    ///   - options: K, at least 1.
    ///   - continuation: the logit of c; 2, an option of eight steps, unless said otherwise.
    public init(pairs: StateActionPairs, options: Int, continuation: Double = 2) {
        if options < 1 { fail("OptionLogits", "\(options) options") }
        self.pairs = pairs
        self.options = options
        let rows = pairs.states * options
        values = Array(repeating: 0, count: options * pairs.count + rows * (options + 2))
        for index in options * pairs.count..<options * pairs.count + rows {
            values[index] = continuation
        }
    }

    /// Adds normal noise to the logits of actions and selectors: equal options would stay equal.
    ///
    /// - Parameters:
    ///   - deviation: the noise's standard deviation.
    ///   - generator: where it comes from.
    public mutating func perturb(deviation: Double, using generator: inout Generator) {
        for index in values.indices where !continuationRange.contains(index) {
            values[index] += deviation * generator.normal()
        }
    }

    /// Where the logits of the continuation lie.
    public var continuationRange: Range<Int> {
        let start = options * pairs.count
        return start..<start + pairs.states * options
    }

    /// Where the logits of the selector lie.
    public var selectorRange: Range<Int> {
        let start = continuationRange.upperBound
        return start..<start + pairs.states * options * options
    }

    /// The policy of these logits.
    public var policy: OptionPolicy {
        OptionPolicy(
            pairs: pairs, logPolicies: (0..<options).map { logPolicy($0) },
            logContinuation: values[continuationRange].map { -logAddExp(0, -$0) },
            logStop: values[continuationRange].map { -logAddExp(0, $0) },
            logSelector: logRows(values[selectorRange]),
            logFirst: logRows(values[selectorRange.upperBound...]))
    }

    private func logPolicy(_ option: Int) -> [Double] {
        var result = Array(values[option * pairs.count..<(option + 1) * pairs.count])
        for state in 0..<pairs.states {
            let range = pairs.range(of: state)
            let total = logSumExp(Array(result[range]))
            for pair in range { result[pair] -= total }
        }
        return result
    }

    private func logRows(_ logits: ArraySlice<Double>) -> [Double] {
        var result = Array(logits)
        for start in stride(from: 0, to: result.count, by: options) {
            let total = logSumExp(Array(result[start..<start + options]))
            for index in start..<start + options { result[index] -= total }
        }
        return result
    }

    /// The derivatives by the logits, in the order of `values`, from those by log-probabilities.
    ///
    /// - Parameters:
    ///   - scores: derivatives by the entries of the tables of `policy`.
    ///   - policy: the policy of these logits.
    public func gradient(_ scores: OptionScores, policy: OptionPolicy) -> [Double] {
        var result = Array(repeating: 0.0, count: values.count)
        for option in 0..<options {
            for state in 0..<pairs.states {
                softmax(
                    scores.policies[option], policy.logPolicies[option],
                    pairs.range(of: state), into: &result, at: option * pairs.count)
            }
        }
        for row in 0..<pairs.states * options {
            mixture(row, scores, policy, into: &result)
            // d log (1 − c) by the logit of c is −c.
            result[continuationRange.lowerBound + row] -=
                exp(policy.logContinuation[row]) * scores.stop[row]
        }
        for state in 0..<pairs.states {
            softmax(
                scores.first, policy.logFirst, state * options..<(state + 1) * options,
                into: &result, at: selectorRange.upperBound)
        }
        return result
    }

    /// g − p Σ g of one row of log-probabilities, added where the row's logits lie.
    private func softmax(
        _ scores: [Double], _ logs: [Double], _ range: Range<Int>, into result: inout [Double],
        at offset: Int
    ) {
        let total = range.reduce(0) { $0 + scores[$1] }
        for index in range { result[offset + index] += scores[index] - exp(logs[index]) * total }
    }

    /// One row of the mixture of going on and selecting: by the logits of c and of q.
    private func mixture(
        _ row: Int, _ scores: OptionScores, _ policy: OptionPolicy, into result: inout [Double]
    ) {
        let entries = row * options..<(row + 1) * options
        let same = row * options + row % options
        let (go, stop) = (policy.logContinuation[row], policy.logStop[row])
        var selected = 0.0
        for entry in entries where policy.logTransitions[entry] > -.infinity {
            // The share of the entry's probability that comes from selecting.
            let log = policy.logTransitions[entry]
            let share = scores.transitions[entry] * exp(stop + policy.logSelector[entry] - log)
            result[selectorRange.lowerBound + entry] += share
            selected += share
            let goingOn = entry == same ? scores.transitions[entry] * exp(go - log) : 0
            result[continuationRange.lowerBound + row] += goingOn * exp(stop) - share * exp(go)
        }
        for entry in entries {
            result[selectorRange.lowerBound + entry] -= selected * exp(policy.logSelector[entry])
        }
    }
}
