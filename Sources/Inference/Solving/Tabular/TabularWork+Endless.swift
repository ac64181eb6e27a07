import OptimistCore

extension TabularWork {
    /// Solves without an end.
    func solve(_ discount: Double) throws(SolvingError) -> TabularSolution {
        let inference = try inference()
        let posterior = try endlessPosterior(inference, discount)
        let soft = try program(.soft)
        let best = attempt("bound") { () throws(DynamicProgrammingError) in
            try solve(soft, discount)
        }
        let parts: Solved<Parts>
        switch solver.objective {
        case .evidence:
            parts = posterior.map { evidenceParts(inference, $0, discount) }
        case .bound: parts = best.map { self.parts(soft, $0, discount) }
        case .hard:
            let hard = try program(.hard)
            let plan = attempt("hard") { () throws(DynamicProgrammingError) in
                try solve(hard, discount)
            }
            parts = plan.map { self.parts(hard, $0, discount) }
        }
        return solution(posterior.map(\.logEvidence), best.map(\.bound), parts)
    }

    private func endlessPosterior(
        _ inference: ControlInference, _ discount: Double
    ) throws(SolvingError) -> Solved<TerminationPosterior> {
        if discount == 1 {
            return .missing(
                reason: "at discount 1 there is no law of lengths to sum the evidence over")
        }
        return attempt("log evidence") { () throws(ControlInferenceError) in
            try inference.infer(
                discount: discount, tolerance: tolerance(discount, unit: solver.rewardScale))
        }
    }

    private func solve(
        _ program: SoftDynamicProgramming, _ discount: Double
    ) throws(DynamicProgrammingError) -> DiscountedSolution {
        let unit = program.objective == .soft ? solver.rewardScale : 1
        return try program.solve(
            discount: discount,
            method: solver.method ?? method,
            stopping: .init(tolerance: tolerance(discount, unit: unit)))
    }

    /// Policy iteration, which eliminates and so is exact, as long as that takes no time.
    private var method: SoftDynamicProgramming.Method {
        model.states <= 300
            ? .policyIteration : .modifiedPolicyIteration(evaluationSweeps: 20)
    }

    /// Sums of many rounded terms are not known better than some rounding errors of the largest.
    private func tolerance(_ discount: Double, unit: Double) -> Double {
        if let tolerance = solver.tolerance { return tolerance }
        let share = max(1 - discount, 1e-6)
        let largest = model.rewards.reduce(0) { max($0, abs($1)) } * unit / share
        return max(1, largest) * max(1e-12, 1e-14 / share)
    }

    private func parts(
        _ program: SoftDynamicProgramming, _ plan: DiscountedSolution, _ discount: Double
    ) -> Parts {
        let marginals: Solved<[[Double]]> =
            discount == 1
            ? withoutShares
            : attempt("state marginals") { () throws(DynamicProgrammingError) in
                let times = try program.occupancy(of: plan.policy, discount: discount)
                return [times.map { $0 * (1 - discount) }]
            }
        return Parts(
            values: [plan.values], policy: [plan.policy], marginals: marginals,
            certifiedError: plan.certifiedError, sweeps: plan.sweeps)
    }

    private var withoutShares: Solved<[[Double]]> {
        .missing(reason: "at discount 1 time has no end, so that states have no shares of it")
    }

    private func evidenceParts(
        _ inference: ControlInference, _ posterior: TerminationPosterior, _ discount: Double
    ) -> Parts {
        let marginals = attempt("state marginals") { () throws(ControlInferenceError) in
            [try inference.occupancy(of: posterior, discount: discount)]
        }
        return Parts(
            values: [posterior.stateMessages.map { $0 / solver.rewardScale }],
            policy: [posterior.policy], marginals: marginals,
            certifiedError: posterior.certifiedError / solver.rewardScale, sweeps: 0)
    }
}
