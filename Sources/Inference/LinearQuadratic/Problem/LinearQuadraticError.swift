/// Why a linear-quadratic problem has no solution of the kind asked for.
public enum LinearQuadraticError: Error, Equatable, Sendable {
    /// The value has no maximum in the action at some step, counted from the first action; nil for
    /// the steady state.
    case actionUnbounded(step: Int?)
    /// The steady state needs an action cost that is positive definite.
    case actionCostNotPositiveDefinite
    /// The doubling did not converge, or what it found does not stabilize the system.
    case notStabilizable(spectralRadius: Double?)
    /// The expected exponentiated reward is infinite at a step.
    case evidenceDiverges(step: Int)
    /// The covariance of the action prior is not positive definite.
    case priorNotPositiveDefinite
    /// The objective needs a discount of 1.
    case discounted(Double)
    /// The route takes neither cross terms nor linear terms, and needs a Gaussian action prior.
    case notCentered
    /// A cost or a noise that must be positive semidefinite is not.
    case notPositiveSemidefinite(String)
    /// A matrix of the problem is not finite.
    case notFinite
}

extension LinearQuadraticError: CustomStringConvertible {
    /// The sentence that a user reads.
    public var description: String {
        switch self {
        case .actionUnbounded(let step):
            "the value has no maximum in the action "
                + (step.map { "at step \($0)" } ?? "in the steady state")
                + "; make the action cost positive definite, or give a prior over actions"
        case .actionCostNotPositiveDefinite:
            "the steady state needs a positive definite action cost; add a small one, or solve a "
                + "long finite horizon"
        case .notStabilizable(let radius):
            "no gain found that stabilizes the system"
                + (radius.map { " (spectral radius \($0))" } ?? "")
                + "; check that inputs reach every unstable mode and the cost sees it"
        case .evidenceDiverges(let step):
            "the evidence is infinite: noise outweighs the cost at step \(step); raise the "
                + "temperature, or make costs positive semidefinite"
        case .priorNotPositiveDefinite:
            "the covariance of the action prior is not positive definite; give a positive variance "
                + "to every action"
        case .discounted(let discount):
            "the exact posterior is Gaussian only without discount, here it is \(discount); set "
                + "it to 1 or ask for the bound"
        case .notCentered:
            "the route by Kalman filter needs a cost without cross and linear terms and a Gaussian "
                + "prior of zero mean over actions; use the posterior by message passing"
        case .notPositiveSemidefinite(let what):
            "\(what) is not positive semidefinite; check its sign and symmetry"
        case .notFinite:
            "the problem holds a value that is not finite; look where it was computed"
        }
    }
}
