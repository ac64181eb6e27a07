import OptimistCore
import OptimistLinearAlgebra

/// The optimal policy of a linear-quadratic problem over a finite horizon.
public struct LinearQuadraticSolution: Sendable {
    /// What was solved.
    public let problem: LinearQuadraticProblem
    /// What the policy maximizes.
    public let objective: LinearQuadraticObjective
    /// The policy, `[action's step]`.
    public let policies: [LinearGaussianPolicy]
    /// Q of each action, `[action's step]`; entropy of later steps included.
    public let actionValues: [QuadraticActionValue]
    /// V of each state in units of reward, `[step]`, one more than there are actions. For the
    /// objective `.evidence`, V / temperature is the backward message.
    public let values: [QuadraticValue]
    let tilts: [NoiseTilt]

    /// The expected value of the first state, which is the objective itself; for `.evidence` see
    /// `posterior(from:)`.
    public func value(from start: GaussianMoments) -> Double { values[0].expectation(start) }
}

extension LinearQuadraticProblem {
    /// The optimal policy over a finite horizon, by the Riccati recursion backward in time.
    ///
    /// - Parameters:
    ///   - steps: the number of actions; one more state is visited, and earns the final reward.
    ///   - objective: what the policy maximizes.
    /// - Throws: `LinearQuadraticError`.
    public func solve(
        steps: Int, objective: LinearQuadraticObjective = .hard
    ) throws(LinearQuadraticError) -> LinearQuadraticSolution {
        if steps < 0 { fail("LinearQuadraticProblem.solve", "\(steps) steps") }
        let setting = try RiccatiSetting(self, objective)
        var value = finalValue
        var (found, values) = ([RiccatiStep](), [value])
        for step in (0..<steps).reversed() {
            let solved = try RiccatiStep(setting, next: value, step: step)
            value = solved.value
            if !(value.curvature.isFinite && value.constant.isFinite) { throw .notFinite }
            found.append(solved)
            values.append(value)
        }
        found.reverse()
        return LinearQuadraticSolution(
            problem: self, objective: objective, policies: found.map(\.policy),
            actionValues: found.map(\.actionValue), values: values.reversed(),
            tilts: found.compactMap(\.tilt))
    }
}
