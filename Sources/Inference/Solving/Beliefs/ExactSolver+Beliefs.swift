import OptimistCore

extension ExactSolver {
    /// Solves a finite model of which observations alone are seen.
    ///
    /// Unless a method is chosen it is alpha vectors for a horizon small enough, and point-based
    /// value iteration else; the bound as objective asks for the soft one.
    ///
    /// - Parameters:
    ///   - description: a model with observations.
    ///   - method: how.
    ///   - points: how many beliefs point-based value iteration takes at most.
    ///   - generator: draws the points.
    /// - Throws: `SolvingError`.
    public func solve(
        _ description: ModelDescription, method: BeliefMethod? = nil, points: Int = 100,
        using generator: Generator
    ) throws(SolvingError) -> BeliefSolution {
        if points < 1 {
            throw .outOfRange(what: "number of points", value: "\(points)", allowed: "1 or more")
        }
        let span = try SolvingSpan(
            horizon: horizon, discount: discount, model: description.model.details)
        if case .endless(1) = span {
            throw .notOffered(
                "without a horizon a partially observed model needs a discount below 1")
        }
        let model = try PartiallyObservedModel(description, discount: span.discount)
        let work = BeliefWork(
            solver: self, model: model, span: span, points: points, generator: generator)
        let method = method ?? work.method
        do {
            switch method {
            case .exact: return try work.exact()
            case .pointBased: return try work.pointBased()
            case .fullyObserved, .fastInformed: return try work.bounds(method)
            case .soft: return try work.soft()
            }
        } catch let error as SolvingError {
            throw error
        } catch let error as PartiallyObservedError {
            throw .model(error)
        } catch {
            throw .notOffered("\(error)")
        }
    }
}
