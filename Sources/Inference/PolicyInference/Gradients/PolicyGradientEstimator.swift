import Foundation
import OptimistCore

/// An estimator of dL/dθ from one trajectory for a softmax policy, so that its mean and variance can
/// be enumerated (Williams 1992; seen as stochastic expectation maximization).
///
/// The score of each action meets the advantage of what came of it:
///
///     g = Σ_t γ^{t−1} ∇ log π(a_t | s_t) A_t + direct terms
///
/// where A_t estimates Σ_{k ≥ t} γ^{k−t} c_k − b_t(s_t).
public struct PolicyGradientEstimator: Sendable {
    /// How the divergence from the action prior enters.
    public enum Entropy: String, Codable, CaseIterable, Sendable {
        /// c_k = α r_k − log π(a_k | s_k) / p(a_k | s_k), a constant under the derivative.
        case exact
        /// c_k = α r_k − KL(π(· | s_k) ‖ p), and the gradient of −KL at s_t: the same mean. A
        /// step's own KL depends on the state alone and is part of the baseline.
        case analyticEntropy
        /// c_k = α r_k, and the gradient of −KL at s_t, as in A3C (Mnih et al. 2016): biased, for
        /// what an action does to later divergences is missing.
        case instantaneous

        /// The exact gradient that is the estimator's mean, for any baseline.
        public var mean: PolicyGradientForm { self == .instantaneous ? .localEntropy : .full }
    }

    /// How the divergence enters.
    public var entropy: Entropy
    /// α.
    public var rewardScale: Double
    /// log p(a | s), `[pairs]`.
    public var logPrior: [Double]
    /// γ.
    public var discount: Double
    /// V_t(s), `[steps][states]`, of which λ makes a baseline or a bootstrap; nil for none.
    public var values: [[Double]]?
    /// λ of `GeneralizedAdvantages`; at 1 the values are a baseline and leave the mean as it is.
    public var lambda: Double

    /// An estimator for the bound of a program.
    ///
    /// - Parameters:
    ///   - program: where α and the prior come from.
    ///   - entropy: how the divergence enters.
    ///   - discount: γ.
    ///   - values: V_t(s), `[steps][states]`, in nats.
    ///   - lambda: λ in 0...1.
    public init(
        _ program: SoftDynamicProgramming, entropy: Entropy = .exact, discount: Double = 1,
        values: [[Double]]? = nil, lambda: Double = 1
    ) {
        if !(0...1).contains(lambda) || !(0...1).contains(discount) {
            fail("PolicyGradientEstimator", "lambda \(lambda), discount \(discount)")
        }
        self.entropy = entropy
        rewardScale = program.rewardScale
        logPrior = program.logPrior
        self.discount = discount
        self.values = values
        self.lambda = lambda
    }

    /// g of a trajectory for logits of each step, `[steps][pairs]`.
    ///
    /// - Parameters:
    ///   - path: a trajectory, as `Enumeration` gives it.
    ///   - policy: π_t(a | s), `[steps][pairs]`.
    ///   - model: its model.
    public func estimate(
        _ path: Enumeration.WeightedTrajectory, policy: [[Double]], in model: TabularModel
    ) -> [[Double]] {
        let steps = path.pairs.indices
        let signals = steps.map { step -> Double in
            guard let pair = path.pairs[step] else { return 0 }
            return rewardScale * model.rewards[pair]
                - cost(pair, path.states[step], policy[step], model.pairs)
        }
        let known = steps.map { values?[$0][path.states[$0]] ?? 0 } + [0]
        let estimates = GeneralizedAdvantages(
            signals: signals, values: known, discount: discount, lambda: lambda)
        var (result, weight) = ([[Double]](), 1.0)
        for step in steps {
            var row = Array(repeating: 0.0, count: model.pairs.count)
            if let pair = path.pairs[step] {
                let (law, range) = (policy[step], model.pairs.range(of: path.states[step]))
                for other in range {
                    let score = (other == pair ? 1 : 0) - law[other]
                    row[other] = weight * score * estimates.advantages[step]
                }
                if entropy != .exact { addDivergence(law, range, weight, to: &row) }
            }
            result.append(row)
            weight *= discount
        }
        return result
    }

    /// What a step's signal is charged for leaving the prior.
    private func cost(
        _ pair: Int, _ state: Int, _ law: [Double], _ pairs: StateActionPairs
    ) -> Double {
        switch entropy {
        case .exact: log(law[pair]) - logPrior[pair]
        case .analyticEntropy: divergence(law, pairs.range(of: state))
        case .instantaneous: 0
        }
    }

    private func divergence(_ law: [Double], _ range: Range<Int>) -> Double {
        range.reduce(0) { law[$1] > 0 ? $0 + law[$1] * (log(law[$1]) - logPrior[$1]) : $0 }
    }

    /// Adds the gradient of −KL(π(· | s) ‖ p) by the logits of a state.
    private func addDivergence(
        _ law: [Double], _ range: Range<Int>, _ weight: Double, to row: inout [Double]
    ) {
        let mean = divergence(law, range)
        for pair in range where law[pair] > 0 {
            row[pair] -= weight * law[pair] * (log(law[pair]) - logPrior[pair] - mean)
        }
    }
}
