import OptimistLinearAlgebra

/// The backward recursion of the score: r = ∂ log p / ∂ m⁻ and N = −∂² log p / ∂ m⁻², from which
/// follow the smoothed disturbances and, by Fisher's identity, the gradient in every parameter
/// (Koopman and Shephard, "Exact Score for Time Series Models in State Space Form", 1992). No noise
/// covariance is inverted, so singular ones are allowed.
struct AdjointPass {
    /// What a flat first law adds: see `DiffusePass`.
    struct Flat {
        /// ∂ m⁻_t / ∂ μ.
        let slopes: [Matrix]
        /// The covariance of μ given all observations.
        let covariance: Matrix
    }

    /// What is known at one step, going backward.
    struct Step {
        /// The step, from 0.
        let index: Int
        /// ∂ log p / ∂ parameters of the emission of this step; nil if nothing was observed.
        var emission: Score?
        /// The same for the transition from this step to the next; nil at the last step.
        var transition: Score?
        /// ∂ m_{t|T} / ∂ μ under a flat first law; empty otherwise.
        var smoothedSlope: Matrix
        /// The components that were observed.
        var observed: [Int]
    }

    /// The gradient in the parameters of y = W s + G a + d + noise.
    struct Score {
        /// In W.
        var matrix: Matrix
        /// In d; in G it is the outer product with a.
        var offset: [Double]
        /// In the noise covariance, taken as a full matrix.
        var noise: Matrix
    }

    let model: LinearGaussianModel
    let sequence: LinearGaussianSequence
    let filter: KalmanFilterResult
    var flat: Flat?

    /// Goes back through all steps and returns r and N of the first prediction.
    @discardableResult
    func run(_ visit: (Step) throws -> Void) throws -> (mean: [Double], curvature: Matrix) {
        let n = model.stateCount
        var state = State(
            r: Array(repeating: 0, count: n), curvature: Matrix(rows: n, columns: n),
            slope: Matrix(rows: n, columns: flat == nil ? 0 : n))
        for index in (0..<sequence.count).reversed() {
            try visit(step(index, &state))
        }
        return (state.r, state.curvature)
    }

    /// r, N and ∂r/∂μ with respect to the prediction of the step after.
    private struct State {
        var r: [Double]
        var curvature: Matrix
        var slope: Matrix
    }

    private func step(_ index: Int, _ state: inout State) throws -> Step {
        let filtered = filter.filtered[index]
        let observed = sequence.observed(index)
        let innovation =
            observed.isEmpty
            ? nil
            : try Innovation(
                model: model, step: index, observed: observed,
                observation: sequence.observations.row(index), input: sequence.inputs?.row(index),
                predicted: filter.predicted[index])
        var result = Step(
            index: index, smoothedSlope: state.slope, observed: observed)
        let isLast = index == sequence.count - 1
        let matrix = isLast ? nil : model.transition[index]
        // The score with respect to the filtered law.
        var after = state
        if let matrix {
            after.r = Matrix.transposed(matrix, times: state.r)
            after.curvature = matrix.transposed.sandwich(state.curvature)
            after.slope = Matrix.transposed(matrix, times: state.slope)
        }
        var smoothed = filtered.mean
        Matrix.multiply(filtered.covariance, after.r, into: &smoothed, adding: true)
        if let flat {
            let slope = flat.slopes[index]
            let kept = innovation.map { $0.keep * slope } ?? slope
            result.smoothedSlope = kept + filtered.covariance * after.slope
        }
        if let matrix {
            result.transition = score(
                state.r, state.curvature, state.slope, smoothed, result.smoothedSlope,
                cross: state.curvature * matrix * filtered.covariance)
        }
        if let innovation {
            result.emission = emit(index, innovation, &after, filtered, smoothed, result)
        }
        state = after
        return result
    }

    /// The gradient from the score of a disturbance, E[D⁻¹ v | x] = u and Var(D⁻¹ v | x) = D⁻¹ − M,
    /// and from −Cov(D⁻¹ v, s | x).
    private func score(
        _ u: [Double], _ curvature: Matrix, _ slope: Matrix, _ smoothed: [Double],
        _ smoothedSlope: Matrix, cross: Matrix
    ) -> Score {
        var result = Score(
            matrix: Matrix.outer(u, smoothed) - cross, offset: u,
            noise: 0.5 * (Matrix.outer(u, u) - curvature))
        if let flat {
            let spread = slope * flat.covariance
            result.matrix += spread.timesTransposed(smoothedSlope)
            result.noise += 0.5 * spread.timesTransposed(slope)
        }
        return result
    }

    /// The score of an emission; moves the state from the filtered law to the predicted one.
    private func emit(
        _ index: Int, _ innovation: Innovation, _ after: inout State, _ filtered: GaussianMoments,
        _ smoothed: [Double], _ step: Step
    ) -> Score {
        let (emission, gain) = (innovation.emission, innovation.gainTransposed)
        let u = subtract(innovation.factor.solution(innovation.residual), gain * after.r)
        let curvature = innovation.factor.inverse + gain.sandwich(after.curvature)
        let cross = gain - gain * after.curvature * filtered.covariance
        var slope = after.slope
        if let flat {
            let seen = innovation.factor.solution(emission * flat.slopes[index])
            slope = -seen - gain * after.slope
            after.slope += Matrix.transposed(emission, times: slope)
        }
        let result = score(
            u, curvature, slope, smoothed, step.smoothedSlope, cross: cross)
        Matrix.multiply(transposed: emission, u, into: &after.r, adding: true)
        let seen = innovation.factor.solution(emission)
        after.curvature =
            innovation.keep.transposed.sandwich(after.curvature)
            + Matrix.transposed(emission, times: seen).symmetrized
        return result
    }
}
