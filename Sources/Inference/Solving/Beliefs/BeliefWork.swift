import OptimistCore

/// One partially observed model being solved.
struct BeliefWork {
    let solver: ExactSolver
    let model: PartiallyObservedModel
    let span: SolvingSpan
    let points: Int
    let generator: Generator

    /// The method where none was chosen.
    var method: BeliefMethod {
        if solver.objective == .bound { return .soft }
        guard let horizon = span.horizon else { return .pointBased }
        let isSmall =
            model.stateCount <= 2
            || model.stateCount <= AlphaVectorIteration.stateLimit
                && horizon <= AlphaVectorIteration.horizonLimit
        return isSmall ? .exact : .pointBased
    }

    /// The first belief.
    var belief: [Double] { model.initialBelief }

    /// The largest value that rewards allow.
    var largestValue: Double {
        let largest = model.dynamics.rewards.reduce(0) { max($0, abs($1)) }
        return switch span {
        case .steps(let steps, _): largest * Double(steps)
        case .endless(let discount): largest / (1 - discount)
        }
    }

    func solution(
        _ method: BeliefMethod, _ kind: BeliefSolution.Kind, _ policies: [any BeliefPolicy],
        _ form: BeliefSolution.Form, upperBound: Double? = nil, expectedReturn: Double? = nil
    ) -> BeliefSolution {
        let value = policies[0].value(belief)
        return BeliefSolution(
            model: model, span: span, method: method, value: value, kind: kind,
            upperBound: upperBound,
            expectedReturn: method == .soft ? expectedReturn : value,
            actionValues: policies[0].actionValues(belief),
            policy: policies[0].actionLaw(belief), form: form, policies: policies)
    }

    /// Alpha vectors of a horizon.
    func exact() throws -> BeliefSolution {
        guard let horizon = span.horizon else {
            throw SolvingError.notOffered(
                "alpha vectors without an end have no exact form: give a horizon, or take "
                    + "point-based value iteration")
        }
        solver.onStage?("alpha vectors of \(horizon) steps")
        return staged(.exact, .exact, try AlphaVectorIteration(model, horizon: horizon).stages)
    }

    /// A solution from values with 1, 2, … steps to go.
    private func staged(
        _ method: BeliefMethod, _ kind: BeliefSolution.Kind, _ stages: [AlphaVectors]
    ) -> BeliefSolution {
        let zero = AlphaVector(action: 0, values: Array(repeating: 0, count: model.stateCount))
        let later = [AlphaVectors(model, [zero])] + stages.dropLast()
        return solution(
            method, kind, zip(stages, later).map { VectorPlan(now: $0, later: $1) }.reversed(),
            .vectors(stages.reversed().map(\.vectors)))
    }

    /// Point-based value iteration on all beliefs that can be reached, or on as many as are asked for.
    func pointBased() throws -> BeliefSolution {
        solver.onStage?("beliefs that can be reached")
        let closed = try? BeliefMarkovModel(reachableIn: model, limit: points).beliefs
        var iteration = PointBasedValueIteration()
        if let horizon = span.horizon {
            let beliefs = closed ?? spread()
            solver.onStage?("point-based value iteration, \(beliefs.count) beliefs")
            return staged(
                .pointBased, closed == nil ? .lowerBound : .exact,
                iteration.solve(model, points: beliefs, horizon: horizon))
        }
        // Beliefs that are left out cost far more than the last digits.
        iteration.tolerance =
            solver.tolerance ?? (closed == nil ? 1e-6 * max(1, largestValue) : precision)
        let beliefs = closed ?? spread()
        solver.onStage?("point-based value iteration, \(beliefs.count) beliefs")
        let vectors = try iteration.solve(
            model, points: beliefs, onSweep: solver.onSweep)
        solver.onStage?("fast informed bound")
        let upper = try StateValueBounds.fastInformed(model, tolerance: boundTolerance)
        return solution(
            .pointBased, closed == nil ? .lowerBound : .exact,
            [VectorPlan(now: vectors, later: vectors)],
            .vectors([vectors.vectors]), upperBound: upper.value(belief))
    }

    /// Beliefs found by expansion, as many as are asked for.
    private func spread() -> [[Double]] {
        var own = generator
        return PointBasedValueIteration.points(in: model, limit: points, using: &own)
    }

    private var boundTolerance: Double { solver.tolerance ?? precision }

    /// As precise as sums of rounded terms of that size are known, and a bit more lenient.
    var precision: Double {
        max(1, largestValue) * max(1e-13, 4e-15 / (1 - min(span.discount, 0.999999)))
    }

    /// QMDP or FIB.
    func bounds(_ method: BeliefMethod) throws -> BeliefSolution {
        if span.horizon != nil {
            throw SolvingError.notOffered(
                "\(method.rawValue) is a method without an end: leave the horizon out, or the method"
            )
        }
        solver.onStage?(method.rawValue)
        let bounds =
            try method == .fullyObserved
            ? StateValueBounds.fullyObserved(model, tolerance: boundTolerance)
            : StateValueBounds.fastInformed(model, tolerance: boundTolerance)
        let vectors = bounds.vectors.enumerated().map {
            AlphaVector(action: $0.offset, values: $0.element)
        }
        return solution(
            method, .upperBound, [bounds], .vectors([vectors]), upperBound: bounds.value(belief))
    }
}

/// Values of vectors; acts as the best vector begins, and values other actions by looking one step
/// ahead to the vectors of the next step.
private struct VectorPlan: BeliefPolicy {
    let now: AlphaVectors
    let later: AlphaVectors

    func value(_ belief: [Double]) -> Double { now.value(belief) }
    func actionValues(_ belief: [Double]) -> [Double] { later.actionValues(belief) }
    func actionLaw(_ belief: [Double]) -> [Double] {
        let action = now.best(at: belief).action
        return (0..<now.model.actionCount).map { $0 == action ? 1 : 0 }
    }
}
