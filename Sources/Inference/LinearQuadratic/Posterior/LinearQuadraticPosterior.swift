import OptimistCore
import OptimistLinearAlgebra

/// The exact posterior over trajectories given optimality, p(s, a | O), of a problem over a finite
/// horizon. Everything is inferred, the noise and the first state too: this is risk-seeking.
public struct LinearQuadraticPosterior: Sendable, Equatable {
    /// log p(O) in nats: the log of the mean of exp(return / temperature) under the dynamics and
    /// the prior over actions.
    public let logEvidence: Double
    /// p(s_t | O), `[step]`, one more than there are actions.
    public let states: [GaussianMoments]
    /// p(a_t | O), `[action's step]`.
    public let actions: [GaussianMoments]
    /// p(a_t | s_t, O), `[action's step]`.
    public let policies: [LinearGaussianPolicy]
    /// p(s_{t+1} | s_t, O), the action integrated out and the noise tilted, `[action's step]`.
    public let transitions: [LinearGaussianChain.Transition]
}

extension LinearQuadraticSolution {
    /// The posterior by message passing: the backward messages of this solution, then one pass
    /// forward through the tilted start, policies and tilted dynamics.
    ///
    /// - Parameter start: the law of the first state; certain or not.
    /// - Throws: `LinearQuadraticError.evidenceDiverges` where the start's spread outweighs the
    ///   cost.
    public func posterior(
        from start: GaussianMoments
    ) throws(LinearQuadraticError) -> LinearQuadraticPosterior {
        guard case .evidence(let temperature, _) = objective else {
            fail("LinearQuadraticSolution.posterior", "the objective is \(objective)")
        }
        let first = try NoiseTilt(
            values[0], noise: start.covariance, temperature: temperature, step: 0)
        var state = GaussianMoments(
            mean: first.contraction * start.mean, covariance: first.covariance)
        add(first.shift, times: 1, to: &state.mean)
        var (states, actions) = ([state], [GaussianMoments]())
        var transitions: [LinearGaussianChain.Transition] = []
        for (policy, tilt) in zip(policies, tilts) {
            actions.append(
                state.propagated(
                    through: -policy.gain, offset: policy.offset, noise: policy.covariance))
            let transition = tilted(policy, tilt)
            state = state.propagated(
                through: transition.matrix, offset: transition.offset, noise: transition.noise)
            states.append(state)
            transitions.append(transition)
        }
        return LinearQuadraticPosterior(
            logEvidence: first.value(start.mean) / temperature, states: states,
            actions: actions, policies: policies, transitions: transitions)
    }

    /// The law of the next state given the state, under a policy and the tilted noise.
    private func tilted(
        _ policy: LinearGaussianPolicy, _ tilt: NoiseTilt
    ) -> LinearGaussianChain.Transition {
        let pushed = tilt.contraction * problem.input
        let matrix = tilt.contraction * problem.dynamics - pushed * policy.gain
        var offset = tilt.contraction * problem.drift
        add(pushed * policy.offset, times: 1, to: &offset)
        add(tilt.shift, times: 1, to: &offset)
        return .init(
            matrix: matrix, offset: offset,
            noise: tilt.covariance + pushed.sandwich(policy.covariance))
    }
}
