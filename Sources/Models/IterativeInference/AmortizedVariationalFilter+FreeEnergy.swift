import OptimistCore
import OptimistProbability
import OptimistTorch

extension AmortizedVariationalFilter {
    /// Whose gradients a free energy has.
    public enum Learner: Sendable {
        /// The model's, with posteriors as constants: the M-step of variational EM.
        case model
        /// The model's and the inference's, through time: each through the last update of its step,
        /// and through what later steps make of its posterior.
        case both
    }

    /// Σ F_t after inference, `[batch]`, in nats.
    ///
    /// - Parameters:
    ///   - observations: `[time, batch, ...]`.
    ///   - learner: whose gradients are wanted.
    ///   - generator: draws states.
    public func freeEnergy(
        _ observations: Tensor, gradientsOf learner: Learner, using generator: inout Generator
    ) -> Tensor {
        var memory = model.memory(rows: observations.shape[1])
        var sum: Tensor?
        for time in 0..<observations.shape[0] {
            let observation = observations[time]
            let prior = model.prior(memory)
            let posterior = posterior(
                prior, observation, memory, gradientsOf: learner, using: &generator)
            let value = objective(posterior, prior, observation, memory, using: &generator)
            sum = sum.map { $0 - value } ?? -value
            memory = model.advance(memory, by: posterior, using: &generator)
        }
        guard let sum else { fail("AmortizedVariationalFilter.freeEnergy", "no observations") }
        return sum
    }

    private func posterior(
        _ prior: Normal, _ observation: Tensor, _ memory: Model.Memory,
        gradientsOf learner: Learner, using generator: inout Generator
    ) -> Normal {
        let start = withoutGradient {
            Normal(
                mean: prior.mean.detached(),
                logStandardDeviation: prior.logStandardDeviation.detached(), eventRank: 1)
        }
        func objective(_ law: Normal) -> Tensor {
            self.objective(law, start, observation, memory, using: &generator)
        }
        switch learner {
        case .model: return inference.infer(from: start, objective: objective).posterior
        case .both: return inference.refined(start, objective: objective).posterior
        }
    }
}
