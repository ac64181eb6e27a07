import Foundation
import OptimistInference
import OptimistLinearAlgebra

/// Agents that a linear-Gaussian problem is tested with.
enum LinearGaussianFixture: CaseIterable {
    /// The agent knows the environment.
    case knowing
    /// It has a model of its own, with one state in place of two.
    case simple

    /// A point that is pushed and seen twice; every part of the cost is there.
    static func environment(
        noise: Double = 1, start: Double = 1, emissionNoise: Double = 1,
        emission: Matrix = [[1, 0], [0.3, 1]]
    ) throws -> LinearQuadraticGaussian {
        try LinearQuadraticGaussian(
            LinearQuadraticProblem(
                dynamics: [[1, 0.5], [0, 0.9]], input: [[0.1], [0.5]], drift: [0.02, -0.01],
                noise: noise * [[0.05, 0.01], [0.01, 0.1]],
                cost: QuadraticCost(
                    state: [[1, 0.1], [0.1, 0.4]], action: [[0.3]], cross: [[0.05], [0.02]],
                    stateSlope: [0.1, -0.2], actionSlope: [0.05], constant: 0.1),
                finalCost: QuadraticStateCost(
                    curvature: [[2, 0], [0, 0.5]], slope: [-0.1, 0], constant: 0.3)),
            emission: emission, emissionNoise: emissionNoise * [[0.2, 0.05], [0.05, 0.3]],
            initial: GaussianMoments(
                mean: [0.8, -0.4], covariance: start * [[0.3, 0.05], [0.05, 0.2]]))
    }

    /// A model of one state that sees the same two numbers.
    static func simpleModel() throws -> LinearGaussianModel {
        try LinearGaussianModel(
            initial: .predictive(GaussianMoments(mean: 0.2, variance: 0.7)),
            transition: [[0.8]], transitionNoise: [[0.4]], emission: [[0.9], [0.2]],
            emissionNoise: [[0.5, 0.1], [0.1, 0.6]], transitionInput: [[0.3]],
            transitionOffset: [0.05], emissionOffset: [0.1, -0.1])
    }

    func problem(
        scale: Double = 1, memory: LinearGaussianGenerativeProblem.Memory = .belief,
        environment: LinearQuadraticGaussian? = nil
    ) throws -> LinearGaussianGenerativeProblem {
        let gain: Matrix = self == .knowing ? [[0.3, 0.2]] : [[0.4]]
        return try LinearGaussianGenerativeProblem(
            environment: environment ?? Self.environment(),
            model: self == .knowing ? nil : Self.simpleModel(),
            habit: LinearGaussianPolicy(gain: gain, offset: [0.1], covariance: [[0.5]]),
            actions: 3, rewardScale: scale, rewardOffset: 0.2, memory: memory)
    }
}

extension GaussianMoments {
    /// log N(v; mean, covariance), in nats.
    func logDensity(_ value: [Double]) throws -> Double {
        try GaussianMoments.certain(mean).expectedLogLikelihood(
            of: value, emission: .identity(mean.count), noise: covariance)
    }
}
