import OptimistLinearAlgebra

/// What a policy of a linear-quadratic problem maximizes.
public enum LinearQuadraticObjective: Sendable, Equatable {
    /// The expected return.
    case hard
    /// The variational bound: the expected return plus temperature times the policy's entropy, or
    /// minus temperature times its divergence from a prior over actions. Dynamics are not inferred.
    ///
    /// - temperature: in units of reward, 1 / reward scale.
    case bound(temperature: Double, prior: GaussianActionPrior = .flat)
    /// The evidence of optimality: the exact posterior over whole trajectories, noise included. Its
    /// policy counts on good luck (risk-seeking) where there is noise. Only without discount.
    case evidence(temperature: Double, prior: GaussianActionPrior = .flat)

    /// The temperature; 0 for the hard objective.
    public var temperature: Double {
        switch self {
        case .hard: 0
        case .bound(let temperature, _), .evidence(let temperature, _): temperature
        }
    }

    /// The prior over actions.
    public var prior: GaussianActionPrior {
        switch self {
        case .hard: .flat
        case .bound(_, let prior), .evidence(_, let prior): prior
        }
    }
}

/// What is assumed of actions before any reward.
public enum GaussianActionPrior: Sendable, Equatable {
    /// The Lebesgue measure: the bound is that of maximum-entropy reinforcement learning.
    case flat
    /// A Gaussian, its covariance positive definite.
    case gaussian(GaussianMoments)

    /// N(0, variance) on each of a number of elements.
    public static func gaussian(variance: Double, actions: Int) -> GaussianActionPrior {
        .gaussian(
            GaussianMoments(
                mean: Array(repeating: 0, count: actions),
                covariance: variance * .identity(actions)))
    }
}
