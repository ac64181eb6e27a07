import OptimistCore
import OptimistProbability
import OptimistTorch

extension GenerativeModel {
    /// One step of a particle filter: every particle is filtered with noise of its own, weighted by
    ///
    ///     p(x, r, end | h, z) p(z | h) / q(z)
    ///
    /// and drawn anew by weight, systematically, so that particles count alike.
    ///
    /// - Parameters:
    ///   - particles: (h, z) before, `[rows, particle, features]`, each row a belief.
    ///   - arrivals: what arrived in each row, `[rows, ...]`.
    ///   - generator: draws states, and who goes on.
    /// - Returns: (h, z), `[rows, particle, features]`.
    public func particleStep(
        _ particles: Tensor, arrivals: LatentArrivals, using generator: inout Generator
    ) -> Tensor {
        let (rows, count) = (particles.shape[0], particles.shape[1])
        let every = arrivals.repeated(count)
        let before = LatentState(
            features: particles.flattened(from: 0, to: 1), hidden: dynamics.hiddenSize)
        let step = step(
            before, arrivals: every, noise: noise([rows * count], using: &generator))
        let (features, sample) = (step.state.features, step.state.sample)
        let logWeights =
            logLikelihood(features, of: every)
            + dynamics.prior(step.predicted).logDensity(sample)
            - step.posterior.logDensity(sample)
        let start = Tensor.uniform([rows, 1], using: &generator)
        let chosen = logWeights.reshaped([rows, count]).softmax(axis: 1).systematicIndices(
            start: start, total: .full(like: start, Double(count)), slots: count)
        return features.reshaped([rows, count, -1]).taking(chosen)
    }
}

extension LatentArrivals {
    /// What arrived in each row, for so many rows that follow one another.
    fileprivate func repeated(_ count: Int) -> LatentArrivals {
        func every(_ rows: Tensor) -> Tensor { rows.repeatedElements(count, axis: 0) }
        return LatentArrivals(
            observations: every(observations), rewards: every(rewards), isFirst: every(isFirst),
            ended: every(ended), actions: every(actions), past: past.map(every))
    }
}
