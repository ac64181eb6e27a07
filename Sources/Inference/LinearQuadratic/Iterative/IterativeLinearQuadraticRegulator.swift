import OptimistCore
import OptimistLinearAlgebra

/// Control of smooth dynamics by linear-quadratic control again and again: iLQR (Li and Todorov
/// 2004; with regularization and line search as Tassa, Erez and Todorov 2012).
///
/// Each iteration expands dynamics and costs along the trajectory, solves the linear-quadratic
/// problem of the expansions, and follows its policy as far as the true cost falls. On a
/// linear-quadratic problem one iteration is exact. With a temperature the policies around the
/// final trajectory are the Gaussians N(·, temperature · H_aa⁻¹) of guided policy search (Levine
/// and Koltun 2013): the bound's optimum for the expansions.
public struct IterativeLinearQuadraticRegulator: Sendable {
    /// Iterations at most.
    public var iterations = 100
    /// Ends where the cost falls by less than this times its size, or 1 if that is larger.
    public var tolerance = 1e-10
    /// Of the final policies, in units of reward; 0 for deterministic ones.
    public var temperature = 0.0
    /// The largest weight that keeps actions near the trajectory's before it gives up.
    public var greatestRegularization = 1e10

    /// A regulator with the settings above.
    public init() {}

    /// A trajectory with a policy around it.
    public struct Solution: Sendable {
        /// s_1…s_{T+1}.
        public var states: [[Double]]
        /// a_1…a_T.
        public var actions: [[Double]]
        /// The policy of each step, in the states themselves.
        public var policies: [LinearGaussianPolicy]
        /// The cost of the trajectory before the first iteration and after each.
        public var costs: [Double]
        /// Whether the cost stopped falling within the tolerance.
        public var hasConverged: Bool
    }

    /// Improves a plan from a state.
    ///
    /// - Parameters:
    ///   - problem: dynamics and costs.
    ///   - start: s_1.
    ///   - plan: the first actions, one a step.
    /// - Throws: `LinearQuadraticError.actionUnbounded` where no regularization makes the expansion
    ///   have a best action, `.notFinite` where the first plan's cost is not finite.
    public func solve(
        _ problem: SmoothControlProblem, from start: [Double], plan: [[Double]]
    ) throws(LinearQuadraticError) -> Solution {
        var path = Path(problem, start, count: plan.count) { step, _ in plan[step] }
        if !path.cost.isFinite { throw .notFinite }
        var costs = [path.cost]
        var regularization = 0.0
        var hasConverged = plan.isEmpty
        while costs.count <= iterations && !hasConverged {
            let policies: [LinearGaussianPolicy]
            do {
                policies = try backward(problem, path, regularization, temperature: 0)
            } catch {
                regularization = max(10 * regularization, 1e-6)
                if regularization > greatestRegularization { throw error }
                continue
            }
            if let better = follow(problem, path, policies) {
                let fall = path.cost - better.cost
                hasConverged = fall <= tolerance * max(1, abs(path.cost))
                path = better
                costs.append(path.cost)
                regularization = regularization < 1e-6 ? 0 : regularization / 10
            } else if regularization > greatestRegularization {
                break
            } else {
                // Nothing better even close by: the trajectory is optimal, or the step too bold.
                hasConverged = isStationary(policies, path)
                regularization = max(10 * regularization, 1e-6)
            }
        }
        return Solution(
            states: path.states, actions: path.actions,
            policies: try policies(problem, around: path, regularization), costs: costs,
            hasConverged: hasConverged)
    }

    /// The final policies: of the expansions themselves where these have best actions, else of the
    /// regularized ones.
    private func policies(
        _ problem: SmoothControlProblem, around path: Path, _ regularization: Double
    ) throws(LinearQuadraticError) -> [LinearGaussianPolicy] {
        do {
            return try backward(problem, path, 0, temperature: temperature)
        } catch {
            if regularization == 0 { throw error }
            return try backward(problem, path, regularization, temperature: temperature)
        }
    }

    /// The policies that are best for the expansions along a path.
    private func backward(
        _ problem: SmoothControlProblem, _ path: Path, _ regularization: Double,
        temperature: Double
    ) throws(LinearQuadraticError) -> [LinearGaussianPolicy] {
        let final = problem.finalQuadratic(path.states[path.actions.count])
        var value = QuadraticValue(
            curvature: final.curvature, slope: final.slope, constant: -final.constant)
        var policies: [LinearGaussianPolicy] = []
        for step in path.actions.indices.reversed() {
            let (state, action) = (path.states[step], path.actions[step])
            let (inState, inAction) = problem.linearization(state, action)
            var drift = subtract(path.states[step + 1], inState * state)
            add(inAction * action, times: -1, to: &drift)
            var cost = problem.quadratic(step, state, action)
            cost.action.addToDiagonal(regularization)
            add(action, times: -regularization, to: &cost.actionSlope)
            let local = LinearQuadraticProblem(
                dynamics: inState, input: inAction, drift: drift, cost: cost)
            let setting = try RiccatiSetting(
                local, temperature > 0 ? .bound(temperature: temperature) : .hard)
            let riccati = try RiccatiStep(setting, next: value, step: step + 1)
            policies.append(riccati.policy)
            value = riccati.value
        }
        return policies.reversed()
    }

    /// The path that goes a part of the way to the policies' actions, as long as it costs less.
    private func follow(
        _ problem: SmoothControlProblem, _ path: Path, _ policies: [LinearGaussianPolicy]
    ) -> Path? {
        var share = 1.0
        for _ in 0..<12 {
            let candidate = Path(problem, path.states[0], count: path.actions.count) {
                step, state in
                // ā + share · (what the policy would change at s̄) − K (s − s̄).
                let policy = policies[step]
                var action = path.actions[step]
                add(
                    subtract(policy.mean(path.states[step]), action), times: share, to: &action)
                add(
                    policy.gain * subtract(state, path.states[step]), times: -1, to: &action)
                return action
            }
            if candidate.cost < path.cost { return candidate }
            share /= 2
        }
        return nil
    }

    /// Whether the policies hardly change the actions.
    private func isStationary(_ policies: [LinearGaussianPolicy], _ path: Path) -> Bool {
        path.actions.indices.allSatisfy { step in
            let change = subtract(policies[step].mean(path.states[step]), path.actions[step])
            return largestMagnitude(change)
                <= 1e-6 * max(1, largestMagnitude(path.actions[step]))
        }
    }
}

/// A trajectory and what it costs.
private struct Path {
    var states: [[Double]]
    var actions: [[Double]] = []
    var cost = 0.0

    init(
        _ problem: SmoothControlProblem, _ start: [Double], count: Int,
        act: (Int, [Double]) -> [Double]
    ) {
        states = [start]
        for step in 0..<count {
            let action = act(step, states[step])
            cost += problem.cost(step, states[step], action)
            states.append(problem.dynamics(states[step], action))
            actions.append(action)
        }
        cost += problem.finalCost(states[actions.count])
    }
}
