import OptimistLinearAlgebra

/// The gradient of a log likelihood in the parts of a `ParameterFlowKalman`, in their shapes.
public struct ParameterFlowGradient: Sendable, Equatable {
    /// In the velocity of E.
    public var transitionField: MatrixField
    /// In E at time 0.
    public var transitionStart: Matrix
    /// In the velocity of the encoded F.
    public var noiseField: MatrixField
    /// In the encoded F at time 0.
    public var noiseStart: Matrix
    /// In C.
    public var emission: Matrix
    /// In D, as a full matrix.
    public var emissionNoise: Matrix
}

extension ParameterFlowKalman {
    /// log p(x) of independent runs that share parameters, and its exact gradient: the adjoint of
    /// the filter, then the adjoint of every Runge-Kutta step.
    ///
    /// - Throws: `ParameterFlowError`, `.noGradient` for adaptive steps or the raw encoding, or
    ///   `LinearGaussianError`.
    public func logLikelihoodGradient(
        _ runs: [(observations: Matrix, times: [Double]?)]
    ) throws -> (logLikelihood: Double, gradient: ParameterFlowGradient) {
        var gradient = ParameterFlowGradient(
            transitionField: transitionField.zero, transitionStart: 0 * transitionStart,
            noiseField: noise.field.zero, noiseStart: 0 * noise.start, emission: 0 * emission,
            emissionNoise: 0 * emissionNoise)
        var value = 0.0
        for run in runs where run.observations.rows > 0 {
            let times = run.times ?? ParameterFlowKalman.unitTimes(run.observations.rows)
            value += try add(run.observations, FlowRoll(self, times: times), &gradient)
        }
        return (value, gradient)
    }

    private func add(
        _ observations: Matrix, _ roll: FlowRoll, _ gradient: inout ParameterFlowGradient
    ) throws -> Double {
        let model = try model(roll)
        let sequence = LinearGaussianSequence(observations: observations)
        let filtered = try model.filter(sequence)
        let pass = AdjointPass(model: model, sequence: sequence, filter: filtered)
        var sum = LinearGaussianGradient(model)
        let zero = 0 * transitionStart
        var inTransitions = Array(repeating: zero, count: observations.rows)
        var inNoises = inTransitions
        let end = try pass.run { step in
            // The transition out of step k leads to k + 1.
            if let score = step.transition {
                inTransitions[step.index + 1] = score.matrix
                inNoises[step.index + 1] = score.noise
            }
            if let score = step.emission {
                sum.addEmission(score, input: nil, observed: step.observed)
            }
        }
        let covariance = 0.5 * (Matrix.outer(end.mean, end.mean) - end.curvature)
        inNoises[0] = covariance
        inTransitions[0] =
            Matrix.outer(end.mean, initial.mean)
            + 2 * (covariance * roll.transitions[0] * initial.covariance)
        gradient.emission += sum.emission
        gradient.emissionNoise += sum.emissionNoise
        try roll.pullback(inTransitions, inNoises, &gradient)
        return filtered.logLikelihood
    }
}
