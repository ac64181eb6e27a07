/// A mean with its standard error.
public struct Estimate: Codable, Hashable, Sendable {
    /// The mean, in the unit of the samples.
    public var mean: Double
    /// The standard error of the mean; nil where fewer than two samples were seen, 0 if exact.
    public var standardError: Double?
    /// The number of independent samples; 0 for an exact value.
    public var count: Int

    /// A value known exactly.
    public static func exact(_ value: Double) -> Estimate {
        Estimate(mean: value, standardError: 0, count: 0)
    }

    /// An estimate with its parts given.
    public init(mean: Double, standardError: Double?, count: Int) {
        self.mean = mean
        self.standardError = standardError
        self.count = count
    }

    /// The mean of independent samples, at least one, and its standard error (sample variance
    /// over n − 1).
    public init(of samples: some Collection<Double>) {
        let count = samples.count
        if count == 0 { fail("Estimate.init(of:)", "there are no samples") }
        let mean = samples.reduce(0, +) / Double(count)
        let squares = samples.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let error = (squares / Double(count - 1) / Double(count)).squareRoot()
        self.init(mean: mean, standardError: count > 1 ? error : nil, count: count)
    }
}
