import OptimistCore
import OptimistLinearAlgebra

/// A Gaussian law over trajectories, q(s_1) ∏ q(s_t | s_{t−1}) with affine means. The exact
/// posterior of a linear-Gaussian chain is of this family.
public struct MarkovianPosterior: Sendable, Equatable {
    /// q(s_1).
    public var initial: GaussianMoments
    /// q(s_{t+1} | s_t) = N(matrix · s_t + offset, noise), one fewer than there are steps.
    public var transitions: [LinearGaussianChain.Transition]

    /// A law with its parts given.
    public init(initial: GaussianMoments, transitions: [LinearGaussianChain.Transition]) {
        self.initial = initial
        self.transitions = transitions
    }

    /// The mean-field law ∏ q(s_t): steps that know nothing of one another.
    public init(meanField marginals: [GaussianMoments]) {
        guard let first = marginals.first else { fail("MarkovianPosterior", "there are no steps") }
        let size = first.mean.count
        self.init(
            initial: first,
            transitions: marginals.dropFirst().map {
                .init(
                    matrix: Matrix(rows: size, columns: size), offset: $0.mean,
                    noise: $0.covariance)
            })
    }

    /// q(s_t), `[step]`.
    public var marginals: [GaussianMoments] {
        transitions.reduce(into: [initial]) { marginals, transition in
            marginals.append(
                marginals[marginals.count - 1].propagated(
                    through: transition.matrix, offset: transition.offset,
                    noise: transition.noise))
        }
    }
}
