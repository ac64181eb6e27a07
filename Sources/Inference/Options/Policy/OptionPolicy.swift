import Foundation
import OptimistCore
import OptimistLinearAlgebra

/// A policy that acts through options (Sutton, Precup and Singh 1999), as tables:
///
///     π(o | s, o′) = c(s, o′) [o = o′] + (1 − c(s, o′)) q(o | s, o′),  o′ the option before
///     π(o_1 | s_1) = q_1(o_1 | s_1),  a_t from π(a_t | s_t, o_t)
///
/// To go on with an option or to select the same one again is the same event: c and q are used as
/// one categorical law, so that an option stays with the probability c + (1 − c) q.
public struct OptionPolicy: Equatable, Sendable {
    /// The states and actions.
    public let pairs: StateActionPairs
    /// log π(a | s, o), `[options][pairs]`.
    public let logPolicies: [[Double]]
    /// log c(s, o′), `[states, options]`.
    public let logContinuation: [Double]
    /// log (1 − c(s, o′)), `[states, options]`.
    public let logStop: [Double]
    /// log q(o | s, o′), `[states, options, options]`, the new option last.
    public let logSelector: [Double]
    /// log q_1(o | s), `[states, options]`.
    public let logFirst: [Double]
    /// log π(o | s, o′), the mixture, `[states, options, options]`, the new option last.
    public let logTransitions: [Double]

    /// K.
    public var options: Int { logPolicies.count }

    /// A policy from probabilities.
    ///
    /// - Parameters:
    ///   - pairs: the states and actions.
    ///   - policies: π(a | s, o), `[options][pairs]`.
    ///   - continuation: c(s, o′), `[states, options]`.
    ///   - selector: q(o | s, o′), `[states, options, options]`, the new option last.
    ///   - firstSelector: q_1(o | s), `[states, options]`.
    /// - Throws: `OptionPolicyError` where a table has the wrong size or is no law.
    public init(
        pairs: StateActionPairs, policies: [[Double]], continuation: [Double],
        selector: [Double], firstSelector: [Double]
    ) throws(OptionPolicyError) {
        let (states, options) = (pairs.states, policies.count)
        if options == 0 { throw .noOptions }
        for (option, policy) in policies.enumerated() {
            do {
                try ActionPriorError.check(policy, pairs)
            } catch {
                throw .actions(option: option, error)
            }
        }
        try Self.check("continuation", continuation, states * options, rows: nil)
        try Self.check("selector", selector, states * options * options, rows: options)
        try Self.check("first selector", firstSelector, states * options, rows: options)
        self.init(
            pairs: pairs, logPolicies: policies.map { $0.map { log($0) } },
            logContinuation: continuation.map { log($0) },
            logStop: continuation.map { log(1 - $0) }, logSelector: selector.map { log($0) },
            logFirst: firstSelector.map { log($0) })
    }

    /// A policy from log-probabilities that the caller vouches for.
    init(
        pairs: StateActionPairs, logPolicies: [[Double]], logContinuation: [Double],
        logStop: [Double], logSelector: [Double], logFirst: [Double]
    ) {
        self.pairs = pairs
        self.logPolicies = logPolicies
        self.logContinuation = logContinuation
        self.logStop = logStop
        self.logSelector = logSelector
        self.logFirst = logFirst
        let options = logPolicies.count
        var mixture = logSelector
        for row in 0..<pairs.states * options {
            for option in 0..<options {
                mixture[row * options + option] += logStop[row]
            }
            let same = row * options + row % options
            mixture[same] = logAddExp(logContinuation[row], mixture[same])
        }
        logTransitions = mixture
    }

    /// Checks sizes and probabilities, and sums of rows of a length where one is given.
    private static func check(
        _ table: String, _ values: [Double], _ count: Int, rows length: Int?
    ) throws(OptionPolicyError) {
        if values.count != count {
            throw .tableSize(table: table, found: values.count, expected: count)
        }
        for (entry, value) in values.enumerated() where !(value >= 0 && value <= 1) {
            throw .probability(table: table, entry: entry, value: value)
        }
        guard let length else { return }
        for row in 0..<count / length {
            let sum = values[row * length..<(row + 1) * length].reduce(0, +)
            if abs(sum - 1) > TabularModel.sumTolerance {
                throw .sum(table: table, row: row, sum: sum)
            }
        }
    }

    /// log π(o | s, o′), or log q_1(o | s) where there is no option before.
    ///
    /// - Parameters:
    ///   - option: o.
    ///   - state: s.
    ///   - previous: o′; nil at the first step.
    public func logProbability(of option: Int, state: Int, previous: Int?) -> Double {
        guard let previous else { return logFirst[state * options + option] }
        return logTransitions[(state * options + previous) * options + option]
    }

    /// The law of the option in a state, `[options]`: π(o | s, o′), or q_1(o | s) without o′.
    public func law(state: Int, previous: Int?) -> [Double] {
        (0..<options).map { exp(logProbability(of: $0, state: state, previous: previous)) }
    }
}
