import OptimistCore

/// How uncertainty travels through an ensemble along imagined trajectories (Chua et al. 2018,
/// section 5).
public enum Propagation: String, SettingValue, CaseIterable {
    /// TS1: at every step each particle is served by a random member, in equal shares.
    case everyStep = "ts1"
    /// TS∞: each particle keeps its member for the whole horizon.
    case trajectory = "ts-infinity"
    /// DS: each particle is drawn from the Gaussian with the mixture's mean and variance.
    case distribution = "ds"
    /// MM: after each step the particles of a candidate are drawn anew from the diagonal Gaussian
    /// with their mean and variance.
    case moments = "mm"
    /// E: one particle follows the mean of the members' means.
    case expectation = "e"
}

/// Why an ensemble cannot be planned with.
public enum PropagationError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Particles cannot be shared equally among members.
    case unequalShares(particles: Int, members: Int)
    /// The mode follows one particle alone.
    case oneParticle(particles: Int)

    /// The sentence that a user reads.
    public var description: String {
        switch self {
        case .unequalShares(let particles, let members):
            "\(particles) particles cannot be shared equally among \(members) members: choose a "
                + "multiple of \(members)"
        case .oneParticle(let particles):
            "the mode 'e' follows one particle, not \(particles)"
        }
    }
}
