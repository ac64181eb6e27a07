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

    /// Imagination in given networks.
    package init(
        networks: GenerativeNetworks<H>, scales: ArrivalScales, rewardScale: Double,
        informationSamples: Int
    ) {
        self.networks = networks
        self.scales = scales
        self.rewardScale = rewardScale
        self.informationSamples = informationSamples
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
                ? self.information(hidden, sample, prior, using: &generator) : nil)
    }

    /// log p(O = 1 | r) of standardized rewards, in nats.
    package func logOptimality(_ standardized: Tensor) -> Tensor {
        (standardized + scales.rewardMiddle / scales.rewardUnit) * rewardScale
    }

    /// I(z; x, r | h): what the next arrival would tell of z beyond what memory predicts, by the
    /// contrastive estimate, jointly over observation and reward.
    private func information(
        _ hidden: Tensor, _ sample: Tensor, _ prior: Normal, using generator: inout Generator
    ) -> Tensor {
        let others = prior.reparameterizedSample([informationSamples - 1], using: &generator)
        let samples = Tensor.concatenated([sample.unsqueezed(axis: 0), others])
        let memory = hidden.unsqueezed(axis: 0)
            .expanded([informationSamples] + hidden.shape)
        let features = Tensor.concatenated([memory, samples], axis: -1)
        let seen = MutualInformation.logLikelihoods(
            of: networks.model.observation(features), observations: 1, using: &generator)
        let paid = MutualInformation.logLikelihoods(
            of: networks.model.reward(features), observations: 1, using: &generator)
        return MutualInformation.contrastive.estimate(seen + paid).mean
    }
}
