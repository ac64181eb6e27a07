import Foundation
import OptimistCore
import OptimistLinearAlgebra

/// Soft Q-learning in a table from sampled transitions, without a target copy (Haarnoja et al. 2017,
/// arXiv 1702.08165; Ziebart 2010):
///
///     Q(s, a) ← Q(s, a) + n^−κ (rewardScale · r + γ log Σ_a′ p(a′ | s′) exp Q(s′, a′) − Q(s, a))
///
/// with n how often (s, a) was updated. For κ in (½, 1] and pairs that keep coming it converges to the
/// soft optimal values (Watkins and Dayan 1992), which `SoftDynamicProgramming.solve` computes.
public struct TabularSoftQLearning: Sendable {
    /// What to learn at.
    public struct Settings: Sendable, Equatable {
        /// γ.
        public var discount: Double
        /// κ of the step sizes n^−κ.
        public var stepExponent: Double

        /// A discount, and step sizes n^−0.7 unless said otherwise.
        public init(discount: Double, stepExponent: Double = 0.7) {
            if !(0...1).contains(discount) || !(stepExponent >= 0) {
                fail(
                    "TabularSoftQLearning.Settings",
                    "discount \(discount), step exponent \(stepExponent)")
            }
            self.discount = discount
            self.stepExponent = stepExponent
        }
    }

    /// The pairs of the table.
    public let pairs: StateActionPairs
    /// α.
    public let rewardScale: Double
    /// log p(a | s), `[pairs]`.
    public let logPrior: [Double]
    /// γ and the step sizes.
    public let settings: Settings
    /// Q(s, a) in nats, `[pairs]`; zeros at first.
    public private(set) var actionValues: [Double]
    /// How often each pair was updated, `[pairs]`.
    public private(set) var counts: [Int]

    /// A table of zeros.
    ///
    /// - Parameters:
    ///   - pairs: the pairs of a table.
    ///   - rewardScale: α, positive.
    ///   - prior: p(a | s).
    ///   - settings: discount and step sizes.
    /// - Throws: `ActionPriorError`.
    public init(
        _ pairs: StateActionPairs, rewardScale: Double = 1, prior: ActionPrior = .uniform,
        settings: Settings
    ) throws(ActionPriorError) {
        if !(rewardScale > 0 && rewardScale.isFinite) {
            fail("TabularSoftQLearning", "the reward scale is \(rewardScale), not positive")
        }
        self.pairs = pairs
        self.rewardScale = rewardScale
        logPrior = try prior.logWeights(pairs)
        self.settings = settings
        actionValues = Array(repeating: 0, count: pairs.count)
        counts = Array(repeating: 0, count: pairs.count)
    }

    /// V(s) = log Σ_a p(a | s) exp Q(s, a) in nats; 0 in a terminal state.
    public func value(_ state: Int) -> Double {
        let range = pairs.range(of: state)
        if range.isEmpty { return 0 }
        return logSumExp(range.map { logPrior[$0] + actionValues[$0] })
    }

    /// π(a | s) = p(a | s) exp(Q(s, a) − V(s)), `[pairs]`.
    public var policy: [Double] {
        var result = actionValues
        for state in 0..<pairs.states {
            let value = value(state)
            for pair in pairs.range(of: state) {
                result[pair] = exp(logPrior[pair] + actionValues[pair] - value)
            }
        }
        return result
    }

    /// Learns from one transition.
    ///
    /// - Parameters:
    ///   - pair: (s, a).
    ///   - reward: r in reward units.
    ///   - next: s′.
    ///   - isTerminated: whether nothing follows s′. A truncation is no termination.
    public mutating func learn(pair: Int, reward: Double, next: Int, isTerminated: Bool = false) {
        counts[pair] += 1
        let following = isTerminated ? 0 : settings.discount * value(next)
        let step = pow(Double(counts[pair]), -settings.stepExponent)
        actionValues[pair] += step * (rewardScale * reward + following - actionValues[pair])
    }

    /// Learns from transitions of a table at pairs drawn uniformly.
    ///
    /// - Parameters:
    ///   - updates: how many.
    ///   - model: what answers, with the same pairs.
    ///   - generator: where pairs and successors are drawn from.
    public mutating func learn(
        updates: Int, from model: TabularModel, using generator: inout Generator
    ) {
        if model.pairs != pairs {
            fail("TabularSoftQLearning.learn", "a model with other pairs of state and action")
        }
        for _ in 0..<updates {
            let pair = generator.integer(below: pairs.count)
            let position = model.samplePosition(pair, using: &generator)
            learn(
                pair: pair, reward: model.edgeRewards?[position] ?? model.rewards[pair],
                next: Int(model.transitions.indices[position]))
        }
    }
}

extension TabularModel {
    /// An entry of the transitions of a pair, drawn by its probability.
    fileprivate func samplePosition(_ pair: Int, using generator: inout Generator) -> Int {
        var remaining = generator.uniform()
        var last = transitions.starts[pair]
        for position in transitions.starts[pair]..<transitions.starts[pair + 1]
        where transitions.values[position] > 0 {
            last = position
            remaining -= transitions.values[position]
            if remaining < 0 { break }
        }
        return last
    }
}
