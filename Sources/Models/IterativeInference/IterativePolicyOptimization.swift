import OptimistCore
import OptimistProbability
import OptimistTorch

/// Iterative amortized policy optimization (Marino, Piche, Ialongo and Yue 2020): the posterior over
/// an action is inferred at each state by a network that has learned to optimize it.
///
///     J(q) = E_q[Q(s, a)] − temperature · KL(q(a | s) ‖ p(a | s))
///
/// Actions are raw, before they are squashed into a box, so that prior and posterior are normal
/// laws. A flexible optimizer finds the errors of a learned Q as well as its maxima: where Q is an
/// ensemble, the value given here should be more pessimistic than for a direct policy.
public struct IterativePolicyOptimization {
    /// Optimizes q.
    public var inference: IterativeInference
    /// How much the divergence counts, in units of Q.
    public var temperature: Double
    /// Actions drawn for each state in an iteration, 1 or an even number.
    public var samples: Int

    /// A policy with its parts.
    public init(inference: IterativeInference, temperature: Double = 1, samples: Int = 10) {
        self.inference = inference
        self.temperature = temperature
        self.samples = samples
    }

    /// The posterior over actions, starting from the prior.
    ///
    /// - Parameters:
    ///   - prior: p(a | s), batch `[batch...]`, event `[action]`; taken as constant.
    ///   - context: what the network sees of states, `[batch..., context]`; nil for none.
    ///   - iterations: nil for as many as the network was made for.
    ///   - learning: whether to return a loss for the network.
    ///   - generator: draws actions, new ones in every iteration.
    ///   - value: Q(s, a) of actions `[samples, batch..., action]`, `[samples, batch...]`.
    /// - Throws: what `value` throws.
    public func infer(
        prior: Normal, context: Tensor? = nil, iterations: Int? = nil, learning: Bool = false,
        using generator: inout Generator, value: (Tensor) throws -> Tensor
    ) rethrows -> IterativeInferenceResult {
        let prior = Normal(
            mean: prior.mean.detached(), standardDeviation: prior.standardDeviation.detached(),
            eventRank: 1)
        return try inference.infer(
            from: prior, context: context, iterations: iterations, learning: learning
        ) { law in
            let actions = law.pairedDraws(samples, using: &generator)
            return try value(actions).mean(axis: 0) - law.divergence(to: prior) * temperature
        }
    }
}
