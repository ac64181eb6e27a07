import Foundation
import OptimistCore
import OptimistLinearAlgebra

/// One step of dynamic programming backward in time, for any objective.
struct RiccatiStep {
    /// Q of the step's actions.
    let actionValue: QuadraticActionValue
    /// The value of the step's states.
    let value: QuadraticValue
    /// The policy that attains it.
    let policy: LinearGaussianPolicy
    /// How the evidence tilts the next state; nil for other objectives.
    let tilt: NoiseTilt?

    /// - Parameter step: the step's number, for errors.
    init(
        _ setting: RiccatiSetting, next: QuadraticValue, step: Int?
    ) throws(LinearQuadraticError) {
        let problem = setting.problem
        var (expected, tilt) = (next, NoiseTilt?.none)
        switch setting.objective {
        case .hard, .bound:
            expected.constant -= (next.curvature * problem.noise).trace / 2
        case .evidence(let temperature, _):
            let found = try NoiseTilt(
                next, noise: problem.noise, temperature: temperature, step: step ?? 0)
            (expected, tilt) = (found.value, found)
        }
        let actionValue = RiccatiStep.actionValue(problem, setting, expected)
        guard let cholesky = try? Cholesky(actionValue.action) else {
            throw .actionUnbounded(step: step)
        }
        let gain = cholesky.solution(actionValue.cross)
        let offset = cholesky.solution(actionValue.actionSlope).map { -$0 }
        var curvature = actionValue.state
        curvature -= Matrix.transposed(actionValue.cross, times: gain)
        curvature.symmetrize()
        var slope = actionValue.stateSlope
        add(Matrix.transposed(actionValue.cross, times: offset), times: 1, to: &slope)
        value = QuadraticValue(
            curvature: curvature, slope: slope,
            constant: actionValue.constant
                + cholesky.inverseQuadratic(actionValue.actionSlope) / 2
                + setting.entropyTerm(cholesky))
        policy = LinearGaussianPolicy(
            gain: gain, offset: offset,
            covariance: setting.objective.temperature * cholesky.inverse)
        self.actionValue = actionValue
        self.tilt = tilt
    }

    /// Cost plus discounted value of where the action leads.
    private static func actionValue(
        _ problem: LinearQuadraticProblem, _ setting: RiccatiSetting, _ next: QuadraticValue
    ) -> QuadraticActionValue {
        let (discount, cost) = (problem.discount, problem.cost)
        let ahead = discount * next.curvature
        // Slope of the discounted value at the drift.
        var slope = ahead * problem.drift
        add(next.slope, times: discount, to: &slope)
        let pulled = ahead * problem.dynamics
        var state = cost.state + Matrix.transposed(problem.dynamics, times: pulled)
        var action =
            setting.actionCost + Matrix.transposed(problem.input, times: ahead * problem.input)
        state.symmetrize()
        action.symmetrize()
        var stateSlope = cost.stateSlope
        add(Matrix.transposed(problem.dynamics, times: slope), times: 1, to: &stateSlope)
        var actionSlope = setting.actionSlope
        add(Matrix.transposed(problem.input, times: slope), times: 1, to: &actionSlope)
        return QuadraticActionValue(
            state: state, action: action,
            cross: cost.cross.transposed + Matrix.transposed(problem.input, times: pulled),
            stateSlope: stateSlope, actionSlope: actionSlope,
            constant: discount * next(problem.drift) - setting.constant)
    }
}

/// A problem with an objective: the action cost that the prior adds to, and what entropy earns.
struct RiccatiSetting {
    let problem: LinearQuadraticProblem
    let objective: LinearQuadraticObjective
    /// R, plus temperature times the prior's precision.
    private(set) var actionCost: Matrix
    /// r, minus temperature times the prior's precision times its mean.
    private(set) var actionSlope: [Double]
    /// The cost of the zero state and action.
    private(set) var constant: Double
    /// m log 2π, plus log det of the prior's covariance where there is one, in nats.
    private var logPriorVolume: Double

    init(
        _ problem: LinearQuadraticProblem, _ objective: LinearQuadraticObjective
    ) throws(LinearQuadraticError) {
        self.problem = problem
        self.objective = objective
        actionCost = problem.cost.action
        actionSlope = problem.cost.actionSlope
        constant = problem.cost.constant
        let temperature = objective.temperature
        if objective != .hard && !(temperature > 0 && temperature.isFinite) {
            fail("LinearQuadraticProblem", "the temperature \(temperature) is not positive")
        }
        if case .evidence = objective, problem.discount != 1 { throw .discounted(problem.discount) }
        logPriorVolume = 0
        guard case .gaussian(let prior) = objective.prior else { return }
        if prior.mean.count != problem.actionCount {
            fail(
                "LinearQuadraticProblem",
                "a prior over \(prior.mean.count) of \(problem.actionCount) actions")
        }
        guard let cholesky = try? Cholesky(prior.covariance) else {
            throw .priorNotPositiveDefinite
        }
        actionCost.add(cholesky.inverse, times: temperature)
        add(cholesky.solution(prior.mean), times: -temperature, to: &actionSlope)
        constant += temperature * cholesky.inverseQuadratic(prior.mean) / 2
        logPriorVolume = Double(prior.mean.count) * log(2 * Double.pi) + cholesky.logDeterminant
    }

    /// Temperature times the log of the integral of exp(Q / temperature) around its maximum, under
    /// the prior.
    func entropyTerm(_ actionCurvature: Cholesky) -> Double {
        let temperature = objective.temperature
        if temperature == 0 { return 0 }
        let size = Double(problem.actionCount)
        let logVolume =
            size * log(2 * Double.pi * temperature) - actionCurvature.logDeterminant
            - logPriorVolume
        return temperature / 2 * logVolume
    }
}
