import OptimistCore
import OptimistModels
import OptimistTorch

/// The Fisher information of a policy by its parameters at rows of states, which is the curvature of
/// the mean divergence there, by products alone:
///
///     F v = Jᵀ M J v
///
/// with J the derivative of the network's outputs by the parameters and M the information of the law
/// by the outputs, in closed form: diag p − p pᵀ of logits, 1/σ² of means, 2 of log-deviations. The
/// graph is recorded once; a product is two passes through it.
package struct PolicyFisher {
    private let parameters: ParameterVector
    private let inner: ParameterVector
    private let outputs: Tensor
    /// Where Jᵀ u is differentiated by u.
    private let probe: Tensor
    private let pulled: [Tensor]
    private let weights: Tensor
    private let law: ActionLaw
    private let isLimited: Tensor?

    /// The information at rows.
    ///
    /// - Parameters:
    ///   - networks: whose policy is meant; parameters are the network's, a memory's, and last those
    ///     of no network, in the order of `ActorCritic.policyParameters`.
    ///   - features: `[rows, features]`, with gradients where a memory made them.
    ///   - weights: how much each row counts, `[rows]`; nil for their mean.
    package init(_ networks: ActorCritic, features: Tensor, weights: Tensor? = nil) {
        parameters = ParameterVector(networks.policyParameters)
        let policy = networks.policy
        inner = ParameterVector(
            policy.network.parameters + (networks.memory?.parameters ?? []))
        outputs = policy.network(features).squeezed(axis: 0)
        let constants = outputs.detached()
        law = withoutGradient { policy.law(ofOutputs: constants) }
        let rows = outputs.size(axis: 0)
        self.weights = (weights ?? .full([rows], 1 / Double(rows))).to(.float32)
        probe = Tensor.zeros(like: constants).requiringGradient()
        pulled = gradients(
            of: outputs, withRespectTo: inner.tensors, seed: probe, createGraph: true)
        let limits = PolicyNetwork.limits
        isLimited = policy.logDeviation.map {
            ($0.detached() .> limits.lowerBound) .& ($0.detached() .< limits.upperBound)
        }
    }

    /// F v, of as many elements as there are parameters.
    package func product(_ vector: [Double]) -> [Double] {
        let parts = parameters.parts(vector)
        let terms = zip(pulled, parts).map { ($0 * $1).sum() }
        let pushed = gradients(
            of: terms.dropFirst().reduce(terms[0], +), withRespectTo: [probe], keepingGraph: true)[
                0]
        let back = gradients(
            of: outputs, withRespectTo: inner.tensors, seed: metric(pushed), keepingGraph: true)
        guard let isLimited else { return parameters.vector(back) }
        let byDeviation = parts[parts.count - 1] * isLimited.to(.float32) * (weights.sum() * 2)
        return parameters.vector(back + [byDeviation])
    }

    /// M u for each row, times the row's weight.
    private func metric(_ pushed: Tensor) -> Tensor {
        let weights = weights.unsqueezed(axis: 1)
        switch law {
        case .categorical(let law):
            let p = law.logProbabilities.exp()
            let mean = (p * pushed).sum(axis: 1, keepingDimensions: true)
            return p * (pushed - mean) * weights
        case .gaussian(let law): return pushed / law.standardDeviation.square() * weights
        case .squashed: fail("PolicyFisher", "a squashed law")
        }
    }
}

extension ActorCritic {
    /// What a policy's law depends on: its network, its memory, and parameters of neither.
    package var policyParameters: [NamedTensor] {
        policy.network.parameters + (memory?.parameters ?? []) + policy.others
    }
}
