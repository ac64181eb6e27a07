import Foundation
import OptimistCore
import OptimistLinearAlgebra

extension LinearGaussianChain {
    /// The exact posterior over all states of a chain, in information form.
    public struct Posterior: Sendable, Equatable {
        /// log p(x_1…x_T) in nats.
        public let logEvidence: Double
        /// p(s_t | x_1…x_T), `[step]`.
        public let marginals: [GaussianMoments]
        /// The diagonal blocks Λ_tt of the joint precision, `[step]`.
        public let precisions: [Matrix]
        /// log det Λ of the joint precision.
        public let logDeterminant: Double
        /// The posterior in its Markovian form q(s_1) ∏ q(s_t | s_{t−1}).
        public let markovian: MarkovianPosterior
    }

    /// The exact posterior, by block elimination of the joint precision from the last step to the
    /// first, O(steps · states³).
    ///
    /// - Throws: `LinearAlgebraError.notPositiveDefinite` where a noise or the initial covariance
    ///   is not positive definite.
    public func posterior() throws(LinearAlgebraError) -> Posterior {
        let information = try Information(self)
        let steps = emissions.count
        // Eliminating from the end leaves q(s_t | s_{t−1}) ∝ exp(−½ sᵀ S s + sᵀ (h − O s_{t−1})).
        var factors: [Cholesky] = []
        var slopes: [[Double]] = []
        var (precision, slope) = (information.diagonal[steps - 1], information.slope[steps - 1])
        var constant = information.constant
        for step in (0..<steps).reversed() {
            let cholesky = try Cholesky(precision)
            factors.append(cholesky)
            slopes.append(slope)
            constant +=
                cholesky.inverseQuadratic(slope) / 2 - cholesky.logDeterminant / 2
                + Double(slope.count) * log(2 * Double.pi) / 2
            if step == 0 { break }
            let beside = information.beside[step - 1]
            let solved = cholesky.solution(beside)
            precision = information.diagonal[step - 1]
            precision -= Matrix.transposed(beside, times: solved)
            precision.symmetrize()
            slope = information.slope[step - 1]
            add(Matrix.transposed(solved, times: slopes[slopes.count - 1]), times: -1, to: &slope)
        }
        factors.reverse()
        slopes.reverse()
        let markovian = MarkovianPosterior(
            initial: GaussianMoments(
                mean: factors[0].solution(slopes[0]), covariance: factors[0].inverse),
            transitions: (1..<max(steps, 1)).map { step in
                Transition(
                    matrix: -factors[step].solution(information.beside[step - 1]),
                    offset: factors[step].solution(slopes[step]), noise: factors[step].inverse)
            })
        return Posterior(
            logEvidence: constant, marginals: markovian.marginals,
            precisions: information.diagonal,
            logDeterminant: factors.reduce(0) { $0 + $1.logDeterminant }, markovian: markovian)
    }

    /// log p(states, observations) = −½ sᵀ Λ s + hᵀ s + constant, by blocks.
    private struct Information {
        /// Λ_tt, `[step]`.
        var diagonal: [Matrix]
        /// Λ_{t+1,t}, `[step]`, one fewer.
        var beside: [Matrix] = []
        /// h_t, `[step]`.
        var slope: [[Double]]
        /// What does not depend on the states.
        var constant = 0.0

        init(_ chain: LinearGaussianChain) throws(LinearAlgebraError) {
            let size = chain.initial.mean.count
            let zero = Matrix(rows: size, columns: size)
            diagonal = Array(repeating: zero, count: chain.emissions.count)
            slope = Array(
                repeating: Array(repeating: 0, count: size), count: chain.emissions.count)
            try addFactor(
                .identity(size), chain.initial.mean, chain.initial.covariance, at: 0)
            for (step, emission) in chain.emissions.enumerated() {
                guard let emission else { continue }
                try addFactor(
                    emission.matrix, subtract(emission.observation, emission.offset),
                    emission.noise, at: step)
            }
            for (step, transition) in chain.transitions.enumerated() {
                let cholesky = try Cholesky(transition.noise)
                let weighted = cholesky.solution(transition.matrix)
                let pulled = cholesky.solution(transition.offset)
                diagonal[step] += Matrix.transposed(transition.matrix, times: weighted)
                diagonal[step + 1] += cholesky.inverse
                beside.append(-weighted)
                add(pulled, times: 1, to: &slope[step + 1])
                add(
                    Matrix.transposed(transition.matrix, times: pulled), times: -1,
                    to: &slope[step])
                constant += cholesky.logGaussianDensity(transition.offset)
            }
        }

        /// Multiplies by N(M s_t; target, noise).
        private mutating func addFactor(
            _ matrix: Matrix, _ target: [Double], _ noise: Matrix, at step: Int
        ) throws(LinearAlgebraError) {
            let cholesky = try Cholesky(noise)
            diagonal[step] += Matrix.transposed(matrix, times: cholesky.solution(matrix))
            let pulled = Matrix.transposed(matrix, times: cholesky.solution(target))
            add(pulled, times: 1, to: &slope[step])
            constant += cholesky.logGaussianDensity(target)
        }
    }
}
