import OptimistCore
import OptimistProbability
import OptimistTorch

/// The agent's own model of what it meets, the factors p(z | past) and p(x, r, end | z, past) of
/// Marino and Yue (2019): a recurrent state-space model with heads for observation, reward and
/// ending.
public struct GenerativeModel: Module {
    /// How z moves and is inferred.
    public let dynamics: RecurrentStateSpaceModel
    /// p(x | h, z), or of what a flow leaves of x; a Gaussian with learned deviations for most worlds.
    public let observation: any EmissionHead
    /// p(r | h, z), one number: of standardized rewards with deviation 1, or of rewards 0 and 1.
    public let reward: any EmissionHead
    /// (h, z) to the logit of an ending; nil where the task never ends.
    public let ending: MultilayerPerceptron?
    /// Makes a better posterior of the encoder's by what the heads say of the arrival; nil where the
    /// encoder has the last word.
    public let refinement: IterativeInference?
    /// Predicts where and how widely an observation lies by those before it, so that `observation`
    /// explains what is left; nil where it explains all.
    public let flow: SequentialAffineFlow?

    /// A model of given parts.
    public init(
        dynamics: RecurrentStateSpaceModel, observation: any EmissionHead,
        reward: any EmissionHead, ending: MultilayerPerceptron?,
        refinement: IterativeInference? = nil, flow: SequentialAffineFlow? = nil
    ) {
        self.dynamics = dynamics
        self.observation = observation
        self.reward = reward
        self.ending = ending
        self.refinement = refinement
        self.flow = flow
    }

    /// The parameters `dynamics`, `observation`, `reward` and, where there are such, `ending`,
    /// `refinement` and `flow`.
    public var parameters: [NamedTensor] {
        var all = dynamics.parameters.named("dynamics")
        all += observation.parameters.named("observation")
        all += reward.parameters.named("reward")
        if let ending { all += ending.parameters.named("ending") }
        if let refinement { all += refinement.parameters.named("refinement") }
        if let flow { all += flow.parameters.named("flow") }
        return all
    }

    /// log p(x, r, end | h, z), jointly, in nats.
    ///
    /// - Parameters:
    ///   - features: (h, z), `[..., time, batch, features]`; leading axes are samples of z.
    ///   - arrivals: what arrived, `[time, batch]`.
    /// - Returns: `[..., time, batch]`.
    public func logLikelihood(_ features: Tensor, of arrivals: LatentArrivals) -> Tensor {
        let seen = logLikelihood(features, ofObservations: arrivals)
        let paid = reward(features).logDensity(arrivals.rewards.unsqueezed(axis: -1))
        var sum = seen + paid * (1 - arrivals.isFirst)
        if let end = end(features) { sum = sum + end.logDensity(arrivals.ended) }
        return sum
    }

    /// log p(x | h, z), with a flow log p(x | h, z, x before) = log p(y | h, z) − Σ log s.
    private func logLikelihood(
        _ features: Tensor, ofObservations arrivals: LatentArrivals
    ) -> Tensor {
        let law = observation(features)
        guard let flow else { return law.logDensity(arrivals.observations) }
        guard let past = arrivals.past else {
            fail("GenerativeModel.logLikelihood", "arrivals do not tell what was seen before")
        }
        let residual = flow.residual(of: arrivals.observations, after: past)
        return law.logDensity(residual.value) - residual.logDeterminant
    }

    /// p(end | h, z), batch `[...]` of `[..., features]`; nil where the task never ends.
    public func end(_ features: Tensor) -> Bernoulli? {
        ending.map { Bernoulli(logits: $0(features).squeezed(axis: -1), eventRank: 0) }
    }

    /// The mean of p(r | h, z), `[...]` of `[..., features]`, in the units of the networks.
    public func expectedReward(_ features: Tensor) -> Tensor {
        reward.mean(features).squeezed(axis: -1)
    }

    /// The probability that the task goes on, `[...]` of `[..., features]`; nil where it always does.
    public func continuation(_ features: Tensor) -> Tensor? {
        ending.map { (-$0(features)).sigmoid().squeezed(axis: -1) }
    }
}
