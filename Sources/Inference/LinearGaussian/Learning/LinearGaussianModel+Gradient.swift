import OptimistLinearAlgebra

extension LinearGaussianModel {
    /// The log likelihood of independent runs, and its exact gradient by Fisher's identity from one
    /// backward pass over each.
    ///
    /// Where a parameter varies in time the gradient is that of a change common to all steps.
    ///
    /// - Throws: `LinearGaussianError`, naming the step.
    public func logLikelihoodGradient(
        of sequences: [LinearGaussianSequence]
    ) throws -> (logLikelihood: Double, gradient: LinearGaussianGradient) {
        var (value, gradient) = (0.0, LinearGaussianGradient(self))
        for sequence in sequences {
            value += try addGradient(of: sequence, to: &gradient)
        }
        return (value, gradient)
    }

    private func addGradient(
        of sequence: LinearGaussianSequence, to gradient: inout LinearGaussianGradient
    ) throws -> Double {
        if initial == .exactDiffuse {
            let pass = try DiffusePass(model: self, sequence: sequence)
            let adjoint = AdjointPass(
                model: self, sequence: sequence, filter: pass.conditional,
                flat: .init(slopes: pass.slopes, covariance: pass.locationCovariance))
            try accumulate(adjoint, 1, &gradient)
            return pass.result.logLikelihood
        }
        let first = try firstPrediction()
        let filtered = try filter(sequence, from: first)
        let adjoint = AdjointPass(model: self, sequence: sequence, filter: filtered)
        try addInitial(first, accumulate(adjoint, 1, &gradient), 1, &gradient)
        if burn > 0 {
            // The terms burnt are the log likelihood of the first steps alone.
            let head = sequence.prefix(burn)
            let adjoint = AdjointPass(
                model: self, sequence: head, filter: try filter(head, from: first))
            try addInitial(first, accumulate(adjoint, -1, &gradient), -1, &gradient)
        }
        return filtered.logLikelihood
    }

    @discardableResult
    private func accumulate(
        _ pass: AdjointPass, _ sign: Double, _ gradient: inout LinearGaussianGradient
    ) throws -> (mean: [Double], curvature: Matrix) {
        var sum = LinearGaussianGradient(self)
        let end = try pass.run { step in
            let input = pass.sequence.inputs?.row(step.index)
            if let score = step.transition { sum.addTransition(score, input: input) }
            if let score = step.emission {
                sum.addEmission(score, input: input, observed: step.observed)
            }
        }
        gradient.add(sum, times: sign)
        return end
    }

    /// The initial law's share, from r and N of the first prediction.
    private func addInitial(
        _ first: GaussianMoments, _ end: (mean: [Double], curvature: Matrix), _ sign: Double,
        _ gradient: inout LinearGaussianGradient
    ) throws {
        let r = end.mean.map { sign * $0 }
        let covariance = 0.5 * sign * (Matrix.outer(end.mean, end.mean) - end.curvature)
        switch initial {
        case .predictive:
            add(r, times: 1, to: &gradient.initialMean)
            gradient.initialCovariance += covariance
        case .atTimeZero(let law):
            let matrix = transition[-1]
            gradient.transition +=
                Matrix.outer(r, law.mean) + 2 * (covariance * matrix * law.covariance)
            gradient.transitionNoise += covariance
            add(r, times: 1, to: &gradient.transitionOffset)
            Matrix.multiply(transposed: matrix, r, into: &gradient.initialMean, adding: true)
            gradient.initialCovariance += matrix.transposed.sandwich(covariance)
        case .stationary:
            // P = E P Eᵀ + F: the adjoint X solves X = Eᵀ X E + ∂/∂P.
            let matrix = transition[0]
            let adjoint = try discreteLyapunov(matrix.transposed, covariance)
            gradient.transitionNoise += adjoint
            gradient.transition += 2 * (adjoint * matrix * first.covariance)
            let pulled = try LU((.identity(stateCount) - matrix).transposed).solution(r)
            add(pulled, times: 1, to: &gradient.transitionOffset)
            gradient.transition += Matrix.outer(pulled, first.mean)
        case .approximateDiffuse, .exactDiffuse: break
        }
    }
}
