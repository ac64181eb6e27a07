import Foundation
import OptimistCore
import OptimistTorch

/// The four terms of the bound along a batch of sequences, as tensors `[time, batch]` in nats
/// (Marino and Yue 2019, with a weight β of the marginal likelihood):
///
///     reward + (log p(x, r | z) − β log p(x, r)) − KL(q(z) ‖ p(z)) − KL(q(a) ‖ p(a))
///
/// Steps are arrivals: reward, likelihoods and state consistency belong to what arrived, action
/// consistency to the action that followed. With β = 1 it is a bound on the log evidence of
/// optimality, with β = 0 that of optimality and data together. Terms that an algorithm does not
/// have are nil.
public struct SequenceBound {
    /// rewardScale · (r − rewardOffset) of each arrival.
    public var logOptimality: Tensor
    /// log p(x, r, end | z) with z of the posterior, joint over all that arrived. Where no
    /// observation came with an end, its part is missing here and in the marginal.
    public var logLikelihood: Tensor?
    /// log p(x, r, end), of the same parts; nil where it was not estimated.
    public var logMarginal: Tensor?
    /// KL(q(z) ‖ p(z)) of the state at each arrival, in closed form where there is one.
    public var stateConsistency: Tensor?
    /// KL(q(a) ‖ p(a)) of the action at each step.
    public var actionConsistency: Tensor?
    /// Which steps count.
    public var mask: SequenceMask
    /// β, the weight of the marginal likelihood.
    public var marginalWeight: Double
    /// γ: the action of step t and what arrives at step t + 1 have the weight γ^(t − 1), what
    /// arrives first the weight 1. Below 1 every sequence starts at its episode's start.
    public var discount: Double
    /// Where the sequences come from.
    public var source: BoundSource
    /// Nats per unit of reward, for the record.
    public var rewardScale: Double
    /// What was subtracted from rewards before they were scaled, for the record.
    public var rewardOffset: Double

    /// The terms with their parts.
    ///
    /// - Parameters:
    ///   - logOptimality: scaled rewards, `[time, batch]`.
    ///   - logLikelihood: `[time, batch]`, or nil.
    ///   - logMarginal: `[time, batch]`; needed where the marginal weight is not 0 and there is a
    ///     likelihood.
    ///   - stateConsistency: `[time, batch]`, or nil.
    ///   - actionConsistency: `[time, batch]`, or nil.
    ///   - mask: which steps count.
    ///   - marginalWeight: β.
    ///   - source: where the sequences come from.
    ///   - discount: γ.
    ///   - rewardScale: nats per unit of reward.
    ///   - rewardOffset: what was subtracted from rewards before they were scaled.
    public init(
        logOptimality: Tensor, logLikelihood: Tensor? = nil, logMarginal: Tensor? = nil,
        stateConsistency: Tensor? = nil, actionConsistency: Tensor? = nil, mask: SequenceMask,
        marginalWeight: Double = 1, source: BoundSource, discount: Double = 1,
        rewardScale: Double = 1, rewardOffset: Double = 0
    ) {
        let parts = [
            logOptimality, logLikelihood, logMarginal, stateConsistency, actionConsistency,
        ]
        if let other = parts.first(where: { $0 != nil && $0!.shape != mask.arrived.shape }) {
            fail("SequenceBound", "a term of shape \(other!.shape), a mask \(mask.arrived.shape)")
        }
        if logLikelihood != nil && logMarginal == nil && marginalWeight != 0 {
            fail("SequenceBound", "a marginal weight of \(marginalWeight) without a marginal")
        }
        self.logOptimality = logOptimality
        self.logLikelihood = logLikelihood
        self.logMarginal = logMarginal
        self.stateConsistency = stateConsistency
        self.actionConsistency = actionConsistency
        self.mask = mask
        self.marginalWeight = marginalWeight
        self.discount = discount
        self.source = source
        self.rewardScale = rewardScale
        self.rewardOffset = rewardOffset
    }

    /// log p(x, r | z) − β log p(x, r), `[time, batch]`, before masking.
    public var informationGain: Tensor? {
        logLikelihood.map { likelihood in
            if marginalWeight == 0 { return likelihood }
            return likelihood - logMarginal! * marginalWeight
        }
    }

    /// The four terms of every step, `[time, batch]`, masked and discounted, differentiable.
    public var terms: Bound<Tensor> {
        Bound(
            reward: arriving(logOptimality), informationGain: informationGain.map(arriving),
            stateConsistency: stateConsistency.map(arriving),
            actionConsistency: actionConsistency.map(acting),
            context: context(.trajectory(steps: 1)))
    }

    /// What a bound over some extent says of itself.
    func context(_ scope: BoundScope) -> BoundContext {
        BoundContext(
            scope: scope, source: source, discount: discount, rewardScale: rewardScale,
            rewardOffset: rewardOffset)
    }

    /// The bound per action, a single number to maximize: the sum of all terms divided by the
    /// number of actions that count.
    public var objective: Tensor {
        terms.total!.sum() / mask.acted.sum().maximum(1)
    }

    /// A term of arrivals, 0 where none counts, with its discount.
    func arriving(_ term: Tensor) -> Tensor {
        weighted(term.maskedFill(mask.arrived .== 0, 0)) { max($0 - 1, 0) }
    }

    /// A term of actions, 0 where none counts, with its discount.
    func acting(_ term: Tensor) -> Tensor {
        weighted(term.maskedFill(mask.acted .== 0, 0)) { $0 }
    }

    private func weighted(_ term: Tensor, power: (Int) -> Int) -> Tensor {
        if discount == 1 { return term }
        let weights = (0..<term.size(axis: 0)).map { pow(discount, Double(power($0))) }
        return term
            * Tensor(weights, shape: [weights.count, 1], device: term.device).to(term.elementType)
    }
}
