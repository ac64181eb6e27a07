import OptimistCore
import OptimistLinearAlgebra

/// A posterior q(z_t | h_t) q(a_t | h_t, z_t) of a `LinearGaussianGenerativeProblem`. Of the history
/// h_t it knows m, the mean of the environment's belief, and f, the mean of the agent's filter, both
/// after x_t; the optimum of the bound is of this kind.
public struct LinearGaussianGenerativePosterior: Sendable, Equatable {
    /// A law N(M u + offset, noise) of a stack u of vectors.
    public typealias Factor = LinearGaussianChain.Transition

    /// q(z | m, f), one an arrival; M is `[z, m + f]`.
    public var states: [Factor]
    /// q(a | m, f, z), one an arrival; M is `[a, m + f + z]`. The last has no consequence.
    public var actions: [Factor]

    /// A posterior of its factors.
    public init(states: [Factor], actions: [Factor]) {
        self.states = states
        self.actions = actions
    }

    /// q(z) at an arrival.
    ///
    /// - Parameters:
    ///   - step: the arrival's number, from 0.
    ///   - belief: m.
    ///   - filter: f.
    public func stateLaw(step: Int, belief: [Double], filter: [Double]) -> GaussianMoments {
        law(states[step], belief + filter)
    }

    /// q(a) at an arrival.
    ///
    /// - Parameters:
    ///   - step: the arrival's number, from 0.
    ///   - belief: m.
    ///   - filter: f.
    ///   - state: z.
    public func actionLaw(
        step: Int, belief: [Double], filter: [Double], state: [Double]
    ) -> GaussianMoments {
        law(actions[step], belief + filter + state)
    }

    private func law(_ factor: Factor, _ known: [Double]) -> GaussianMoments {
        GaussianMoments.certain(known).propagated(
            through: factor.matrix, offset: factor.offset, noise: factor.noise)
    }
}

extension LinearGaussianGenerativeProblem {
    /// The agent's Bayes filter, and actions from its habit.
    public var habitual: LinearGaussianGenerativePosterior {
        LinearGaussianGenerativePosterior(
            states: arrivals.map { arrival in
                .init(
                    matrix: .stacked(
                        [[nil, .identity(sizes.inner)]], rows: [sizes.inner],
                        columns: [sizes.outer, sizes.inner]),
                    noise: arrival.agent.posterior)
            }, actions: arrivals.map { _ in habitFactor })
    }

    /// p_a(a | z) as a factor of (m, f, z).
    var habitFactor: LinearGaussianGenerativePosterior.Factor {
        let (outer, inner, action, _) = sizes
        return .init(
            matrix: .stacked(
                [[nil, nil, -habit.gain]], rows: [action], columns: [outer, inner, inner]),
            offset: habit.offset, noise: habit.covariance)
    }
}
