import OptimistCore
import OptimistProbability
import OptimistTorch

/// Imagination in beliefs: K particles of one history go on under the same actions.
///
/// A state of this model is a belief, `[rows, particle, ...]`: equally weighted particles, such as
/// a filter's after resampling. What is expected is the mean over particles, and information is the
/// belief's mutual information: what an observation tells of the state where the state is
/// uncertain. The mutual information that a model gives by itself is conditional on the sampled
/// state before, and so counts nothing for what stays uncertain from step to step, such as a fixed
/// context. With K particles the contrastive estimate is at most log K.
///
/// Observations are imagined but not learned from: particles are not weighted by them, so what
/// could be learned counts again at every step at which it could be.
public struct BeliefImagination<Base: ObservingModel>: ImaginationModel
where Base.ActionLaw: PlannedLaw {
    /// What single particles are imagined in.
    public let base: Base
    /// K.
    public let particles: Int
    /// How information is estimated; the particles are the states.
    public var estimator = MutualInformation.contrastive

    /// Imagination in beliefs of so many particles, at least 2.
    public init(_ base: Base, particles: Int) {
        if particles < 2 { fail("BeliefImagination", "\(particles) particles") }
        self.base = base
        self.particles = particles
    }

    /// The mixture of the particles' habits, or the Gaussian with its moments.
    public func habit(at states: Tensor) -> Base.ActionLaw {
        base.habit(at: flat(states)).pooled(by: particles)
    }

    /// Every particle does its belief's action.
    public func imagine(
        _ states: Tensor, doing actions: Tensor, measuringInformation information: Bool,
        using generator: inout Generator
    ) throws -> Imagined {
        let single = try base.imagine(
            flat(states), doing: actions.repeatedElements(particles, axis: 0),
            measuringInformation: false, using: &generator)
        let rows = [states.shape[0], particles]
        let next = single.states.reshaped(rows + single.states.shape.dropFirst())
        var imagined = Imagined(
            states: next, logOptimality: single.logOptimality.reshaped(rows).mean(axis: 1),
            continuation: single.continuation?.reshaped(rows).mean(axis: 1))
        if information {
            let observations = base.sampleObservation(at: next, using: &generator)
            let pairwise = base.pairwiseLogLikelihood(of: observations, at: next)
            imagined.information = estimator.estimate(pairwise.permuted([1, 2, 0])).mean
        }
        return imagined
    }

    /// The mean over particles of the base's value.
    public func value(of states: Tensor) -> Tensor? {
        base.value(of: flat(states))?.reshaped([states.shape[0], particles]).mean(axis: 1)
    }

    private func flat(_ states: Tensor) -> Tensor {
        let shape = states.shape
        if shape.count < 2 || shape[1] != particles {
            fail("BeliefImagination", "states \(shape) of \(particles) particles")
        }
        return states.reshaped([shape[0] * particles] + shape.dropFirst(2))
    }
}
