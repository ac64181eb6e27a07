import OptimistCore
import OptimistModels
import OptimistProbability

extension GenerativeAgentSettings {
    /// Refuses what the model and the estimates of its information cannot do together.
    func checkModel() throws {
        let isCategorical = model.latentKind == .categorical
        if isCategorical, model.latent < 2 {
            throw ConfigurationError.inconsistent(
                "a categorical state has at least 2 classes: choose a greater model.latent than "
                    + "\(model.latent)")
        }
        if isCategorical, model.inferenceIterations > 0 {
            throw ConfigurationError.inconsistent(
                "model.inferenceIterations refine a Gaussian state: leave them 0 where "
                    + "model.latentKind is categorical")
        }
        if beliefParticles == 1 {
            throw ConfigurationError.inconsistent(
                "a belief of 1 particle knows nothing of what is unknown: choose 2 or more for "
                    + "beliefParticles, or 0 for a single filter")
        }
        try checkMarginal(marginal)
        try checkMemory()
    }

    /// Refuses a kind of marginal likelihood that the model's state does not allow.
    func checkMarginal(_ kind: MarginalLikelihood) throws {
        if kind == .exact, model.latentKind != .categorical {
            throw ConfigurationError.inconsistent(
                "the marginal 'exact' sums over all classes of a categorical state: choose "
                    + "model.latentKind=categorical, or mixture:K")
        }
    }

    /// Refuses an estimate of the marginal likelihood that takes more memory than any use of it.
    private func checkMemory() throws {
        let samples = Double(marginal.sampleCount ?? model.latent)
        let arrivals = Double((learning.window + 1) * learning.batch)
        let bytes = 4 * samples * arrivals * Double(model.hidden + model.latent)
        if bytes > Double(1 << 34) {
            throw ConfigurationError.inconsistent(
                "the marginal '\(marginal.rawValue)' of \(learning.batch) sequences of "
                    + "\(learning.window) steps takes \(Int(bytes / 1e9)) GB: choose fewer samples "
                    + "or classes, or smaller learning.batch or learning.window")
        }
    }
}
