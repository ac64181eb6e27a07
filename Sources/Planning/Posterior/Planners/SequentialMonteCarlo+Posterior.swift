import OptimistCore
import OptimistProbability
import OptimistTorch

extension SequentialMonteCarlo.Cloud {
    /// The futures traced back to their first actions.
    func posterior(habit: ActionLaw) -> ActionPosterior<ActionLaw> {
        let count = planner.particles
        var indices = Tensor.arange(count).to(logWeights.device).expanded([states, count])
        var sequence: [Tensor] = []
        for step in actions.indices.reversed() {
            sequence.append(actions[step].taking(indices))
            if step > 0, let earlier = ancestors[step] {
                indices = earlier.gather(axis: 1, indices)
            }
        }
        let particles = ActionParticles(
            actions: .stacked(sequence.reversed(), axis: 2), logWeights: logWeights.to(elementType))
        var posterior = ActionPosterior(
            first: ActionLaw.matched(
                to: particles.first, weights: particles.logWeights.exp(), like: habit,
                deviationFloor: planner.deviationFloor),
            habit: habit, iterations: 1, evaluations: count)
        posterior.particles = particles
        posterior.effectiveSampleSize = particles.effectiveSampleSize
        posterior.logEvidence = logMeanExpEstimate(
            logWeights.to(elementType), axis: 1)
        // After resampling particles depend on one another, and their spread tells too little.
        if ancestors.contains(where: { $0 != nil }) { posterior.logEvidence!.standardError = nil }
        posterior.information = information.map {
            (particles.logWeights.exp() * $0).sum(axis: 1)
        }
        let ones = Tensor.ones(like: logWeights)
        posterior.distinctRoots = Tensor.zeros(like: logWeights).scatter(axis: 1, indices, ones)
            .sum(axis: 1)
        return posterior
    }
}
