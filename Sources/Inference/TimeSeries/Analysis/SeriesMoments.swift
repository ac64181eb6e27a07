import OptimistLinearAlgebra

/// Means and variances of named quantities, step by step.
public struct SeriesMoments: Sendable, Equatable {
    /// What the columns are.
    public let names: [String]
    /// The means, `[step, name]`; NaN where there is no law yet.
    public let means: Matrix
    /// The variances, `[step, name]`; infinite where there is no law yet.
    public let variances: Matrix

    /// Moments of named quantities.
    public init(names: [String], means: Matrix, variances: Matrix) {
        self.names = names
        self.means = means
        self.variances = variances
    }

    /// The moments of Gaussian laws.
    init(names: [String], _ laws: GaussianSequence) {
        let variances = laws.indices.map { laws.variances(at: $0) }
        self.init(
            names: names, means: laws.means,
            variances: Matrix(rows: laws.count, columns: names.count) { variances[$0][$1] })
    }

    /// The moments of C s for Gaussian laws of s.
    init(names: [String], _ laws: GaussianSequence, seenThrough matrix: Matrix) {
        var means = Matrix(rows: laws.count, columns: names.count)
        var variances = means
        for (step, law) in laws.enumerated() {
            let isOpen = law.mean.contains { $0.isNaN }
            let center = isOpen ? [] : matrix * law.mean
            let spread = isOpen ? [] : matrix.sandwich(law.covariance).diagonal
            for column in names.indices {
                means[step, column] = isOpen ? .nan : center[column]
                variances[step, column] = isOpen ? .infinity : spread[column]
            }
        }
        self.init(names: names, means: means, variances: variances)
    }
}

/// What is known of the hidden states of a series, step by step.
public struct StateEstimates: Sendable, Equatable {
    /// Means and variances: of the states of a linear-Gaussian model; of the level of each column
    /// under a hidden Markov model, which is the mean of the state's emission.
    public let moments: SeriesMoments
    /// The probabilities of the states of a hidden Markov model, `[step, state]`; else nil.
    public let probabilities: Matrix?
    /// What each column of the series would be without the noise of its observation.
    public let signal: SeriesMoments

    /// Estimates of the states.
    public init(moments: SeriesMoments, probabilities: Matrix? = nil, signal: SeriesMoments) {
        self.moments = moments
        self.probabilities = probabilities
        self.signal = signal
    }
}

/// What is expected of the steps after a series.
public struct SeriesForecast: Sendable, Equatable {
    /// How often an interval covers what it forecasts.
    public static let coverage = 0.95
    /// The steps' labels, which go on from those of the series.
    public let labels: [String]
    /// The law of each column, noise included.
    public let observations: SeriesMoments
    /// The lower ends of central 95 % intervals, `[step, column]`.
    public let lower: Matrix
    /// The upper ends, `[step, column]`.
    public let upper: Matrix
    /// The states.
    public let states: StateEstimates

    /// A forecast.
    public init(
        labels: [String], observations: SeriesMoments, lower: Matrix, upper: Matrix,
        states: StateEstimates
    ) {
        self.labels = labels
        self.observations = observations
        self.lower = lower
        self.upper = upper
        self.states = states
    }
}
