import OptimistPlanning
import OptimistTorch

// Several filters of one history side by side: a belief `[env, particle, features]`.
extension GenerativeLearner {
    /// Imagination in beliefs of the particles that are kept; nil where one filter is.
    var beliefImagination: BeliefImagination<GenerativeImagination<H>>? {
        guard settings.beliefParticles > 0 else { return nil }
        var belief = BeliefImagination(imagination, particles: settings.beliefParticles)
        belief.estimator = settings.informationEstimator
        return belief
    }

    /// The habit's law where a single filter is, and the mixture of the particles' where several.
    func habitLaw(_ features: Tensor) -> H.Law {
        beliefImagination?.habit(at: features) ?? networks.habit.law(features)
    }
}
