import Foundation
import OptimistCore
import OptimistLinearAlgebra

/// A model with additive Gaussian noise as a particle model, so that one description serves every
/// filter. Where speed counts, write a `ParticleModel` whose state has no heap storage.
public struct GaussianParticleModel: ParticleDensityModel, Sendable {
    /// The model; Jacobians are not used.
    public let model: NonlinearGaussianModel

    /// The particle form of a model.
    public init(_ model: NonlinearGaussianModel) { self.model = model }

    /// A draw from the law of the first state.
    public func sampleInitial(_ generator: inout Generator) -> [Double] {
        draw(model.initial.mean, root(model.initial.covariance, "initial"), &generator)
    }

    /// A draw from N(f(s), F).
    public func sampleTransition(
        _ state: [Double], at context: StepContext<[Double]>, _ generator: inout Generator
    ) -> [Double] {
        let root = root(model.transitionNoise(context), "transition")
        return draw(model.transition.value(state, context), root, &generator)
    }

    /// Moves every state, factoring the noise once.
    public func advance(
        _ states: inout [[Double]], at context: StepContext<[Double]>,
        _ generator: inout Generator
    ) {
        let root = root(model.transitionNoise(context), "transition")
        for index in states.indices {
            states[index] = draw(
                model.transition.value(states[index], context), root, &generator)
        }
    }

    /// log N(x; h(s), D) over the elements of x that are not NaN.
    public func logEmission(
        _ observation: [Double], state: [Double], at context: StepContext<[Double]>
    ) -> Double {
        var sum = [0.0]
        addLogEmissions(observation, of: [state], at: context, to: &sum)
        return sum[0]
    }

    /// Adds log N(x; h(s), D) of every state, factoring the noise once.
    public func addLogEmissions(
        _ observation: [Double], of states: [[Double]], at context: StepContext<[Double]>,
        to logWeights: inout [Double]
    ) {
        let noise = model.emissionNoise(context)
        guard
            let observed = try? ObservedPart(
                observation, expected: noise.rows, step: context.step)
        else {
            fail(
                "GaussianParticleModel",
                "\(observation.count) elements observed, \(noise.rows) emitted")
        }
        if observed.indices.isEmpty { return }
        let cholesky = factor(observed.block(of: noise), "emission")
        for index in states.indices {
            let predicted = observed.of(model.emission.value(states[index], context))
            logWeights[index] += cholesky.logGaussianDensity(
                subtract(observed.values, predicted))
        }
    }

    /// log N(s′; f(s), F), which needs F to be positive definite.
    public func logTransition(
        _ next: [Double], from state: [Double], at context: StepContext<[Double]>
    ) -> Double {
        let cholesky = factor(model.transitionNoise(context), "transition")
        return cholesky.logGaussianDensity(
            subtract(next, model.transition.value(state, context)))
    }

    private func draw(
        _ mean: [Double], _ root: Matrix, _ generator: inout Generator
    ) -> [Double] {
        var draw = mean
        let standard = mean.map { _ in generator.normal() }
        Matrix.multiply(root, standard, into: &draw, adding: true)
        return draw
    }

    private func root(_ covariance: Matrix, _ law: String) -> Matrix {
        do {
            return try covariance.semidefiniteRoot()
        } catch {
            fail("GaussianParticleModel", "the \(law) noise: \(error)")
        }
    }

    private func factor(_ covariance: Matrix, _ law: String) -> Cholesky {
        do {
            return try Cholesky(covariance)
        } catch {
            fail("GaussianParticleModel", "the density of the \(law) noise: \(error)")
        }
    }
}
