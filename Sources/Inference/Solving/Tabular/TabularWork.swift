import OptimistCore
import OptimistLinearAlgebra

/// One model being solved.
struct TabularWork {
    let solver: ExactSolver
    let model: TabularModel
    let span: SolvingSpan
    let addedStates: [Int?]

    init(
        _ solver: ExactSolver, _ model: TabularModel, _ span: SolvingSpan, _ addedStates: [Int?]
    ) {
        (self.solver, self.model, self.span) = (solver, model, span)
        self.addedStates = addedStates
    }

    /// What an objective gives in full: parts of all states of the model.
    struct Parts {
        var values: [[Double]]
        var policy: [[Double]]
        var marginals: Solved<[[Double]]>
        var certifiedError: Double?
        var sweeps: Int
    }

    var listedStates: Int { model.states - addedStates.count }

    func inference() throws(SolvingError) -> ControlInference {
        do {
            var inference = try ControlInference(
                model, rewardScale: solver.rewardScale, prior: solver.prior)
            inference.onSweep = solver.onSweep
            return inference
        } catch .prior(let error) {
            throw .prior(error)
        } catch {
            fail("TabularWork.inference", "\(error)")
        }
    }

    func program(
        _ objective: SoftDynamicProgramming.Objective
    ) throws(SolvingError) -> SoftDynamicProgramming {
        do {
            var program = try SoftDynamicProgramming(
                model, rewardScale: solver.rewardScale, prior: solver.prior,
                objective: objective, threads: solver.threads)
            program.onSweep = solver.onSweep
            return program
        } catch .actions(let error) {
            throw .prior(error)
        } catch {
            fail("TabularWork.program", "\(error)")
        }
    }

    /// Runs a computation; an error is the reason why there is no result.
    func attempt<Value, Failure: Error>(
        _ stage: String, _ body: () throws(Failure) -> Value
    ) -> Solved<Value> {
        solver.onStage?(stage)
        do {
            return .value(try body())
        } catch {
            return .missing(reason: "\(error)")
        }
    }

    func solution(
        _ logEvidence: Solved<Double>, _ bound: Solved<Double>, _ parts: Solved<Parts>
    ) -> TabularSolution {
        TabularSolution(
            model: model, listedStates: listedStates, span: span, logEvidence: logEvidence,
            bound: bound,
            values: parts.map { parts in
                addedStates.isEmpty
                    ? parts.values : parts.values.map { Array($0.prefix(listedStates)) }
            },
            policy: parts.map(\.policy), stateMarginals: marginals(parts),
            certifiedError: parts.value.flatMap(\.certifiedError),
            sweeps: parts.value?.sweeps ?? 0)
    }

    /// Marginals of the listed states: a twin's belong to the state that it doubles.
    private func marginals(_ parts: Solved<Parts>) -> Solved<[[Double]]> {
        switch parts {
        case .missing(let reason): .missing(reason: reason)
        case .value(let parts):
            parts.marginals.map { steps in
                addedStates.isEmpty ? steps : steps.map(folded)
            }
        }
    }

    private func folded(_ law: [Double]) -> [Double] {
        var result = Array(law.prefix(listedStates))
        for (offset, twin) in addedStates.enumerated() {
            if let twin { result[twin] += law[listedStates + offset] }
        }
        return result
    }
}
