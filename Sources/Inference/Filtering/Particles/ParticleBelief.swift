import Foundation
import OptimistCore
import OptimistLinearAlgebra

/// A belief as weighted particles.
public struct ParticleBelief<Model: ParticleModel> {
    /// A state of the system.
    public typealias State = Model.State
    /// The particles.
    public var particles: [State]
    /// Their log weights, normalized: Σ exp(logWeights) = 1; `[particle]`.
    public var logWeights: [Double]
    /// For each particle its parent's index in the belief before, where that one was resampled on
    /// the way; nil where every particle is its own parent's successor, or has none.
    public var ancestors: [Int]?
    /// The parents that a guided proposal starts from, and the context of their transition; nil at
    /// the first step.
    @usableFromInline var origin: ParticleOrigin<Model>?

    /// Particles that all weigh the same.
    public init(_ particles: [State]) {
        if particles.isEmpty { fail("ParticleBelief", "there are no particles") }
        self.particles = particles
        logWeights = Array(repeating: -log(Double(particles.count)), count: particles.count)
    }

    /// The weights, which sum to one; `[particle]`.
    public var weights: [Double] { logWeights.map { exp($0) } }

    /// 1 / Σ w², the number of equally weighted particles that would be worth as much.
    public var effectiveSampleSize: Double {
        1 / logWeights.reduce(0) { $0 + exp(2 * $1) }
    }

    /// The expectation of a function of the state.
    public func expectation(_ function: (State) throws -> Double) rethrows -> Double {
        var sum = 0.0
        for (particle, logWeight) in zip(particles, logWeights) {
            sum += exp(logWeight) * (try function(particle))
        }
        return sum
    }

    /// The mean and the covariance of a vector read off the state.
    public func moments(_ vector: (State) throws -> [Double]) rethrows -> GaussianBelief {
        let vectors = try particles.map(vector)
        let weights = weights
        var mean = Array(repeating: 0.0, count: vectors[0].count)
        for (vector, weight) in zip(vectors, weights) { add(vector, times: weight, to: &mean) }
        var covariance = Matrix(rows: mean.count, columns: mean.count)
        for (vector, weight) in zip(vectors, weights) {
            let offset = subtract(vector, mean)
            covariance.add(.outer(offset, offset), times: weight)
        }
        return GaussianBelief(mean: mean, covariance: covariance)
    }

    /// A draw of one particle by weight.
    public func sample(_ generator: inout Generator) -> State {
        particles[generator.categorical(weights)]
    }
}

/// Where the particles of a prediction came from.
@usableFromInline
struct ParticleOrigin<Model: ParticleModel> {
    @usableFromInline let parents: [Model.State]
    @usableFromInline let context: StepContext<Model.Action>

    @usableFromInline
    init(parents: [Model.State], context: StepContext<Model.Action>) {
        self.parents = parents
        self.context = context
    }
}

extension ParticleBelief: Sendable where Model.State: Sendable, Model.Action: Sendable {}
extension ParticleOrigin: Sendable where Model.State: Sendable, Model.Action: Sendable {}
