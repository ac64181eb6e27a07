import OptimistLinearAlgebra

/// Fits a model by expectation maximization (Shumway and Stoffer, 1982; Ghahramani and Hinton,
/// "Parameter Estimation for Linear Dynamical Systems", 1996): smooth, then regress s_{t+1} and x_t
/// on (s_t, a_t, 1) with expected moments. Missing components are expected, too. The log likelihood
/// never falls; near the end L-BFGS is faster.
public struct ExpectationMaximization: Sendable {
    /// The blocks that are fitted; the others are frozen.
    public var free: Set<ParameterBlock>
    /// The shape of F.
    public var transitionNoise: CovarianceStructure
    /// The shape of D.
    public var emissionNoise: CovarianceStructure
    /// Added to the diagonals of fitted covariances; 0 leaves the updates exact.
    public var varianceFloor: Double
    /// A prior law of F and D; nil for maximum likelihood.
    public var noisePrior: NoisePrior?

    /// An inverse-Wishart prior of the fitted noise covariances, of which EM finds the mode.
    public struct NoisePrior: Sendable, Equatable {
        /// ν.
        public var degreesOfFreedom: Double
        /// The prior scale matrix is this number times the identity.
        public var scale: Double

        /// A prior with its parameters.
        public init(degreesOfFreedom: Double, scale: Double) {
            self.degreesOfFreedom = degreesOfFreedom
            self.scale = scale
        }
    }

    /// A fit of the given blocks.
    public init(
        free: Set<ParameterBlock>, transitionNoise: CovarianceStructure = .full,
        emissionNoise: CovarianceStructure = .full, varianceFloor: Double = 0,
        noisePrior: NoisePrior? = nil
    ) {
        self.free = free
        self.transitionNoise = transitionNoise
        self.emissionNoise = emissionNoise
        self.varianceFloor = varianceFloor
        self.noisePrior = noisePrior
    }

    /// Where a fit ended.
    public struct Result: Sendable {
        /// The model after the last update.
        public let model: LinearGaussianModel
        /// log p(x) before each update, in nats.
        public let logLikelihoods: [Double]
    }

    /// Makes a number of updates, or fewer where an update gains less than `tolerance` nats.
    ///
    /// - Throws: `LinearGaussianError`, such as `.unsupported` for models that vary in time.
    public func fit(
        _ start: LinearGaussianModel, to sequences: [LinearGaussianSequence], updates: Int,
        tolerance: Double = 0
    ) throws -> Result {
        try start.checkFittable(ParameterBlock.allCases.filter(free.contains))
        if !free.isDisjoint(with: [.initialMean, .initialCovariance]), start.initialLaw == nil {
            throw LinearGaussianError.unsupported(
                what: "fitting an initial law that is not given by moments",
                instead: "freeze it, or give the law of the first state")
        }
        var (model, values) = (start, [Double]())
        for _ in 0..<updates {
            let (value, next) = try update(model, sequences)
            values.append(value)
            model = next
            if values.count > 1, value - values[values.count - 2] < tolerance { break }
        }
        return Result(model: model, logLikelihoods: values)
    }

    private func update(
        _ model: LinearGaussianModel, _ sequences: [LinearGaussianSequence]
    ) throws -> (Double, LinearGaussianModel) {
        var moments = ExpectedMoments(model)
        var value = 0.0
        for sequence in sequences { value += try moments.add(sequence, of: model) }
        var next = model
        try moments.transition.maximize(
            &next, .init(matrix: .transition, input: .transitionInput, offset: .transitionOffset),
            noise: .transitionNoise, structure: transitionNoise, self)
        try moments.emission.maximize(
            &next, .init(matrix: .emission, input: .emissionInput, offset: .emissionOffset),
            noise: .emissionNoise, structure: emissionNoise, self)
        try moments.initial.maximize(&next, free, varianceFloor)
        return (value, next)
    }
}
