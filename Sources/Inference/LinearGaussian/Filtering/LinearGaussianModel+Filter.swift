import OptimistLinearAlgebra

extension LinearGaussianModel {
    /// Filters one run: the laws of every state before and after its observation, and log p(x).
    ///
    /// - Parameters:
    ///   - sequence: the run; NaN components count as missing.
    ///   - form: how the recursion is carried out. A flat initial law has one form of its own.
    /// - Throws: `LinearGaussianError`, naming the step.
    public func filter(
        _ sequence: LinearGaussianSequence, form: FilterForm = .joseph
    ) throws -> KalmanFilterResult {
        if initial == .exactDiffuse {
            if form != .joseph {
                throw LinearGaussianError.unsupported(
                    what: "a flat initial law in this form", instead: "use the form joseph")
            }
            return try DiffusePass(model: self, sequence: sequence).result
        }
        return try filter(sequence, from: firstPrediction(), form: form)
    }

    /// Filters several independent runs.
    public func filter(
        _ sequences: [LinearGaussianSequence], form: FilterForm = .joseph
    ) throws -> [KalmanFilterResult] {
        try sequences.map { try filter($0, form: form) }
    }

    /// The log likelihood of all runs together, in nats.
    public func logLikelihood(of sequences: [LinearGaussianSequence]) throws -> Double {
        try sequences.reduce(0) { try $0 + filter($1).logLikelihood }
    }

    func filter(
        _ sequence: LinearGaussianSequence, from first: GaussianMoments,
        form: FilterForm = .joseph
    ) throws -> KalmanFilterResult {
        switch form {
        case .joseph:
            var pass = try ForwardPass<JosephKernel<Double>>(model: self, sequence: sequence)
            return try pass.run(from: first)
        case .information:
            var pass = try ForwardPass<InformationKernel>(model: self, sequence: sequence)
            return try pass.run(from: first)
        case .squareRoot:
            var pass = try ForwardPass<SquareRootKernel<Double>>(model: self, sequence: sequence)
            return try pass.run(from: first)
        case .josephSinglePrecision:
            var pass = try ForwardPass<JosephKernel<Float>>(model: self, sequence: sequence)
            return try pass.run(from: first)
        case .squareRootSinglePrecision:
            var pass = try ForwardPass<SquareRootKernel<Float>>(model: self, sequence: sequence)
            return try pass.run(from: first)
        case .parallelScan:
            return try ParallelScan(model: self, sequence: sequence).run(from: first)
        }
    }
}
