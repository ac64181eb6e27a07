import OptimistCore

/// How log p(x) = log E_{z ~ p(z)} p(x | z) is worked out: the part of the information gain that
/// says how well an agent's model foresees what it sees (Marino and Yue 2019).
///
/// All kinds but `exact` weigh inner samples z_k by w_k = p(x | z_k) p(z_k) / proposal(z_k). The
/// logarithm of their mean falls short of log p(x) by about Var w / (2 K E[w]²) on average, and it
/// is subtracted: information gain and bound are then *over*estimated, less with more samples. The
/// kind and K belong to every reported bound. What is marginalized must be joint over everything
/// that arrived at once: sums of separate marginals count twice what the parts have in common.
public enum MarginalLikelihood: Hashable, Sendable {
    /// The sum over all outcomes of a law that can be enumerated; without error.
    case exact
    /// K samples of the prior, weighted by their likelihood: for planning and checks of a model.
    case prior(Int)
    /// K samples of the posterior (Burda, Grosse and Salakhutdinov 2016). With one sample its error
    /// is KL(posterior ‖ filter) on average; a posterior that is too narrow spoils it.
    case posterior(Int)
    /// K samples, half of the posterior and half of the prior, by the balance heuristic (Veach and
    /// Guibas 1995): no weight exceeds twice its likelihood. K is even. For learning.
    case mixture(Int)
    /// K samples of the prior, the leading error taken off by the jackknife (Nowozin 2018): what
    /// remains is O(1/K²), of either sign. For evaluation, from about ten samples on.
    case jackknife(Int)

    /// Sixteen samples, half of the posterior and half of the prior.
    public static let standard = MarginalLikelihood.mixture(16)

    /// K, the number of inner samples; nil for `exact`.
    public var sampleCount: Int? {
        switch self {
        case .exact: nil
        case .prior(let count), .posterior(let count), .mixture(let count), .jackknife(let count):
            count
        }
    }

    /// Whether inner samples come from the posterior too.
    public var usesPosterior: Bool {
        switch self {
        case .posterior, .mixture: true
        case .exact, .prior, .jackknife: false
        }
    }

    /// The same kind with twice as many samples.
    public var doubled: MarginalLikelihood {
        switch self {
        case .exact: .exact
        case .prior(let count): .prior(2 * count)
        case .posterior(let count): .posterior(2 * count)
        case .mixture(let count): .mixture(2 * count)
        case .jackknife(let count): .jackknife(2 * count)
        }
    }

    /// Whether there are enough samples: one, for the jackknife two, for the mixture an even
    /// number.
    public var isValid: Bool {
        switch self {
        case .exact: true
        case .prior(let count), .posterior(let count): count >= 1
        case .mixture(let count): count >= 2 && count.isMultiple(of: 2)
        case .jackknife(let count): count >= 2
        }
    }
}
