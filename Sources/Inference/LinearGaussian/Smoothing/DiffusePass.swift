import Foundation
import OptimistLinearAlgebra

/// The filter under a flat first law, by augmentation (de Jong, "The Diffuse Kalman Filter", 1991).
///
/// A flat law of s₁ is s₁ ~ N(μ, c I) with μ flat, for any c. For a given μ the ordinary filter
/// runs; its means are affine in μ with slopes A_t, and log p(x | μ) is quadratic with maximum μ̂ and
/// curvature H. So log ∫ p(x | μ) dμ = log p(x | μ̂) + (n/2) log 2π − ½ log det H, and moments gain
/// A_t H⁻¹ A_tᵀ. Nothing is approximated.
struct DiffusePass {
    let model: LinearGaussianModel
    let sequence: LinearGaussianSequence
    /// What the filter gives under the flat law.
    private(set) var result: KalmanFilterResult
    /// What the filter gives for μ = μ̂.
    private(set) var conditional: KalmanFilterResult
    /// A_t: how predicted means move with μ.
    private(set) var slopes: [Matrix] = []
    /// H⁻¹, the covariance of μ given all observations.
    private(set) var locationCovariance: Matrix

    init(model: LinearGaussianModel, sequence: LinearGaussianSequence) throws {
        self.model = model
        self.sequence = sequence
        let n = model.stateCount
        let first = GaussianMoments(
            mean: Array(repeating: 0, count: n),
            covariance: DiffusePass.scale(sequence) * .identity(n))
        conditional = try model.filter(sequence, from: first)
        result = conditional
        locationCovariance = .identity(n)
        try augment()
    }

    /// The first law that the conditional result starts from, but for its mean.
    static func scale(_ sequence: LinearGaussianSequence) -> Double {
        var (count, sum, squares) = (0.0, 0.0, 0.0)
        for value in sequence.observations.elements where !value.isNaN {
            count += 1
            sum += value
        }
        for value in sequence.observations.elements where !value.isNaN {
            squares += (value - sum / count) * (value - sum / count)
        }
        return count > 0 && squares > 0 ? squares / count : 1
    }

    private mutating func augment() throws {
        let (n, count) = (model.stateCount, sequence.count)
        var (slope, curvature) = (Matrix.identity(n), Matrix(rows: n, columns: n))
        var score = Array(repeating: 0.0, count: n)
        var located: Matrix?
        for step in 0..<count {
            slopes.append(slope)
            setPrediction(step, slope, located, score)
            if let innovation = try innovation(step) {
                let seen = innovation.emission * slope
                let weighted = innovation.factor.solution(seen)
                curvature += Matrix.transposed(seen, times: weighted).symmetrized
                Matrix.multiply(
                    transposed: weighted, innovation.residual, into: &score, adding: true)
                slope = innovation.keep * slope
            }
            located = DiffusePass.inverse(curvature)
            setFiltered(step, slope, located, score)
            if step < count - 1 { slope = model.transition[step] * slope }
        }
        guard let located else { throw LinearGaussianError.diffuseNotDetermined(states: n) }
        locationCovariance = located
        try moveConditional(to: located * score)
        try setLikelihood(located)
    }

    /// The innovation of a step for μ = 0; nil if all is missing.
    private func innovation(_ step: Int) throws -> Innovation? {
        let observed = sequence.observed(step)
        if observed.isEmpty { return nil }
        return try Innovation(
            model: model, step: step, observed: observed,
            observation: sequence.observations.row(step), input: sequence.inputs?.row(step),
            predicted: conditional.predicted[step])
    }

    /// The inverse of the curvature, or nil while it is singular.
    private static func inverse(_ curvature: Matrix) -> Matrix? {
        let scales = curvature.diagonal.map { $0.squareRoot() }
        if scales.contains(0) { return nil }
        let scaled = Matrix(rows: curvature.rows, columns: curvature.columns) {
            curvature[$0, $1] / (scales[$0] * scales[$1])
        }
        guard let factor = try? Cholesky(scaled), factor.factor.diagonal.allSatisfy({ $0 > 1e-7 })
        else { return nil }
        let inverse = factor.inverse
        return Matrix(rows: curvature.rows, columns: curvature.columns) {
            inverse[$0, $1] / (scales[$0] * scales[$1])
        }
    }

    private mutating func setPrediction(
        _ step: Int, _ slope: Matrix, _ located: Matrix?, _ score: [Double]
    ) {
        result.predicted[step] = law(conditional.predicted[step], slope, located, score)
    }

    private mutating func setFiltered(
        _ step: Int, _ slope: Matrix, _ located: Matrix?, _ score: [Double]
    ) {
        if located == nil { result.undeterminedCount = step + 1 }
        result.filtered[step] = law(conditional.filtered[step], slope, located, score)
    }

    private func law(
        _ given: GaussianMoments, _ slope: Matrix, _ located: Matrix?, _ score: [Double]
    ) -> GaussianMoments {
        let n = model.stateCount
        guard let located else {
            return GaussianMoments(
                mean: Array(repeating: .nan, count: n),
                covariance: .diagonal(Array(repeating: .infinity, count: n)))
        }
        var mean = given.mean
        Matrix.multiply(slope, located * score, into: &mean, adding: true)
        return GaussianMoments(
            mean: mean, covariance: given.covariance + slope.sandwich(located))
    }

    /// Moves the means from μ = 0 to μ̂.
    private mutating func moveConditional(to location: [Double]) throws {
        for step in 0..<sequence.count {
            var law = conditional.predicted[step]
            Matrix.multiply(slopes[step], location, into: &law.mean, adding: true)
            conditional.predicted[step] = law
            if let innovation = try innovation(step) { law = innovation.filtered }
            conditional.filtered[step] = law
        }
    }

    /// Terms: the predictive densities once the state is determined; what is left of the whole
    /// belongs to the observation that determined it.
    private mutating func setLikelihood(_ located: Matrix) throws {
        var terms = Array(repeating: 0.0, count: sequence.count)
        var (total, rest) = (0.0, 0.0)
        for step in 0..<sequence.count {
            guard let innovation = try innovation(step) else { continue }
            total += innovation.logLikelihood
            if step <= result.undeterminedCount { continue }
            let update = try KalmanFilter(model).update(
                result.predicted[step], observation: sequence.observations.row(step),
                action: sequence.inputs?.row(step), step: step)
            terms[step] = update.logLikelihood
            rest += terms[step]
        }
        let n = Double(model.stateCount)
        // log det H = −log det H⁻¹.
        let logDeterminant = try locating(step: 0, "the covariance of a flat state") {
            try Cholesky(located).logDeterminant
        }
        total += n / 2 * log(2 * .pi) + logDeterminant / 2
        terms[result.undeterminedCount] = total - rest
        result.logLikelihood = total
        result.logLikelihoods = terms
    }
}
