import OptimistLinearAlgebra

/// What is known about the state before anything was observed.
public enum InitialState: Sendable, Equatable {
    /// The law of the state of the first step, before its observation.
    case predictive(GaussianMoments)
    /// The law of the state one step before the first: one transition, taken at step −1 and without
    /// an input, leads to the first step.
    case atTimeZero(GaussianMoments)
    /// The stationary law of a fixed stable transition.
    case stationary
    /// Mean zero and a large variance; the first `burn` terms of the log likelihood are dropped.
    case approximateDiffuse(variance: Double = 1e6, burn: Int)
    /// A flat density of one over all states, treated exactly. The log likelihood is then the log of
    /// ∫ p(x | s₁) ds₁; for a local level that is the density of all later observations given the
    /// first.
    case exactDiffuse
}

extension LinearGaussianModel {
    /// The law of the first state, before its observation.
    ///
    /// - Throws: `LinearGaussianError.notStationary`, or `.unsupported` for a flat law.
    func firstPrediction() throws -> GaussianMoments {
        switch initial {
        case .predictive(let law): return law
        case .atTimeZero(let law):
            let step = transition[-1]
            var mean = step * law.mean
            if let offset = transitionOffset { add(offset[-1], times: 1, to: &mean) }
            return GaussianMoments(
                mean: mean, covariance: step.sandwich(law.covariance) + transitionNoise[-1])
        case .stationary: return try stationaryLaw()
        case .approximateDiffuse(let variance, _):
            return GaussianMoments(
                mean: Array(repeating: 0, count: stateCount),
                covariance: variance * .identity(stateCount))
        case .exactDiffuse:
            throw LinearGaussianError.unsupported(
                what: "a flat initial law as moments", instead: "use the model's filter")
        }
    }

    /// The terms of the log likelihood that are dropped.
    var burn: Int {
        if case .approximateDiffuse(_, let burn) = initial { burn } else { 0 }
    }

    /// The mean (I − E)⁻¹ b and the covariance that solves P = E P Eᵀ + F, by doubling.
    ///
    /// - Throws: `LinearGaussianError.notStationary`.
    public func stationaryLaw() throws -> GaussianMoments {
        guard let matrix = transition.fixedValue, let noise = transitionNoise.fixedValue,
            transitionOffset.map({ $0.fixedValue != nil }) ?? true
        else {
            throw LinearGaussianError.notStationary(reason: "the transition varies in time")
        }
        let covariance = try discreteLyapunov(matrix, noise)
        var mean = Array(repeating: 0.0, count: stateCount)
        if let offset = transitionOffset?.fixedValue {
            mean = try LU(.identity(stateCount) - matrix).solution(offset)
        }
        return GaussianMoments(mean: mean, covariance: covariance)
    }
}

/// The solution X = A X Aᵀ + Q by doubling, X ← X + A X Aᵀ, A ← A².
///
/// - Throws: `LinearGaussianError.notStationary` where A's powers do not vanish.
func discreteLyapunov(_ matrix: Matrix, _ noise: Matrix) throws -> Matrix {
    var (power, sum) = (matrix, noise)
    for _ in 0..<64 {
        let increment = power.sandwich(sum)
        sum += increment
        power = power * power
        if !sum.isFinite { break }
        if increment.largestMagnitude <= 1e-17 * sum.largestMagnitude { return sum }
    }
    throw LinearGaussianError.notStationary(
        reason: "the transition has an eigenvalue of magnitude 1 or more")
}
