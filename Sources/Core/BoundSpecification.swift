/// How a factor of the joint distribution comes to be.
public enum FactorStatus: String, Codable, Sendable {
    /// Given exactly, such as a known reward function.
    case known
    /// Fixed by assumption, such as a uniform action prior.
    case assumed
    /// Fitted to data.
    case learned
    /// The environment's own: sampled from, never evaluated.
    case environment
}

/// A factor of the joint distribution or of the posterior.
public struct Factor: Codable, Hashable, Sendable {
    /// The density as it is written, such as `p(s'|s,a)`.
    public var density: String
    /// The variable that the factor draws, such as `s'`.
    public var variable: String
    /// The variables that it depends on.
    public var parents: [String]
    /// Where it comes from.
    public var status: FactorStatus
    /// One line on what represents it, such as "ensemble of Gaussian networks".
    public var role: String

    /// A factor with all its parts.
    public init(
        _ density: String, of variable: String, given parents: [String], _ status: FactorStatus,
        role: String
    ) {
        self.density = density
        self.variable = variable
        self.parents = parents
        self.status = status
        self.role = role
    }
}

/// What an algorithm is, as a choice within the one bound: which factors are known, assumed or
/// learned, which terms are on, and how states and actions are inferred.
public struct BoundSpecification: Codable, Hashable, Sendable {
    /// Factors of the joint: environment, agent and optimality.
    public var joint: [Factor]
    /// Factors of the posterior.
    public var posterior: [Factor]
    /// The terms that are part of the algorithm's objective.
    public var terms: [BoundTerm]
    /// Weight of the marginal likelihood in the information gain while the model is fitted, [0, 1].
    public var marginalWeight: Double
    /// Weight of mutual information while planning; 0 for none.
    public var mutualInformationWeight: Double
    /// How states are inferred, in words.
    public var stateInference: String
    /// How actions are inferred, in words.
    public var actionInference: String

    /// A specification with all its parts.
    public init(
        joint: [Factor], posterior: [Factor], terms: [BoundTerm], marginalWeight: Double = 0,
        mutualInformationWeight: Double = 0, stateInference: String, actionInference: String
    ) {
        self.joint = joint
        self.posterior = posterior
        self.terms = terms
        self.marginalWeight = marginalWeight
        self.mutualInformationWeight = mutualInformationWeight
        self.stateInference = stateInference
        self.actionInference = actionInference
    }
}
