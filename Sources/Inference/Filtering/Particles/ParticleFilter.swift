import OptimistCore

/// The bootstrap particle filter (Gordon, Salmond and Smith 1993), optionally with a guided
/// proposal.
///
/// A step moves every particle, multiplies its weight by p(x | s), and takes the log of the sum of
/// the weights as log p(x_t | x_<t). Where the effective sample size of the belief before has
/// fallen below a part of the number of particles, it is resampled first; beliefs that `update`
/// returns are weighted, which is what expectations and smoothers want. The product of the
/// evidences is unbiased: E[exp(log evidence)] is the exact evidence, while the log is low by about
/// half its variance.
///
/// Derivatives: with resampled indices held fixed a derivative of the log evidence misses how the
/// indices would move, and is biased; `score(_:gradient:)` of smoothed trajectories is consistent.
public struct ParticleFilter<Model: ParticleModel>: IrregularBayesianFilter {
    /// Draws a state from a proposal q(s | parent, x), the parent nil at the first step, and gives
    /// it with log p(s | parent) − log q(s | parent, x). The context is that of the transition,
    /// or of the first step.
    public typealias Proposal = (
        _ parent: Model.State?, _ observation: Model.Observation,
        _ context: StepContext<Model.Action>, _ generator: inout Generator
    ) -> (state: Model.State, logRatio: Double)

    /// Makes a new prediction where no particle can have emitted the observation.
    public typealias Reinvigoration = (
        _ model: Model, _ prediction: ParticleBelief<Model>,
        _ observation: Model.Observation, _ context: StepContext<Model.Action>,
        _ generator: inout Generator
    ) throws -> ParticleBelief<Model>

    /// The model.
    public let model: Model
    /// The number of particles, 1000 unless given.
    public let count: Int
    /// How particles are drawn by weight.
    public var resampling: Resampling
    /// Resampling happens below this part of the number of particles: 0.5 unless given; above 1
    /// always, at 0 never.
    public var threshold: Double
    /// Where particles are drawn from at a step with an observation, instead of the transition.
    public var proposal: Proposal?
    /// Moves a resampled particle a little, so that copies differ. It changes the law: weights
    /// take no account of it.
    public var jitter: ((inout Model.State, inout Generator) -> Void)?
    /// What to do where no particle can have emitted the observation; without it the filter throws.
    /// The evidence is then no longer unbiased.
    public var reinvigoration: Reinvigoration?
    /// Where all randomness comes from.
    public var generator: Generator

    /// A filter with a number of particles.
    public init(
        _ model: Model, count: Int = 1000, resampling: Resampling = .systematic,
        threshold: Double = 0.5, generator: Generator
    ) {
        if count < 1 { fail("ParticleFilter", "\(count) particles") }
        self.model = model
        self.count = count
        self.resampling = resampling
        self.threshold = threshold
        self.generator = generator
    }

    /// Draws from the law of the first state.
    @inlinable
    public mutating func initialBelief() -> ParticleBelief<Model> {
        ParticleBelief((0..<count).map { _ in model.sampleInitial(&generator) })
    }

    /// Resamples where it is time to, then moves every particle.
    @inlinable
    public mutating func predict(
        _ belief: ParticleBelief<Model>, action: Model.Action?, step: Int,
        interval: Double
    ) -> ParticleBelief<Model> {
        let isPoor = belief.effectiveSampleSize < threshold * Double(belief.particles.count)
        var next = isPoor ? resampled(belief) : belief.withoutAncestors
        let context = StepContext(step: step, action: action, interval: interval)
        next.origin = proposal == nil ? nil : .init(parents: next.particles, context: context)
        model.advance(&next.particles, at: context, &generator)
        return next
    }

    /// `count` particles of equal weight drawn from a belief, jittered where there is a hook.
    @inlinable
    public mutating func resampled(
        _ belief: ParticleBelief<Model>
    ) -> ParticleBelief<Model> {
        let ancestors = resampling.indices(
            weights: belief.weights, count: count, &generator)
        var drawn = ParticleBelief<Model>(
            equal: ancestors.map { belief.particles[$0] }, ancestors: ancestors)
        if let jitter {
            for index in drawn.particles.indices { jitter(&drawn.particles[index], &generator) }
        }
        return drawn
    }
}
