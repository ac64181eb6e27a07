import OptimistCore
import OptimistLinearAlgebra

extension LinearGaussianModel {
    /// Information gain and state consistency of each step of a run, for a generative agent whose
    /// model this is and whose beliefs are Gaussian (Marino and Yue 2019).
    ///
    /// The prior of a step is the Kalman filter's prediction, the marginal likelihood that of its
    /// innovation, both exact. At the filter's own posterior the two terms are equal; at any other
    /// their difference is minus its divergence from the filter. A step without observation has
    /// terms of what its posterior leaves the prediction by.
    ///
    /// - Parameters:
    ///   - sequence: observations, and inputs where the model has them; components may be missing.
    ///   - posterior: q(z) of a step, from its number, the prediction and the filtered law; the
    ///     filtered law if nil.
    /// - Returns: a bound for each step, without reward and action terms, in nats.
    /// - Throws: `LinearAlgebraError` or `LinearGaussianError`.
    public func stateTerms(
        of sequence: LinearGaussianSequence,
        posterior: ((Int, GaussianMoments, GaussianMoments) -> GaussianMoments)? = nil
    ) throws -> [Bound<Double>] {
        let filtered = try filter(sequence)
        return try (0..<sequence.count).map { step in
            let (prior, filter) = (filtered.predicted[step], filtered.filtered[step])
            let law = posterior?(step, prior, filter) ?? filter
            let likelihood = try expectedLogLikelihood(of: sequence, at: step, under: law)
            return Bound(
                informationGain: likelihood - filtered.logLikelihoods[step],
                stateConsistency: try law.divergence(from: prior),
                context: BoundContext(scope: .trajectory(steps: 1), source: .exact))
        }
    }

    /// E_q[log p(x | z)] of what was observed at a step; 0 where nothing was.
    private func expectedLogLikelihood(
        of sequence: LinearGaussianSequence, at step: Int, under law: GaussianMoments
    ) throws -> Double {
        let observed = sequence.observed(step)
        if observed.isEmpty { return 0 }
        let (row, matrix, noise) = (
            sequence.observations.row(step), emission[step], emissionNoise[step]
        )
        var offset = emissionOffset?[step] ?? Array(repeating: 0, count: emissionCount)
        if let inputs = sequence.inputs, let emissionInput {
            add(emissionInput[step] * inputs.row(step), times: 1, to: &offset)
        }
        var kept = Matrix(rows: observed.count, columns: stateCount)
        var keptNoise = Matrix(rows: observed.count, columns: observed.count)
        for (i, left) in observed.enumerated() {
            for column in 0..<stateCount { kept[i, column] = matrix[left, column] }
            for (j, right) in observed.enumerated() { keptNoise[i, j] = noise[left, right] }
        }
        return try law.expectedLogLikelihood(
            of: observed.map { row[$0] }, emission: kept, offset: observed.map { offset[$0] },
            noise: keptNoise)
    }
}
