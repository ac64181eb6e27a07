import OptimistCore
import OptimistExperience
import OptimistModels
import OptimistTorch

extension PolicyCarry {
    /// The carry of environments whose episodes are about to start; empty without a memory.
    package init(of memory: PolicyMemory?, environments: Int) {
        self.init(
            remembered: memory.map {
                Remembered(
                    state: .zeros([environments, $0.hidden]),
                    codes: .zeros([environments, $0.code]))
            })
    }

    /// What a policy reads of what has arrived, `[env, features]`; the memory moves on. Rows were
    /// reset before where an episode starts.
    ///
    /// - Parameters:
    ///   - arrival: what arrived.
    ///   - encoder: of observations.
    ///   - memory: nil where features are the observation alone.
    package mutating func features(
        of arrival: Arrival, _ encoder: ObservationEncoder, _ memory: PolicyMemory?
    ) -> Tensor {
        let observations = encoder(arrival.observations)
        guard let memory, let present = remembered else { return observations }
        let rewards = zip(arrival.rewards, arrival.isFirst).map { $1 ? 0 : Float($0) }
        let state = withoutGradient {
            memory.step(
                present.state, observations: observations, codes: present.codes,
                rewards: Tensor(rewards))
        }
        remembered!.state = state
        return Tensor.concatenated([state, observations], axis: 1)
    }

    /// Keeps what was done, for the next arrival.
    ///
    /// - Parameter actions: `[env]` indices, or `[env, width]`.
    package mutating func remember(_ actions: Tensor, _ kind: ActionKind) {
        if remembered != nil { remembered!.codes = kind.code(actions).to(.float32) }
    }
}
