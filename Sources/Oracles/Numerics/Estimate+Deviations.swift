import OptimistCore

extension Estimate {
    /// How many standard errors the mean lies from the expected value.
    ///
    /// Infinite where the standard error is 0 and the mean differs. A statistical test with a
    /// fixed seed asserts that this is below 4: by chance that fails once in 16,000 seeds.
    public func deviations(from expected: Double) -> Double {
        guard let standardError else {
            fail("Estimate.deviations", "one sample has no standard error")
        }
        let distance = abs(mean - expected)
        return distance == 0 ? 0 : distance / standardError
    }
}
