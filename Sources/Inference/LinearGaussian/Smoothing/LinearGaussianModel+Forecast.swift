import OptimistCore
import OptimistLinearAlgebra

/// What is expected of the steps after a run.
public struct KalmanForecast: Equatable, Sendable {
    /// The laws of the states; the first one is that of the step after the last observed one.
    public let states: GaussianSequence
    /// The laws of the observations, N(C m + G a + d, C P Cᵀ + D).
    public let observations: GaussianSequence
}

extension LinearGaussianModel {
    /// Predicts the steps after a run.
    ///
    /// - Parameters:
    ///   - steps: how many.
    ///   - sequence: the run; its last input leads to the first step that is forecast.
    ///   - inputs: the inputs of the steps forecast, `[step, input]`, where the model has inputs.
    /// - Throws: `LinearGaussianError`; `.tooFewSteps` where parameters are listed step by step and
    ///   the lists end earlier.
    public func forecast(
        _ steps: Int, after sequence: LinearGaussianSequence, inputs: Matrix? = nil
    ) throws -> KalmanForecast {
        try forecast(steps, after: sequence, filter(sequence), inputs: inputs)
    }

    func forecast(
        _ steps: Int, after sequence: LinearGaussianSequence, _ filtered: KalmanFilterResult,
        inputs: Matrix? = nil
    ) throws -> KalmanForecast {
        let count = sequence.count
        if steps < 0 || count == 0 {
            fail("LinearGaussianModel.forecast", "\(steps) steps after a run of \(count)")
        }
        if inputCount > 0, inputs?.rows != steps || inputs?.columns != inputCount {
            throw LinearGaussianError.shape(
                parameter: "future inputs", found: "\(inputs?.rows ?? 0)x\(inputs?.columns ?? 0)",
                expected: "\(steps)x\(inputCount)")
        }
        if filtered.undeterminedCount >= count {
            throw LinearGaussianError.diffuseNotDetermined(states: stateCount)
        }
        try checkLength(count + steps)
        let filter = KalmanFilter(self)
        var law = filtered.filtered[count - 1]
        var (states, observations) = ([GaussianMoments](), [GaussianMoments]())
        for k in 0..<steps {
            let input = k == 0 ? sequence.inputs?.row(count - 1) : inputs?.row(k - 1)
            law = try filter.predict(law, action: input, step: count + k - 1)
            states.append(law)
            var mean = emissionShift(count + k, inputs?.row(k))
            let matrix = emission[count + k]
            Matrix.multiply(matrix, law.mean, into: &mean, adding: true)
            observations.append(
                GaussianMoments(
                    mean: mean,
                    covariance: matrix.sandwich(law.covariance) + emissionNoise[count + k]))
        }
        return KalmanForecast(
            states: GaussianSequence(size: stateCount, states),
            observations: GaussianSequence(size: emissionCount, observations))
    }
}
