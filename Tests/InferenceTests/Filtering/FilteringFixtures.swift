import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra

/// The local level model of the Nile: states and observations are numbers.
struct NileModel: ParticleDensityModel {
    static let exactLogEvidence = -640.3805408
    var emissionVariance = 15099.0
    var levelVariance = 1469.1

    func sampleInitial(_ generator: inout Generator) -> Double {
        1000 + 1000 * generator.normal()
    }

    func sampleTransition(
        _ state: Double, at context: StepContext<Never>, _ generator: inout Generator
    ) -> Double {
        state + levelVariance.squareRoot() * generator.normal()
    }

    func logEmission(
        _ observation: Double, state: Double, at context: StepContext<Never>
    ) -> Double {
        logNormal(observation - state, variance: emissionVariance)
    }

    func logTransition(
        _ next: Double, from state: Double, at context: StepContext<Never>
    ) -> Double {
        logNormal(next - state, variance: levelVariance)
    }

    /// The same model for the Gaussian filters.
    var gaussian: NonlinearGaussianModel {
        NonlinearGaussianModel(
            initial: GaussianMoments(mean: 1000, variance: 1e6), transition: .linear([[1]]),
            transitionNoise: [[levelVariance]], emission: .linear([[1]]),
            emissionNoise: [[emissionVariance]])
    }
}

/// log N(difference; 0, variance).
func logNormal(_ difference: Double, variance: Double) -> Double {
    -(log(2 * Double.pi * variance) + difference * difference / variance) / 2
}

extension Matrix: ExpressibleByArrayLiteral {
    /// A matrix from its rows.
    public init(arrayLiteral rows: [Double]...) { self.init(rows) }
}

/// The pendulum of dynamax's notebook on extended and unscented filters.
enum Pendulum {
    static let interval = 0.0125
    static let gravity = 9.8
    static let noise: Matrix = [
        [interval * interval * interval / 3, interval * interval / 2],
        [interval * interval / 2, interval],
    ]
    static let emissionVariance = 0.09

    static var model: NonlinearGaussianModel {
        NonlinearGaussianModel(
            initial: GaussianMoments(
                mean: [Double.pi / 2, 0], covariance: .diagonal([0.1, 0.1])),
            transition: SmoothFunction { state, _ in
                [
                    state[0] + state[1] * interval,
                    state[1] - gravity * interval * sin(state[0]),
                ]
            }, transitionNoise: noise,
            emission: SmoothFunction { state, _ in [sin(state[0])] },
            emissionNoise: [[emissionVariance]])
    }

    /// Angles and observations of a run of 400 steps from (π/2, 0).
    static func simulate(
        _ generator: inout Generator
    ) throws -> (angles: [Double], observations: [[Double]?]) {
        let root = try Cholesky(noise).factor
        var state = [Double.pi / 2, 0.0]
        var (angles, observations) = ([Double](), [[Double]?]())
        for step in 0..<400 {
            if step > 0 {
                let draws = root * [generator.normal(), generator.normal()]
                state = [
                    state[0] + state[1] * interval + draws[0],
                    state[1] - gravity * Foundation.sin(state[0]) * interval + draws[1],
                ]
            }
            angles.append(state[0])
            let observation =
                Foundation.sin(state[0]) + emissionVariance.squareRoot() * generator.normal()
            observations.append([observation])
        }
        return (angles, observations)
    }
}
