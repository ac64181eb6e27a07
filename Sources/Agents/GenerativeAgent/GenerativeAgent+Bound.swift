import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistProbability

/// The bound of whole episodes, by the agent's own filter and plans.
public struct EpisodeBound: Sendable {
    /// Mean sums over episodes, with standard errors over episodes: nats an episode.
    public let perEpisode: SequenceEvaluation
    /// Means over steps: nats a step.
    public let perStep: SequenceEvaluation
    /// How the marginal likelihood was estimated at last, with its number of samples.
    public let marginal: MarginalLikelihood
    /// Whether doubling the number of samples changed the marginal by less than a standard error;
    /// nil where a number of samples was asked for.
    public let isSettled: Bool?
    /// Episodes that count.
    public let episodes: Int
}

/// How a bound is to be evaluated.
struct BoundRequest {
    /// Nil for the agent's own kind, samples doubled until that makes no difference.
    var marginal: MarginalLikelihood?
    /// β.
    var marginalWeight: Double
    /// Inner samples at most where they are doubled.
    var sampleLimit: Int
}

extension GenerativeAgent {
    /// The four terms of the bound on episodes that the agent has lived, none of which it learns
    /// from: log-optimality, information gain, state consistency and action consistency.
    ///
    /// The bound is an expectation under q(a): actions should have been drawn from the posterior, as
    /// in the mode `sample`. Action consistency is that of the plans stored with the episodes. Terms
    /// are not discounted. A sampled marginal makes the bound too high, and by less with more
    /// samples; the kind belongs to the number.
    ///
    /// - Parameters:
    ///   - episodes: with the columns that `act` returned.
    ///   - marginal: how the marginal likelihood is estimated; nil for the agent's own kind with
    ///     its number of samples doubled until that changes it by less than one standard error.
    ///   - marginalWeight: β; 1 for a bound on the log evidence of optimality.
    ///   - sampleLimit: inner samples at most where they are doubled.
    ///   - generator: what is random.
    /// - Throws: `ConfigurationError.inconsistent` for a kind that the model's state does not allow;
    ///   `AgentError.unsuitable` where no step was chosen by an agent that has learned.
    public func bound(
        of episodes: [Episode], marginal: MarginalLikelihood? = nil, marginalWeight: Double = 1,
        sampleLimit: Int = 256, using generator: inout Generator
    ) throws -> EpisodeBound {
        if let marginal { try settings.checkMarginal(marginal) }
        let lived = episodes.filter { $0.count > 0 && $0.columns[PlanColumn.name] != nil }
        let request = BoundRequest(
            marginal: marginal, marginalWeight: marginalWeight, sampleLimit: sampleLimit)
        guard !lived.isEmpty, learner.updates > 0,
            let found = learner.bound(of: lived, request, using: &generator)
        else {
            throw AgentError.unsuitable(
                algorithm: Self.algorithm.name, world: world.name,
                reason: "a bound needs episodes that it has lived after it first learned")
        }
        return found
    }
}
