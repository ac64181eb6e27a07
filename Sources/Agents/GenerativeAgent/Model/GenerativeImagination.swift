import OptimistCore
import OptimistModels
import OptimistPlanning
import OptimistProbability
import OptimistTorch

/// A generative agent's own model, for planning and for learning the value: rows of (h, z).
package struct GenerativeImagination<H: Habit>: ImaginationModel {
    package let networks: GenerativeNetworks<H>
    package let scales: ArrivalScales
    /// Nats per standard deviation of the rewards.
    package let rewardScale: Double
    /// Samples that the information of a step is estimated from.
    package let informationSamples: Int
    /// How it is estimated.
    package let informationEstimator: MutualInformation

    /// Imagination in given networks.
    package init(
        networks: GenerativeNetworks<H>, scales: ArrivalScales, rewardScale: Double,
        informationSamples: Int, informationEstimator: MutualInformation = .contrastive
    ) {
        self.networks = networks
        self.scales = scales
        self.rewardScale = rewardScale
        self.informationSamples = informationSamples
        self.informationEstimator = informationEstimator
    }

    package func habit(at states: Tensor) -> H.Law { networks.habit.law(states) }

    package func value(of states: Tensor) -> Tensor? { networks.value(of: states) }

    package func imagine(
        _ states: Tensor, doing actions: Tensor, measuringInformation information: Bool,
        using generator: inout Generator
    ) -> Imagined {
        let (model, dynamics) = (networks.model, networks.model.dynamics)
        let before = LatentState(features: states, hidden: dynamics.hiddenSize)
        let hidden = dynamics.advance(before, doing: networks.habit.code(actions))
        let prior = dynamics.prior(hidden)
        let sample = prior.reparameterizedSample(using: &generator)
        let features = Tensor.concatenated([hidden, sample], axis: -1)
        return Imagined(
            states: features, logOptimality: logOptimality(model.expectedReward(features)),
            continuation: model.continuation(features),
            information: information
                ? informationEstimator.estimate(
                    arrivals(hidden, sample, prior, using: &generator)
                ).mean : nil)
    }

    /// I(z; x, r, end | h) of what the habit's next action leads to, by every estimator that draws:
    /// `[rows]` each, in nats, for the record.
    ///
    /// - Parameter states: (h, z), `[rows, features]`.
    package func informationAhead(
        of states: Tensor, using generator: inout Generator
    ) -> (contrastive: Tensor, nested: Tensor) {
        withoutGradient {
            let dynamics = networks.model.dynamics
            let raw = habit(at: states).sample(using: &generator)
            let before = LatentState(features: states, hidden: dynamics.hiddenSize)
            let hidden = dynamics.advance(before, doing: networks.habit.code(raw).to(.float32))
            let prior = dynamics.prior(hidden)
            let rated = arrivals(
                hidden, prior.sample(using: &generator), prior, using: &generator)
            return (
                MutualInformation.contrastive.estimate(rated).mean,
                MutualInformation.nested.estimate(rated).mean
            )
        }
    }

    /// log p(O = 1 | r) of standardized rewards, in nats.
    package func logOptimality(_ standardized: Tensor) -> Tensor {
        (standardized + scales.rewardMiddle / scales.rewardUnit) * rewardScale
    }

    /// log p(x, r, end | h, z_j), `[1, sample, rows]`, of what arrives with a sampled z under it and
    /// others of the prior: from it follows I(z; x, r, end | h), what the next arrival would tell of
    /// z beyond what memory predicts, jointly over all that arrives. A flow over observations changes
    /// nothing in that: given what was seen before, it is one invertible map for all z.
    private func arrivals(
        _ hidden: Tensor, _ sample: Tensor, _ prior: LatentLaw, using generator: inout Generator
    ) -> Tensor {
        let others = prior.reparameterizedSample([informationSamples - 1], using: &generator)
        let samples = Tensor.concatenated([sample.unsqueezed(axis: 0), others])
        let memory = hidden.unsqueezed(axis: 0)
            .expanded([informationSamples] + hidden.shape)
        let features = Tensor.concatenated([memory, samples], axis: -1)
        let model = networks.model
        func rated(_ law: any TensorDistribution) -> Tensor {
            MutualInformation.logLikelihoods(of: law, observations: 1, using: &generator)
        }
        let seen = rated(model.observation(features)) + rated(model.reward(features))
        guard let end = model.end(features) else { return seen }
        return seen + rated(end)
    }
}
