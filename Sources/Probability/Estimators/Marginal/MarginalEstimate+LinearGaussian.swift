import OptimistTorch

extension MarginalEstimate {
    /// log N(x; C m + d, C P Cᵀ + R), exact: the density of a Kalman filter's innovation.
    ///
    /// - Parameters:
    ///   - observation: x, `[batch..., observation]`.
    ///   - prior: N(m, P) over states, with batch axes that broadcast to those of x.
    ///   - emission: C, `[..., observation, state]`.
    ///   - offset: d, `[..., observation]`; 0 if nil.
    ///   - noiseCovariance: R, `[..., observation, observation]`, positive definite.
    public static func linearGaussian(
        observation: Tensor, prior: MultivariateNormal, emission: Tensor, offset: Tensor? = nil,
        noiseCovariance: Tensor
    ) -> MarginalEstimate {
        let predicted = prior.mapped(
            by: emission, shift: offset, noiseCovariance: noiseCovariance)
        return MarginalEstimate(closedForm: predicted.logDensity(observation))
    }
}
