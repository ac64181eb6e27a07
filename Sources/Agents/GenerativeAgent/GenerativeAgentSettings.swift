import OptimistCore
import OptimistModels
import OptimistPlanning
import OptimistProbability

/// The sizes of a generative agent's networks.
public struct GenerativeModelSettings: Configuration {
    /// The size of the deterministic memory h.
    @Setting("The size of the deterministic memory h.", 1...8192)
    public var hidden = 64
    /// The size of the sampled state z; the classes of a categorical one.
    @Setting("The size of the sampled state z; the classes of a categorical one.", 1...4096)
    public var latent = 8
    /// What z is made of.
    @Setting("What the sampled state z is made of.")
    public var latentKind = LatentKind.gaussian
    /// The share of a uniform law in those of a categorical z.
    @Setting("The share of a uniform law in those of a categorical z.", 0.0...1)
    public var latentUniform = 0.01
    /// Whether all rewards are 0 or 1, so that the model predicts how likely a 1 is.
    @Setting("Whether all rewards are 0 or 1; the model then predicts how likely a 1 is.")
    public var binaryRewards = false
    /// Widths of the hidden layers of every network.
    @Setting("Widths of the hidden layers of every network.", 1...8192)
    public var units = [64, 64]
    /// The smallest deviation of z, under prior and posterior alike.
    @Setting("The smallest deviation of a Gaussian z, under prior and posterior alike.", 1e-6...1)
    public var deviationFloor = 0.05
    /// The smallest deviation of the habit's raw actions.
    @Setting("The smallest deviation of the habit's raw actions.", 1e-4...1)
    public var habitFloor = 0.1
    /// The share of a uniform law in the habit of discrete actions.
    @Setting("The share of a uniform law in the habit of discrete actions.", 0.0...1)
    public var habitUniform = 0.02

    /// Iterations that refine the encoder's posterior by the likelihood of what arrived; 0 for none.
    @Setting("Iterations that refine the encoder's posterior; 0 for none.", 0...64)
    public var inferenceIterations = 0
    /// Observations by which a flow predicts where and how widely the next one lies, so that the state
    /// explains what is left; 0 for no flow.
    @Setting("Past observations by which a flow predicts the next one; 0 for no flow.", 0...64)
    public var observationLags = 0
    /// Whether the filter has a memory; without one, for comparison, it sees the last observation.
    @Setting("Whether the filter has a memory; without one it sees the last observation alone.")
    public var remembers = true

    /// The sizes of the demonstration.
    public init() {}
}

/// How a generative agent learns.
public struct GenerativeLearningSettings: Configuration {
    /// Sequences in an update.
    @Setting("Sequences in an update.", 1...65_536)
    public var batch = 16
    /// Steps of a sequence.
    @Setting("Steps of a sequence.", 2...10_000)
    public var window = 32
    /// Steps between rounds of updates.
    @Setting("Steps between rounds of updates.", 1...1_000_000)
    public var every = 100
    /// Updates in a round.
    @Setting("Updates in a round.", 1...1_000_000)
    public var updates = 100
    /// Updates of the model alone before the first round.
    @Setting("Updates of the model alone before the first round.", 0...1_000_000)
    public var pretraining = 200
    /// The step size of Adam.
    @Setting("The step size of Adam.", 1e-8...1)
    public var learningRate = 1e-3
    /// Gradients of a greater global norm are scaled down to it.
    @Setting("Gradients of a greater global norm are scaled down to it.", 1e-6...1e9)
    public var clippingNorm = 10.0
    /// The weight of distilling plans into the habit.
    @Setting("The weight of distilling plans into the habit.", 0.0...1e3)
    public var distillation = 1.0
    /// Episodes whose plans are distilled, the newest ones before the one that is lived or just over.
    @Setting("Episodes before the last one whose plans are distilled with it.", 1...1_000_000)
    public var distilledEpisodes = 12
    /// Particles of a plan that are kept for the habit.
    @Setting("Particles of a plan that are kept for the habit.", 1...1_024)
    public var particles = 16
    /// What of a plan the habit learns from.
    @Setting("What of a plan the habit learns from: its particles, or the Gaussian fitted to them.")
    public var distillationTargets = DistillationTargets.particles
    /// How far the habit's means, or its law of discrete actions, should move from what they were, in
    /// nats; none for freely.
    @Setting(
        "How far the habit should move from what it was, in nats; none for freely.", 1e-9...1e3)
    public var habitLimit: Double? = nil
    /// How far the habit's deviations should move, where `habitLimit` is given, in nats.
    @Setting("How far the habit's deviations should move, given habitLimit, in nats.", 1e-9...1e3)
    public var deviationLimit = 1e-3
    /// The share of the way that the older habit follows in an update.
    @Setting("The share of the way that the older habit follows in an update.", 1e-6...1)
    public var habitRate = 0.01
    /// The weight of the value's loss.
    @Setting("The weight of the value's loss.", 0.0...1e3)
    public var valueWeight = 1.0
    /// States of an update from which the habit is imagined to learn the value.
    @Setting("States of an update from which the value is learned in imagination.", 1...1_000_000)
    public var valueStates = 128
    /// Steps imagined for the value.
    @Setting("Steps imagined for the value.", 1...1_000)
    public var valueHorizon = 12
    /// λ of the value's returns.
    @Setting("The mixing weight of the value's returns, lambda.", 0.0...1)
    public var lambda = 0.95
    /// The share of the way that the target value moves in an update.
    @Setting("The share of the way that the target value moves in an update.", 1e-6...1)
    public var targetRate = 0.01

