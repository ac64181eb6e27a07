import OptimistCore

/// Minimizes a smooth function by limited-memory BFGS with a strong-Wolfe line search (Nocedal and
/// Wright, "Numerical Optimization", 2nd edition, algorithms 7.4, 7.5, 3.5 and 3.6).
public struct LBFGSMinimizer: Sendable, Equatable {
    /// How many pairs of steps and gradient differences are remembered.
    public var memory: Int
    /// The most iterations.
    public var iterationLimit: Int
    /// Converged when no component of the gradient is larger.
    public var gradientTolerance: Double
    /// Converged when an iteration lowers the value by less than this share of its magnitude; 0
    /// to look at the gradient alone.
    public var valueTolerance: Double
    /// The line search.
    public var lineSearch: WolfeLineSearch

    /// A minimizer with its settings.
    public init(
        memory: Int = 10, iterationLimit: Int = 500, gradientTolerance: Double = 1e-8,
        valueTolerance: Double = 0, lineSearch: WolfeLineSearch = WolfeLineSearch()
    ) {
        if memory < 1 || iterationLimit < 0 {
            fail("LBFGSMinimizer", "memory \(memory), iterationLimit \(iterationLimit)")
        }
        self.memory = memory
        self.iterationLimit = iterationLimit
        self.gradientTolerance = gradientTolerance
        self.valueTolerance = valueTolerance
        self.lineSearch = lineSearch
    }

    /// Why the minimizer stopped.
    public enum Outcome: Sendable, Equatable {
        /// A tolerance was met.
        case converged
        /// The iterations were used up.
        case iterationLimit
        /// No step along the steepest descent satisfied the Wolfe conditions: the gradient may be
        /// wrong, or the value at its numerical floor.
        case lineSearchFailed
        /// The function or its gradient is not finite where it was started.
        case notFinite
    }

    /// Where the minimizer stopped.
    public struct Result: Sendable, Equatable {
        /// The best point.
        public var point: [Double]
        /// The value there.
        public var value: Double
        /// The gradient there.
        public var gradient: [Double]
        /// Iterations, one line search each.
        public var iterations: Int
        /// Calls of the function.
        public var evaluations: Int
        /// Why it stopped.
        public var outcome: Outcome
    }

    /// Minimizes a function from a starting point.
    ///
    /// Nothing is allocated between iterations except by the function itself. Where the function
    /// is not finite the line search steps back.
    ///
    /// - Parameters:
    ///   - start: where to begin.
    ///   - function: returns the value at a point and writes the gradient there.
    /// - Throws: what the function throws.
    public func minimize(
        from start: [Double],
        _ function: (_ point: [Double], _ gradient: inout [Double]) throws -> Double
    ) rethrows -> Result {
        var here = LinePoint(size: start.count)
        here.point = start
        here.value = try function(here.point, &here.gradient)
        var result = Result(
            point: start, value: here.value, gradient: here.gradient, iterations: 0,
            evaluations: 1, outcome: .iterationLimit)
        if here.gradient.count != start.count {
            fail(
                "LBFGSMinimizer.minimize", "a gradient of \(here.gradient.count) for \(start.count)"
            )
        }
        if here.isFinite {
            try iterate(&here, &result, function)
        } else {
            result.outcome = .notFinite
        }
        (result.point, result.value, result.gradient) = (here.point, here.value, here.gradient)
        return result
    }

    private func iterate(
        _ here: inout LinePoint, _ result: inout Result,
        _ function: ([Double], inout [Double]) throws -> Double
    ) rethrows {
        var history = CurvaturePairs(size: here.point.count, capacity: memory)
        var there = LinePoint(size: here.point.count)
        var direction = here.gradient
        var isConverged = largestMagnitude(here.gradient) <= gradientTolerance
        while !isConverged {
            if result.iterations == iterationLimit { return }
            history.direction(for: here.gradient, into: &direction)
            let firstStep = history.isEmpty ? 1 / max(1, norm(here.gradient)) : 1
            let found = try lineSearch.search(
                from: here, along: direction, firstStep: firstStep, into: &there,
                evaluations: &result.evaluations, function)
            if !found {
                // A bad model of the curvature is forgotten; steepest descent gets one chance.
                if history.isEmpty {
                    result.outcome = .lineSearchFailed
                    return
                }
                history.removeAll()
                continue
            }
            result.iterations += 1
            history.append(from: here, to: there)
            let decrease = here.value - there.value
            let scale = max(abs(here.value), abs(there.value), 1)
            swap(&here, &there)
            isConverged =
                largestMagnitude(here.gradient) <= gradientTolerance
                || valueTolerance > 0 && decrease < valueTolerance * scale
        }
        result.outcome = .converged
    }
}
