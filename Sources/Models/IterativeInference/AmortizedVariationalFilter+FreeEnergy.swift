import OptimistCore
import OptimistProbability
import OptimistTorch

extension AmortizedVariationalFilter {
    /// Whose gradients a free energy has.
    public enum Learner: Sendable {
        /// The model's, with posteriors as constants: the M-step of variational EM.
        case model
        /// The model's and the inference's: every iterate's through the update that led to it, and
        /// the last one's also through what later steps make of it. As in `filter`, iterates count
        /// alike.
        case both
    }

    /// Σ F_t after inference, `[batch]`, in nats.
    ///
    /// - Parameters:
    ///   - observations: `[time, batch, ...]`.
    ///   - actions: what was done after each observation but the last, `[time − 1, batch, ...]`; nil
    ///     for a system without actions.
    ///   - learner: whose gradients are wanted.
    ///   - generator: draws states.
    public func freeEnergy(
        _ observations: Tensor, actions: Tensor? = nil, gradientsOf learner: Learner,
        using generator: inout Generator
    ) -> Tensor {
        let count = steps(observations, actions)
        var memory = model.memory(rows: observations.shape[1])
        var sum: Tensor?
        for time in 0..<count {
            let observation = observations[time]
            let prior = model.prior(memory)
            let found = refined(prior, observation, memory, learner, using: &generator)
            let value = objective(
                found.posterior, prior, observation, memory, using: &generator)
            sum = sum.map { $0 - value } ?? -value
            // Of what the iterates before the last are worth only the gradient counts.
            if let loss = found.loss { sum = sum! + (loss - loss.detached()) }
            if time + 1 == count { break }
            memory = model.advance(
                memory, by: found.posterior, doing: actions?[time], using: &generator)
        }
        return sum!
    }

    private func refined(
        _ prior: Normal, _ observation: Tensor, _ memory: Model.Memory, _ learner: Learner,
        using generator: inout Generator
    ) -> RefinedInference {
        let start = Normal(
            mean: prior.mean.detached(),
            logStandardDeviation: prior.logStandardDeviation.detached(), eventRank: 1)
        func find() -> RefinedInference {
            inference.refined(start) {
                objective($0, start, observation, memory, using: &generator)
            }
        }
        return learner == .both ? find() : withoutGradient(find)
    }
}
