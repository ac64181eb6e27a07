import Foundation
import OptimistCore
import OptimistLinearAlgebra

/// Exact control as inference (system A): the posterior over trajectories given optimality.
///
///     p(τ, O) = p(s_1) Π p(a_t | s_t) exp(rewardScale · r_t) Π p(s_{t+1} | s_t, a_t)
///
/// Messages run in the log domain: lb_t(s, a) = log p(O_{t:T} | s, a) takes the expectation of the
/// exponential, so the posterior tilts start and dynamics towards luck. It is what optimality would
/// make us believe, not what to do where dynamics are not ours to choose; for that see
/// `SoftDynamicProgramming` (Levine 2018, arXiv 1805.00909; Toussaint and Storkey 2006).
public struct ControlInference: Sendable {
    /// The model.
    public let model: TabularModel
    /// α of the likelihood of optimality exp(α r).
    public let rewardScale: Double
    /// log p(a | s) of each pair.
    public let logPrior: [Double]
    /// Called after each sweep of inference without an end with their number and the largest change of
    /// a message, in nats.
    public var onSweep: (@Sendable (_ sweeps: Int, _ change: Double) -> Void)?

    /// Inference in a model.
    ///
    /// - Parameters:
    ///   - model: the model.
    ///   - rewardScale: α, any finite number from 0.
    ///   - prior: p(a | s).
    /// - Throws: `ControlInferenceError.prior`.
    public init(
        _ model: TabularModel, rewardScale: Double = 1, prior: ActionPrior = .uniform
    ) throws(ControlInferenceError) {
        if !(rewardScale >= 0 && rewardScale.isFinite) {
            fail("ControlInference", "the reward scale is \(rewardScale)")
        }
        self.model = model
        self.rewardScale = rewardScale
        do {
            logPrior = try prior.logWeights(model.pairs)
        } catch {
            throw .prior(error)
        }
    }

    /// log Σ_{s′} p(s′ | s, a) exp(α r + next(s′)) of each pair.
    func pairMessages(_ next: [Double]) -> [Double] {
        let finite = next.lazy.filter(\.isFinite)
        let (low, high) = (finite.min() ?? 0, finite.max() ?? 0)
        // One exponential a state is enough while none of them can vanish beside the largest.
        if model.edgeRewards == nil, high - low < 600 {
            let weights = next.map { exp($0 - high) }
            let sums = model.transitions * weights
            return sums.indices.map { rewardScale * model.rewards[$0] + high + log(sums[$0]) }
        }
        return (0..<model.pairs.count).map { pairMessage($0, next) }
    }

    private func pairMessage(_ pair: Int, _ next: [Double]) -> Double {
        let entries = model.transitions.starts[pair]..<model.transitions.starts[pair + 1]
        var largest = -Double.infinity
        for position in entries where model.transitions.values[position] > 0 {
            largest = max(largest, term(pair, position, next))
        }
        if largest == -.infinity { return largest }
        var sum = 0.0
        for position in entries where model.transitions.values[position] > 0 {
            sum += model.transitions.values[position] * exp(term(pair, position, next) - largest)
        }
        return largest + log(sum)
    }

    /// α r(s, a, s′) + next(s′) at an entry of the transitions.
    func term(_ pair: Int, _ position: Int, _ next: [Double]) -> Double {
        scaledReward(pair, position) + next[Int(model.transitions.indices[position])]
    }

    /// α r(s, a, s′) at an entry of the transitions.
    func scaledReward(_ pair: Int, _ position: Int) -> Double {
        rewardScale * (model.edgeRewards?[position] ?? model.rewards[pair])
    }

    /// log Σ_a p(a | s) exp(pair message) of each state, 0 for terminal ones, and the posterior law of
    /// actions that goes with it.
    func stateMessages(_ pairMessages: [Double]) -> (messages: [Double], policy: [Double]) {
        var weights = zip(logPrior, pairMessages).map { $0 + $1 }
        var messages = Array(repeating: 0.0, count: model.states)
        weights.withUnsafeMutableBufferPointer { weights in
            messages.withUnsafeMutableBufferPointer { messages in
                model.pairs.starts.withUnsafeBufferPointer { starts in
                    guard let target = weights.baseAddress else { return }
                    segmentLogSumExp(starts: starts, values: target, into: messages.baseAddress!)
                }
            }
        }
        return (messages, weights)
    }

    /// log Σ_s p(s_1 = s) exp(messages(s)) and the law of s_1 it implies.
    func start(_ messages: [Double]) throws(ControlInferenceError) -> (
        logEvidence: Double, law: [Double]
    ) {
        var weights = zip(model.start, messages).map { $0 == 0 ? -.infinity : log($0) + $1 }
        let logEvidence = normalizeLogWeights(&weights)
        if !logEvidence.isFinite { throw .noEvidence }
        return (logEvidence, weights)
    }
}
