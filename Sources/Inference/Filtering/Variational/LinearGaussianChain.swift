import OptimistCore
import OptimistLinearAlgebra

/// A linear-Gaussian state-space model unrolled along one sequence of observations:
///
///     s_1 ~ N(m, P),   s_{t+1} = E_t s_t + b_t + w_t,   x_t = C_t s_t + d_t + v_t
///
/// What actions and time do to the parameters is taken in already. Here the posterior over all
/// states is one Gaussian whose precision has blocks only on and beside the diagonal, which gives
/// the evidence and every bound of a Gaussian family in closed form.
public struct LinearGaussianChain: Sendable, Equatable {
    /// How the state moves from a step to the next one.
    public struct Transition: Sendable, Equatable {
        /// E, `[state, state]`.
        public var matrix: Matrix
        /// b, `[state]`.
        public var offset: [Double]
        /// F, the covariance of w, positive definite.
        public var noise: Matrix

        /// A transition with its parts given.
        public init(matrix: Matrix, offset: [Double]? = nil, noise: Matrix) {
            self.matrix = matrix
            self.offset = offset ?? Array(repeating: 0, count: matrix.rows)
            self.noise = noise
        }
    }

    /// What a step emitted, and how.
    public struct Emission: Sendable, Equatable {
        /// C, `[observation, state]`.
        public var matrix: Matrix
        /// d, `[observation]`.
        public var offset: [Double]
        /// D, the covariance of v, positive definite.
        public var noise: Matrix
        /// x, `[observation]`.
        public var observation: [Double]

        /// An emission with its parts given.
        public init(
            matrix: Matrix, offset: [Double]? = nil, noise: Matrix, observation: [Double]
        ) {
            self.matrix = matrix
            self.offset = offset ?? Array(repeating: 0, count: matrix.rows)
            self.noise = noise
            self.observation = observation
        }
    }

    /// The law of s_1, its covariance positive definite.
    public let initial: GaussianMoments
    /// The transitions, one fewer than there are steps.
    public let transitions: [Transition]
    /// The emissions, one a step; nil where the observation is missing.
    public let emissions: [Emission?]

    /// A chain with its parts given.
    public init(initial: GaussianMoments, transitions: [Transition], emissions: [Emission?]) {
        let size = initial.mean.count
        let fits =
            emissions.count == transitions.count + 1
            && transitions.allSatisfy {
                $0.matrix.rows == size && $0.matrix.columns == size && $0.offset.count == size
                    && $0.noise.rows == size && $0.noise.columns == size
            }
            && emissions.compactMap { $0 }.allSatisfy {
                let rows = $0.matrix.rows
                return $0.matrix.columns == size && $0.offset.count == rows
                    && $0.noise.rows == rows && $0.noise.columns == rows
                    && $0.observation.count == rows
            }
        if !fits { fail("LinearGaussianChain", "parts do not fit \(size) states") }
        self.initial = initial
        self.transitions = transitions
        self.emissions = emissions
    }

    /// The chain of a stationary model.
    public init(
        initial: GaussianMoments, transition: Transition, emission: Matrix, noise: Matrix,
        observations: [[Double]?]
    ) {
        self.init(
            initial: initial,
            transitions: Array(repeating: transition, count: observations.count - 1),
            emissions: observations.map {
                $0.map { Emission(matrix: emission, noise: noise, observation: $0) }
            })
    }
}
