import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra

/// One run of an agent in its environment, drawn step by step with Kalman filters of the library;
/// shares nothing with the closed forms.
struct LinearGaussianRun {
    /// Reward, information gain, state and action consistency of each arrival.
    private(set) var terms: [[Double]] = []

    init(
        of problem: LinearGaussianGenerativeProblem,
        by posterior: LinearGaussianGenerativePosterior, using generator: inout Generator
    ) throws {
        let (control, outer) = (problem.environment.problem, problem.environment.filter)
        let inner = KalmanFilter(problem.model)
        var expected = (truth: try outer.initialBelief(), agent: try inner.initialBelief())
        var state = try expected.truth.sample(&generator)
        var paid = 0.0
        for step in 0...problem.actions {
            let seen = try GaussianMoments(
                mean: outer.model.emission[0] * state, covariance: outer.model.emissionNoise[0]
            ).sample(&generator)
            let truth = try outer.update(
                expected.truth, observation: seen, action: nil, step: step
            ).belief
            let (filter, logMarginal) = try inner.update(
                expected.agent, observation: seen, action: nil, step: step)
            let stateLaw = posterior.stateLaw(step: step, belief: truth.mean, filter: filter.mean)
            let z = try stateLaw.sample(&generator)
            let likelihood = try GaussianMoments.certain(z).expectedLogLikelihood(
                of: seen, emission: problem.model.emission[0],
                offset: problem.model.emissionOffset?[0], noise: problem.model.emissionNoise[0])
            let actionLaw = posterior.actionLaw(
                step: step, belief: truth.mean, filter: filter.mean, state: z)
            let action = try actionLaw.sample(&generator)
            let cost = control.cost.ofState
            paid -=
                step == problem.actions ? (control.finalCost ?? cost)(state) : cost(state)
            let divergences = (
                try stateLaw.logDensity(z) - expected.agent.logDensity(z),
                try actionLaw.logDensity(action) - problem.habit.law(z).logDensity(action)
            )
            terms.append([
                problem.rewardScale * (paid - problem.rewardOffset), likelihood - logMarginal,
                divergences.0, divergences.1,
            ])
            // What the action costs comes with the next arrival.
            paid = cost(state) - control.cost(state, action)
            state = try GaussianMoments(
                mean: control.next(state, action: action), covariance: control.noise
            ).sample(&generator)
            expected.truth = try outer.predict(truth, action: action, step: step)
            expected.agent = try inner.predict(
                problem.memory == .belief ? filter : .certain(z), action: action, step: step)
        }
    }
}