    /// The settings of the demonstration.
    public init() {}
}

/// The settings of `GenerativeAgent`.
public struct GenerativeAgentSettings: AgentSettings {
    /// Steps of random actions before the first update.
    @Setting("Steps of random actions before the first update.", 1...10_000_000)
    public var warmUpSteps = 500
    /// Nats per standard deviation of the rewards.
    @Setting("Nats per standard deviation of the rewards.", 1e-6...1e6)
    public var rewardScale = 4.0
    /// The discount of a step.
    @Setting("The discount of a step.", 0.0...1)
    public var discount = 0.98
    /// Steps whose observations and rewards set the scales; they are frozen then.
    @Setting("Steps that set the scales of observations and rewards, frozen then.", 2...10_000_000)
    public var scalingSteps = 800
    /// The weight of the marginal likelihood in the information gain at last, β.
    @Setting("The weight of the marginal likelihood in the information gain at last.", 0.0...1)
    public var marginalWeight = 0.0
    /// Updates before the marginal likelihood counts.
    @Setting("Updates before the marginal likelihood counts.", 0...100_000_000)
    public var marginalStart = 1_500
    /// Updates over which its weight then rises.
    @Setting("Updates over which its weight then rises.", 1...100_000_000)
    public var marginalRise = 2_000
    /// How the marginal likelihood is estimated.
    @Setting("How the marginal likelihood is estimated: " + MarginalLikelihood.grammar + ".")
    public var marginal = MarginalLikelihood.mixture(16)
    /// What gradients see of the marginal likelihood: all of it; nothing, so that its weight is for
    /// reporting alone and learning that of the evidence lower bound; or whether it is left out.
    @Setting("What gradients see of the marginal likelihood; off leaves it out of the bound.")
    public var marginalGradient = MarginalGradient.full
    /// Samples that the mutual information of an imagined step is estimated from.
    @Setting("Samples that the information of an imagined step is estimated from.", 2...4_096)
    public var informationSamples = 32
    /// How that information is estimated.
    @Setting("How the information of an imagined step is estimated.")
    public var informationEstimator = MutualInformation.contrastive
    /// Filters of one history that are kept side by side, at least 2, so that information counts what
    /// stays unknown from step to step, with all of them as one belief; 0 for a single filter, whose
    /// information is what is new at each step.
    @Setting("Filters kept side by side, for a belief's information; 0 for one.", 0...1_024)
    public var beliefParticles = 0
    /// Whether information is measured for the record where planning gives it no weight.
    @Setting("Whether information is measured for the record where it has no weight.")
    public var measuresInformation = false
    /// The deviation of noise on raw actions while exploring; the probability of any action where
    /// they are discrete.
    @Setting("The deviation of noise on raw actions while exploring.", 0.0...10)
    public var explorationNoise = 0.3
    /// Steps of training with exploration noise.
    @Setting("Steps of training with exploration noise.", 0...1_000_000_000)
    public var explorationSteps = 1_300
    /// Every so many episodes of training one is lived by habit; 0 for none.
    @Setting("Every so many episodes of training one is lived by habit; 0 for none.", 0...1_000_000)
    public var habitEvery = 5
    /// The networks.
    public var model = GenerativeModelSettings()
    /// Learning.
    public var learning = GenerativeLearningSettings()
    /// Planning.
    public var planner = PosteriorPlannerSettings()

    /// The settings of the demonstration.
    public init() {
        planner.minimumEffectiveShare = 5.0 / 128
        planner.sufficientShare = 0.06
    }

    /// Parts must go together.
    public func validate() throws { try checkModel() }
}
