import Foundation
import OptimistCore
import OptimistLinearAlgebra
import OptimistModels
import OptimistTorch

/// What a trust-region step did.
package struct TrustRegionOutcome: Equatable, Sendable {
    /// The mean of KL(old ‖ new) over rows, in nats.
    package var divergence = 0.0
    /// What the surrogate, the mean of ρ A less what actions cost, has gained.
    package var improvement = 0.0
    /// What of the full step was taken; 0 where every attempt was refused.
    package var fraction = 0.0
    /// The norm of the surrogate's gradient.
    package var gradientNorm = 0.0
    /// Products with the Fisher information.
    package var products = 0
}

/// Improves a policy by steps within a trust region (Schulman et al. 2015, arXiv 1502.05477):
///
///     maximize mean ρ A   subject to   mean KL(old ‖ new) ≤ δ
///
/// by the natural gradient x = F⁻¹ g, found by conjugate gradients, at the length √(2 δ / xᵀ F x) at
/// which the divergence is δ to second order; shortened until both hold.
package final class TrustRegionLearner {
    private let networks: ActorCritic
    private let settings: TrustRegionSettings
    private let consistency: ConsistencySettings
    private let parameters: ParameterVector

    /// A learner of a policy.
    package init(
        _ networks: ActorCritic, _ settings: TrustRegionSettings,
        _ consistency: ConsistencySettings = .init()
    ) {
        self.networks = networks
        self.settings = settings
        self.consistency = consistency
        parameters = ParameterVector(networks.policyParameters)
    }

    /// One step; the policy is as it was, bit for bit, where all attempts are refused.
    ///
    /// - Parameter rows: the rows to learn from, made again for each attempt: a memory's features
    ///   move with its parameters.
    /// - Throws: `AgentError.notFinite` for a gradient or, without a search, a step that is not
    ///   finite.
    package func step(_ rows: () -> PolicyMinibatch) throws -> TrustRegionOutcome {
        let given = rows()
        let gradient = gradient(given)
        var outcome = TrustRegionOutcome(gradientNorm: dot(gradient, gradient).squareRoot())
        try requireFinite(outcome.gradientNorm, "gradient", "of the surrogate")
        let fisher = fisher(given)
        func curvature(_ vector: [Double]) -> [Double] {
            zip(fisher.product(vector), vector).map { $0 + settings.damping * $1 }
        }
        let solution = conjugateGradient(
            apply: curvature, rightHandSide: gradient,
            iterations: settings.conjugateIterations, tolerance: settings.conjugateTolerance)
        outcome.products = solution.iterations
        let square = dot(solution.vector, curvature(solution.vector))
        // Where nothing is to be gained there is no direction.
        guard square > 0, square.isFinite else { return outcome }
        let length = (2 * settings.maximumDivergence / square).squareRoot()
        try search(along: solution.vector.map { length * $0 }, given, rows, &outcome)
        return outcome
    }

    /// The surrogate's gradient at the policy that acted.
    private func gradient(_ rows: PolicyMinibatch) -> [Double] {
        let law = networks.policy(rows.features)
        var gain = rows.mean(law.logDensity(rows.actions) * rows.advantages)
        if consistency.price > 0 { gain -= divergenceFromPrior(law, rows) * consistency.price }
        return parameters.vector(
            gradients(of: gain, withRespectTo: parameters.tensors, keepingGraph: true))
    }

    private func divergenceFromPrior(_ law: ActionLaw, _ rows: PolicyMinibatch) -> Tensor {
        rows.mean(consistency.prior.divergence(of: law, networks.kind)!)
    }

    private func fisher(_ rows: PolicyMinibatch) -> PolicyFisher {
        let (count, stride) = (rows.features.size(axis: 0), settings.fisherStride)
        guard stride > 1 else {
            return PolicyFisher(networks, features: rows.features, weights: rows.weights)
        }
        return PolicyFisher(
            networks, features: rows.features.slice(axis: 0, 0..<count, step: stride),
            weights: rows.weights.map {
                $0.slice(axis: 0, 0..<count, step: stride) * Double(stride)
            })
    }

    /// Takes the longest part of a step that keeps to the region and improves.
    private func search(
        along full: [Double], _ given: PolicyMinibatch, _ rows: () -> PolicyMinibatch,
        _ outcome: inout TrustRegionOutcome
    ) throws {
        let (start, direction) = (parameters.snapshot(), parameters.parts(full))
        let old = law(given)
        let before = surrogate(old, old, given)
        var fraction = 1.0
        for _ in 0..<(settings.searches ? settings.attempts : 1) {
            parameters.move(from: start, by: direction, scale: fraction)
            let new = law(networks.memory == nil ? given : rows())
            let improvement = surrogate(new, old, given) - before
            let divergence = withoutGradient {
                given.mean(old.divergence(to: new)).item()
            }
            let isNear = improvement > 0 && divergence <= settings.maximumDivergence
            if isNear || !settings.searches {
                (outcome.divergence, outcome.improvement) = (divergence, improvement)
                outcome.fraction = fraction
                break
            }
            fraction *= settings.shrinkage
        }
        if outcome.fraction == 0 { parameters.restore(start) }
        if !outcome.divergence.isFinite || !outcome.improvement.isFinite {
            parameters.restore(start)
            try requireFinite(outcome.divergence, "divergence", "of a natural gradient step")
            try requireFinite(outcome.improvement, "surrogate", "after a natural gradient step")
        }
    }

    /// π in double precision: what is compared differs little.
    private func law(_ rows: PolicyMinibatch) -> ActionLaw {
        withoutGradient {
            networks.policy.law(
                ofOutputs: networks.policy.network.predict(rows.features.detached())
                    .squeezed(axis: 0).to(.float64))
        }
    }

    private func surrogate(
        _ law: ActionLaw, _ old: ActionLaw, _ rows: PolicyMinibatch
    ) -> Double {
        withoutGradient {
            let ratio = (law.logDensity(rows.actions) - old.logDensity(rows.actions)).exp()
            var gain = rows.mean(ratio * rows.advantages)
            if consistency.price > 0 {
                gain -= divergenceFromPrior(law, rows) * consistency.price
            }
            return gain.item()
        }
    }
}
