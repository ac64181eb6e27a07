extension TabularWork {
    /// Solves for a number of steps.
    func solve(_ horizon: Int, _ discount: Double) throws(SolvingError) -> TabularSolution {
        // Messages or values, marginals and a policy of each step.
        try FreeMemory.require(
            [horizon, 2 * model.states + model.pairs.count, 8],
            for: "a solution of \(horizon) steps of \(model.states) states and "
                + "\(model.pairs.count) pairs")
        let inference = try inference()
        let soft = try program(.soft)
        if solver.objective == .evidence {
            let posterior = attempt("log evidence and posterior") {
                () throws(ControlInferenceError) in
                try inference.infer(horizon: horizon, discount: discount)
            }
            let bound = attempt("bound") { () throws(DynamicProgrammingError) in
                try soft.bestBound(horizon: horizon, discount: discount)
            }
            return solution(
                posterior.map(\.logEvidence), bound,
                posterior.map { posterior in
                    Parts(
                        values: posterior.stateMessages.map { $0.map { $0 / solver.rewardScale } },
                        policy: posterior.policy, marginals: .value(posterior.stateMarginals),
                        certifiedError: 0, sweeps: horizon)
                })
        }
        let logEvidence = attempt("log evidence") { () throws(ControlInferenceError) in
            try inference.logEvidence(horizon: horizon, discount: discount)
        }
        let chosen = solver.objective == .bound ? soft : try program(.hard)
        let plan = attempt(solver.objective.rawValue) { () throws(DynamicProgrammingError) in
            try chosen.solve(horizon: horizon, discount: discount)
        }
        let bound =
            solver.objective == .bound
            ? plan.map(\.bound)
            : attempt("bound") { () throws(DynamicProgrammingError) in
                try soft.bestBound(horizon: horizon, discount: discount)
            }
        return solution(
            logEvidence, bound,
            plan.map {
                Parts(
                    values: $0.values, policy: $0.policy, marginals: .value($0.stateMarginals),
                    certifiedError: 0, sweeps: horizon)
            })
    }
}
