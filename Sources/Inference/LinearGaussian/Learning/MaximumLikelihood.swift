import OptimistLinearAlgebra

/// Fits parameters by maximizing the log likelihood with L-BFGS and exact gradients.
public struct MaximumLikelihood: Sendable, Equatable {
    /// The minimizer of −log p(x) / observed components.
    public var minimizer: LBFGSMinimizer

    /// A fit with its minimizer.
    public init(
        minimizer: LBFGSMinimizer = LBFGSMinimizer(iterationLimit: 500, gradientTolerance: 1e-9)
    ) {
        self.minimizer = minimizer
    }

    /// Where a fit ended.
    public struct Result: Sendable {
        /// The fitted model.
        public let model: LinearGaussianModel
        /// The unconstrained parameters.
        public let point: [Double]
        /// log p(x) there, in nats.
        public let logLikelihood: Double
        /// How the minimizer ended; its value is −log p(x) / observed components.
        public let minimization: LBFGSMinimizer.Result
    }

    /// Fits a parameterized model to independent runs. Points where the model does not exist or the
    /// likelihood is not finite are stepped back from.
    ///
    /// - Throws: `LinearGaussianError.cannotStart` where the start is such a point.
    public func fit<Parameterization: ModelParameterization>(
        _ parameterization: Parameterization, to sequences: [LinearGaussianSequence],
        from start: [Double]
    ) throws -> Result {
        let scale = 1 / Double(max(1, sequences.reduce(0) { $0 + $1.observedCount }))
        let objective = LikelihoodObjective(parameterization: parameterization, runs: sequences)
        // The start is tried first, so that its own error is the one that is thrown.
        _ = try objective.evaluate(start)
        let minimum = minimizer.minimize(from: start) { point, gradient in
            guard let found = try? objective.evaluate(point) else { return .infinity }
            for i in gradient.indices { gradient[i] = -scale * found.gradient[i] }
            return -scale * found.value
        }
        if minimum.outcome == .notFinite {
            throw LinearGaussianError.cannotStart(reason: "the likelihood is not finite there")
        }
        return Result(
            model: try parameterization.model(at: minimum.point), point: minimum.point,
            logLikelihood: -minimum.value / scale, minimization: minimum)
    }
}

/// The log likelihood of runs as a function of unconstrained parameters.
struct LikelihoodObjective<Parameterization: ModelParameterization> {
    let parameterization: Parameterization
    let runs: [LinearGaussianSequence]

    func evaluate(_ point: [Double]) throws -> (value: Double, gradient: [Double]) {
        let model = try parameterization.model(at: point)
        let (value, gradient) = try model.logLikelihoodGradient(of: runs)
        return (value, try parameterization.pullback(gradient, at: point))
    }

    /// −∂² log p / ∂θ², by five-point central differences of the exact gradient, symmetrized.
    func information(at point: [Double]) throws -> Matrix {
        let count = point.count
        var result = Matrix(rows: count, columns: count)
        for j in 0..<count {
            let step = 1e-3 * max(1, abs(point[j]))
            func gradient(_ move: Double) throws -> [Double] {
                var moved = point
                moved[j] += move * step
                return try evaluate(moved).gradient
            }
            let near = subtract(try gradient(1), try gradient(-1))
            let far = subtract(try gradient(2), try gradient(-2))
            for i in 0..<count { result[i, j] = -(8 * near[i] - far[i]) / (12 * step) }
        }
        return result.symmetrized
    }
}
