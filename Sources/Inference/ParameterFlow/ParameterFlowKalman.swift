import Foundation
import OptimistCore
import OptimistLinearAlgebra

/// A Kalman filter whose transition E and noise F follow ordinary differential equations in time.
///
/// s₀ ~ N(m₀, S₀) at time 0. The transition into the observation at time t has the parameters E(t)
/// and F(t): the equations are rolled over the interval first, then the filter predicts and updates.
/// E(t) is the transition of a step, not a rate: a longer gap changes how far the equations are
/// rolled, not the power of E.
public struct ParameterFlowKalman: Sendable, Equatable {
    /// How the equations are solved.
    public enum Integrator: Sendable, Equatable {
        /// Runge and Kutta's classical method with so many substeps a unit of time, at least one an
        /// interval.
        case rungeKutta(substeps: Int)
        /// Dormand and Prince's adaptive method, for evaluation: no gradients. Noise flows of the
        /// kinds `lyapunov` and `raw` keep their own substeps, four a unit of time.
        case dormandPrince(relative: Double = 1e-6, absolute: Double = 1e-8)
    }

    /// The velocity of E.
    public var transitionField: MatrixField
    /// E at time 0, `[state, state]`.
    public var transitionStart: Matrix
    /// F's flow.
    public var noise: NoiseFlow
    /// C, `[emission, state]`.
    public var emission: Matrix
    /// D, `[emission, emission]`.
    public var emissionNoise: Matrix
    /// The law of the state at time 0.
    public var initial: GaussianMoments
    /// How the equations are solved.
    public var integrator: Integrator

    /// A filter from its parts.
    public init(
        transitionField: MatrixField, transitionStart: Matrix, noise: NoiseFlow, emission: Matrix,
        emissionNoise: Matrix, initial: GaussianMoments,
        integrator: Integrator = .rungeKutta(substeps: 4)
    ) {
        self.transitionField = transitionField
        self.transitionStart = transitionStart
        self.noise = noise
        self.emission = emission
        self.emissionNoise = emissionNoise
        self.initial = initial
        self.integrator = integrator
    }

    /// E and F at increasing times after 0.
    ///
    /// - Throws: `ParameterFlowError`, naming the step.
    public func parameters(
        at times: [Double]
    ) throws -> (transitions: [Matrix], noises: [Matrix]) {
        let roll = try FlowRoll(self, times: times)
        return (roll.transitions, roll.noises)
    }

    /// The model of observations at given times; by default at 1, 2, … `count`. Its steps are the
    /// observations.
    ///
    /// - Throws: `ParameterFlowError` or `LinearGaussianError`.
    public func model(count: Int, times: [Double]? = nil) throws -> LinearGaussianModel {
        try model(FlowRoll(self, times: times ?? ParameterFlowKalman.unitTimes(count)))
    }

    static func unitTimes(_ count: Int) -> [Double] { (0..<count).map { Double($0 + 1) } }

    func model(_ roll: FlowRoll) throws -> LinearGaussianModel {
        let first = GaussianMoments(
            mean: roll.transitions[0] * initial.mean,
            covariance: roll.transitions[0].sandwich(initial.covariance) + roll.noises[0])
        return try LinearGaussianModel(
            initial: .predictive(first), transition: .perStep(Array(roll.transitions.dropFirst())),
            transitionNoise: .perStep(Array(roll.noises.dropFirst())), emission: .fixed(emission),
            emissionNoise: .fixed(emissionNoise))
    }

    /// log p(x) in nats.
    ///
    /// - Parameters:
    ///   - observations: `[step, emission]`; NaN is missing.
    ///   - times: the observations' times, increasing after 0; by default 1, 2, ….
    public func logLikelihood(_ observations: Matrix, times: [Double]? = nil) throws -> Double {
        try model(count: observations.rows, times: times)
            .filter(LinearGaussianSequence(observations: observations)).logLikelihood
    }

    /// Predicts the `steps` unit intervals after a run.
    public func forecast(
        _ steps: Int, after observations: Matrix, times: [Double]? = nil
    ) throws -> KalmanForecast {
        let count = observations.rows
        var times = times ?? ParameterFlowKalman.unitTimes(count)
        let last = times.last ?? 0
        times += (0..<steps).map { last + Double($0 + 1) }
        return try model(count: count + steps, times: times).forecast(
            steps, after: LinearGaussianSequence(observations: observations))
    }
}
