import OptimistCore
import OptimistLinearAlgebra

extension LinearQuadraticProblem {
    /// The optimal stationary policy over an infinite horizon. The final cost plays no part.
    ///
    /// The Riccati equation is solved by structured doubling (Anderson 1978; Chu, Fan, Lin and Wang
    /// 2004), which converges quadratically, and polished by steps of the plain recursion.
    ///
    /// - Parameter objective: `.hard` or `.bound`.
    /// - Throws: `LinearQuadraticError`: `.notStabilizable` where there is no stabilizing gain.
    public func solveSteadyState(
        objective: LinearQuadraticObjective = .hard
    ) throws(LinearQuadraticError) -> StationaryLinearQuadraticSolution {
        if case .evidence = objective {
            fail(
                "LinearQuadraticProblem.solveSteadyState",
                "the exact posterior has a finite horizon; ask for the bound")
        }
        let setting = try RiccatiSetting(self, objective)
        let (curvature, doublings) = try doubled(setting.actionCost)
        var value = QuadraticValue(
            curvature: curvature, slope: Array(repeating: 0, count: stateCount), constant: 0)
        // Doubling loses a few digits where A is far from normal; the recursion contracts them.
        for _ in 0..<3 {
            value.curvature = try RiccatiStep(setting, next: value, step: nil).value.curvature
        }
        let gain = try RiccatiStep(setting, next: value, step: nil).policy.gain
        let closed = dynamics - input * gain
        guard let radius = try? closed.spectralRadius() else { throw .notFinite }
        if !(radius * discount.squareRoot() < 1) { throw .notStabilizable(spectralRadius: radius) }
        value.slope = try stationarySlope(setting, value, closed)
        let step = try RiccatiStep(setting, next: value, step: nil)
        let rate = step.value.constant
        value.constant = discount < 1 ? rate / (1 - discount) : 0
        var actionValue = step.actionValue
        actionValue.constant += discount * value.constant
        return StationaryLinearQuadraticSolution(
            problem: self, objective: objective, policy: step.policy, actionValue: actionValue,
            value: value, rewardRate: rate, spectralRadius: radius, doublings: doublings)
    }

    /// The slope of the stationary value: (1 − γ (A − B K)ᵀ) p = q − Kᵀ r + γ (A − B K)ᵀ P b.
    private func stationarySlope(
        _ setting: RiccatiSetting, _ value: QuadraticValue, _ closed: Matrix
    ) throws(LinearQuadraticError) -> [Double] {
        // One step from a zero slope gives the right-hand side.
        let right = try RiccatiStep(setting, next: value, step: nil).value.slope
        var system = -discount * closed.transposed
        system.addToDiagonal(1)
        guard let slope = try? LU(system).solution(right) else {
            throw .notStabilizable(spectralRadius: nil)
        }
        return slope
    }

    /// P of the discrete algebraic Riccati equation by structured doubling: after k doublings it is
    /// that of a horizon of 2ᵏ steps.
    private func doubled(
        _ actionCost: Matrix
    ) throws(LinearQuadraticError) -> (curvature: Matrix, doublings: Int) {
        guard let cholesky = try? Cholesky(actionCost) else {
            throw .actionCostNotPositiveDefinite
        }
        let root = discount.squareRoot()
        let scaledInput = root * input
        // Cross terms are taken out by a ← a − R⁻¹ Nᵀ s.
        let shift = cholesky.solution(cost.cross.transposed)
        var a = root * dynamics - scaledInput * shift
        var g = (scaledInput * cholesky.solution(scaledInput.transposed)).symmetrized
        var h = (cost.state - cost.cross * shift).symmetrized
        for doubling in 1...60 {
            var system = g * h
            system.addToDiagonal(1)
            guard let lu = try? LU(system), let wa = try? lu.solution(a),
                let wg = try? lu.solution(g)
            else { throw .notStabilizable(spectralRadius: nil) }
            let change = Matrix.transposed(a, times: h * wa).symmetrized
            g += a.sandwich(wg)
            h += change
            a = a * wa
            if !(h.isFinite && g.isFinite && a.isFinite) { break }
            if change.largestMagnitude <= 1e-15 * max(h.largestMagnitude, 1e-300) {
                return (h, doubling)
            }
        }
        throw .notStabilizable(spectralRadius: nil)
    }
}
