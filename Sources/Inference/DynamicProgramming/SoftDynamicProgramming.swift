import Foundation
import OptimistCore

/// Dynamic programming for control as variational inference (system B), and its hard limit.
///
/// The posterior over trajectories keeps the true start and dynamics, q(τ) = p(s_1) Π π(a_t | s_t)
/// p(s_{t+1} | s_t, a_t), and maximises the bound on the log evidence of optimality
///
///     L(π) = E_q[Σ_t γ^{t−1} (rewardScale · r_t − log π(a_t | s_t) / p(a_t | s_t))]
///
/// (Levine 2018, arXiv 1805.00909; Ziebart 2010.) Derivation of the recursion: the rest of the bound
/// from step t is B_t = E[−KL(π ‖ p exp(Q_t − V_t)) + V_t] with the base case Q_T = rewardScale · r
/// and Q_t = rewardScale · r + γ E[V_{t+1}], V_t = log Σ_a p(a | s) exp Q_t. The divergence vanishes at
/// π = p exp(Q_t − V_t), so the best bound is E[V_1].
public struct SoftDynamicProgramming: Sendable {
    /// Which recursion is solved.
    public enum Objective: Sendable, Equatable {
        /// The bound: log-sum-exp over actions under the prior.
        case soft
        /// The best expected reward: the largest over actions; prior and scale play no part.
        case hard
    }

    /// The model.
    public let model: any TransitionModel
    /// α of the likelihood of optimality exp(α r); the temperature is its inverse.
    public let rewardScale: Double
    /// Which recursion is solved.
    public let objective: Objective
    /// How many threads share a sweep; results do not depend on it.
    public let threads: Int
    /// log p(a | s) of each pair.
    public let logPrior: [Double]
    /// Called after each improvement of a program without an end with the number of sweeps so far and
    /// the largest change, in nats (reward units if hard).
    public var onSweep: (@Sendable (_ sweeps: Int, _ change: Double) -> Void)?
    let blocks: StateBlocks

    /// A program for a model.
    ///
    /// - Parameters:
    ///   - model: a `TabularModel`, `DenseTransitions` or `ImplicitTransitions`.
    ///   - rewardScale: α, positive.
    ///   - prior: p(a | s).
    ///   - objective: soft or hard.
    ///   - threads: how many threads share a sweep.
    /// - Throws: `DynamicProgrammingError.actions`.
    public init(
        _ model: any TransitionModel, rewardScale: Double = 1, prior: ActionPrior = .uniform,
        objective: Objective = .soft, threads: Int = 1
    ) throws(DynamicProgrammingError) {
        if !(rewardScale > 0 && rewardScale.isFinite) {
            fail("SoftDynamicProgramming", "the reward scale is \(rewardScale), not positive")
        }
        self.model = model
        self.rewardScale = rewardScale
        self.objective = objective
        self.threads = threads
        do {
            logPrior = try prior.logWeights(model.pairs)
        } catch {
            throw .actions(error)
        }
        blocks = StateBlocks(model.pairs, threads: threads)
    }

    /// A program as it is but for its prior, given in logs, its reward scale or its objective.
    init(
        _ program: SoftDynamicProgramming, rewardScale: Double? = nil, logPrior: [Double]? = nil,
        objective: Objective? = nil
    ) {
        model = program.model
        self.rewardScale = rewardScale ?? program.rewardScale
        self.objective = objective ?? program.objective
        threads = program.threads
        self.logPrior = logPrior ?? program.logPrior
        onSweep = program.onSweep
        blocks = program.blocks
    }

    /// The same program for the expected reward alone, hard: its values are in reward units.
    var rewardProgram: SoftDynamicProgramming { .init(self, objective: .hard) }

    /// The pairs of the model.
    public var pairs: StateActionPairs { model.pairs }

    /// Nats in a unit of value: 1 if hard, whose recursion is in reward units.
    var scale: Double { objective == .soft ? rewardScale : 1 }

    /// rewardScale · r of each pair.
    var scaledRewards: [Double] { model.rewards.map { scale * $0 } }

    func bellman(_ discount: Double) -> BellmanOperator {
        if !(0...1).contains(discount) {
            fail("SoftDynamicProgramming", "the discount is \(discount), not in 0...1")
        }
        let base =
            objective == .soft
            ? zip(model.rewards, logPrior).map { rewardScale * $0 + $1 } : model.rewards
        return BellmanOperator(
            model: model, base: base, discount: discount, isSoft: objective == .soft,
            blocks: blocks)
    }

    /// T V, one backup of values in nats (reward units if hard).
    package func backUp(_ values: [Double], discount: Double) -> [Double] {
        var result = values
        bellman(discount).backUp(values, into: &result)
        return result
    }

    /// E[values(s_1)].
    func atStart(_ values: [Double]) -> Double {
        zip(model.start, values).reduce(0) { $1.0 == 0 ? $0 : $0 + $1.0 * $1.1 }
    }

    func check(_ policy: [Double]) throws(DynamicProgrammingError) {
        do {
            try ActionPriorError.check(policy, pairs)
        } catch {
            throw .actions(error)
        }
        if objective == .hard { return }
        for pair in 0..<pairs.count where policy[pair] > 0 && logPrior[pair] == -.infinity {
            throw .policyLeavesPrior(
                state: pairs.state(of: pair), action: Int(pairs.actionOf[pair]))
        }
    }
}
