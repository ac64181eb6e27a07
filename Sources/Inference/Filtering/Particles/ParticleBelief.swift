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
    public let logWeights: [Double]
    /// Their weights, which sum to one; `[particle]`.
    public let weights: [Double]
    /// For each particle its parent's index in the belief before, where that one was resampled on
    /// the way; nil where every particle is its own parent's successor, or has none.
    public let ancestors: [Int]?
    /// The parents that a guided proposal starts from, and the context of their transition; nil at
    /// the first step.
    @usableFromInline var origin: ParticleOrigin<Model>?

    /// Particles that all weigh the same.
    public init(_ particles: [State]) { self.init(equal: particles, ancestors: nil) }

    /// Particles with log weights up to a constant, not all −∞.
    public init(_ particles: [State], logWeights: [Double]) {
        if particles.count != logWeights.count {
            fail("ParticleBelief", "\(logWeights.count) weights of \(particles.count) particles")
        }
        let (belief, total) = ParticleBelief.normalized(particles, logWeights, ancestors: nil)
        if !total.isFinite { fail("ParticleBelief", "the weights sum to exp(\(total))") }
        self = belief
    }

    @usableFromInline
    init(equal particles: [State], ancestors: [Int]?) {
        if particles.isEmpty { fail("ParticleBelief", "there are no particles") }
        let count = Double(particles.count)
        self.init(
            particles: particles,
            logWeights: Array(repeating: -log(count), count: particles.count),
            weights: Array(repeating: 1 / count, count: particles.count), ancestors: ancestors)
    }

    private init(
        particles: [State], logWeights: [Double], weights: [Double], ancestors: [Int]?
    ) {
        self.particles = particles
        self.logWeights = logWeights
        self.weights = weights
        self.ancestors = ancestors
    }

    /// The same belief, about to move without resampling.
    @usableFromInline
    var withoutAncestors: ParticleBelief {
        ParticleBelief(
            particles: particles, logWeights: logWeights, weights: weights, ancestors: nil)
    }

    /// Normalizes log weights with one exponential each, and gives the log of their sum.
    @usableFromInline
    static func normalized(
        _ particles: [State], _ logWeights: [Double], ancestors: [Int]?
    ) -> (belief: ParticleBelief, logSum: Double) {
        var largest = -Double.infinity
        for logWeight in logWeights { largest = max(largest, logWeight) }
        // A NaN may or may not win the comparisons above; the sum shows it in either case.
        let shift = largest.isFinite ? largest : 0
        let scaled = logWeights.map { exp($0 - shift) }
        let sum = scaled.reduce(0, +)
        let logSum = shift + log(sum)
        let belief = ParticleBelief(
            particles: particles, logWeights: logWeights.map { $0 - logSum },
            weights: scaled.map { $0 / sum }, ancestors: ancestors)
        return (belief, logSum)
    }

    /// 1 / Σ w², the number of equally weighted particles that would be worth as much.
    public var effectiveSampleSize: Double { 1 / weights.reduce(0) { $0 + $1 * $1 } }

    /// The expectation of a function of the state.
    public func expectation(_ function: (State) throws -> Double) rethrows -> Double {
        var sum = 0.0
        for (particle, weight) in zip(particles, weights) {
            sum += weight * (try function(particle))
        }
        return sum
    }

    /// The mean and the covariance of a vector read off the state.
    public func moments(_ vector: (State) throws -> [Double]) rethrows -> GaussianMoments {
        let vectors = try particles.map(vector)
        var mean = Array(repeating: 0.0, count: vectors[0].count)
        for (vector, weight) in zip(vectors, weights) { add(vector, times: weight, to: &mean) }
        var covariance = Matrix(rows: mean.count, columns: mean.count)
        for (vector, weight) in zip(vectors, weights) {
            let offset = subtract(vector, mean)
            covariance.add(.outer(offset, offset), times: weight)
        }
        return GaussianMoments(mean: mean, covariance: covariance)
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
