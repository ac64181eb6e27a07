extension Estimate {
    /// The estimate less a number that is known.
    public static func - (estimate: Estimate, known: Double) -> Estimate {
        var result = estimate
        result.mean -= known
        return result
    }

    /// The estimate in a unit that is so many times as large.
    public static func / (estimate: Estimate, unit: Double) -> Estimate {
        Estimate(
            mean: estimate.mean / unit,
            standardError: estimate.standardError.map { $0 / abs(unit) }, count: estimate.count)
    }
}
