import OptimistCore
import OptimistLinearAlgebra

/// A state-space model with smooth functions and additive Gaussian noise:
///
///     s_1 ~ N(m, P)
///     s_{t+1} = f(s_t, a_t) + w,   w ~ N(0, F)
///     x_t = h(s_t, a_t) + v,       v ~ N(0, D)
///
/// Functions and noises may depend on the step, its action and, for the transition, the time to the
/// next step. One description serves the extended, the unscented and the particle filter.
public struct NonlinearGaussianModel: Sendable {
    /// What functions and noises see beside the state.
    public typealias Context = StepContext<[Double]>

    /// The law of the first state, before anything was observed.
    public let initial: GaussianMoments
    /// f, from a state to the mean of the next one.
    public let transition: SmoothFunction
    /// F, `[state, state]`, positive semidefinite.
    public let transitionNoise: @Sendable (Context) -> Matrix
    /// h, from a state to the mean of the observation.
    public let emission: SmoothFunction
    /// D, `[observation, observation]`, positive semidefinite.
    public let emissionNoise: @Sendable (Context) -> Matrix

    /// A model whose noise varies from step to step.
    public init(
        initial: GaussianMoments, transition: SmoothFunction,
        transitionNoise: @escaping @Sendable (Context) -> Matrix, emission: SmoothFunction,
        emissionNoise: @escaping @Sendable (Context) -> Matrix
    ) {
        self.initial = initial
        self.transition = transition
        self.transitionNoise = transitionNoise
        self.emission = emission
        self.emissionNoise = emissionNoise
    }

    /// A model with constant noise.
    public init(
        initial: GaussianMoments, transition: SmoothFunction, transitionNoise: Matrix,
        emission: SmoothFunction, emissionNoise: Matrix
    ) {
        self.init(
            initial: initial, transition: transition, transitionNoise: { _ in transitionNoise },
            emission: emission, emissionNoise: { _ in emissionNoise })
    }
}
