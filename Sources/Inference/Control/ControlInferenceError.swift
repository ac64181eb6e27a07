/// Why a posterior over trajectories could not be found.
public enum ControlInferenceError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The prior over actions is no law.
    case prior(ActionPriorError)
    /// Summed over all lengths, the evidence is infinite: rewards outgrow the discount.
    case evidenceDiverges(discount: Double)
    /// The sweeps allowed did not reach the tolerance.
    case notConverged(sweeps: Int, residual: Double)
    /// There is no long run that is the same from everywhere: not every state reaches every other.
    case notIrreducible(lower: Double, upper: Double)
    /// The evidence is zero or not finite: no trajectory has a positive weight.
    case noEvidence

    /// What is wrong, and what to do.
    public var description: String {
        switch self {
        case .prior(let error): error.description
        case .evidenceDiverges(let discount):
            "the evidence diverges at discount \(discount): rewards outgrow it; lower the discount, "
                + "the reward scale or the rewards, or use the bound, which stays finite"
        case .notConverged(let sweeps, let residual):
            "after \(sweeps) sweeps log messages still change by \(residual): allow more sweeps"
        case .notIrreducible(let lower, let upper):
            "the long-run log evidence a step lies between \(lower) and \(upper) and depends on the "
                + "state: the long run asks that every state reaches every other"
        case .noEvidence: "no trajectory has a positive weight: check prior and rewards"
        }
    }
}
