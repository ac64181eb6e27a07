import OptimistCore
import OptimistExperience
import OptimistModels
import OptimistTorch

/// Columns of steps with what the networks that acted make of them: constants to gradients.
package struct Rollout {
    /// The steps; their rewards may be changed before returns are asked for.
    package var batch: Batch
    /// What the networks read, `[time + 1, column, features]`.
    package let features: Tensor
    /// V of every observation, `[time + 1, column]`.
    package let values: Tensor
    /// π(a | s), one law for each of `time × column` rows.
    package let law: ActionLaw
    /// log π of the actions taken, in nats, `[time, column]`.
    package let logDensities: Tensor
    package let kind: ActionKind
    private let memory: Memory?

    /// What a memory reads, to be unrolled again with gradients.
    private struct Memory {
        let network: PolicyMemory
        /// Before the columns, `[column, hidden]`.
        let state: Tensor
        /// `[time + 1, column, observation]`, `[time + 1, column, code]`, `[time + 1, column]`.
        let observations: Tensor
        let codes: Tensor
        let rewards: Tensor

        func features(_ columns: Tensor? = nil, steps: Int) -> Tensor {
            func part(_ tensor: Tensor) -> Tensor {
                let chosen = columns.map { tensor.indexSelect(axis: 1, $0) } ?? tensor
                return chosen.slice(axis: 0, 0..<steps)
            }
            return network.unrolled(
                from: columns.map { state.indexSelect(axis: 0, $0) } ?? state,
                observations: part(observations), codes: part(codes), rewards: part(rewards))
        }
    }

    /// What a batch means to networks that have not changed since they acted.
    package init(_ batch: Batch, _ networks: ActorCritic) {
        self.batch = batch
        kind = networks.kind
        let observations = networks.encoder(batch.observations)
        let memory = networks.memory.map { network in
            let arrivals = batch.onArrival
            let started = (1 - arrivals.isFirst).unsqueezed(axis: 2)
            return Memory(
                network: network,
                state: batch.columns[ActorCritic.memoryColumn]!.select(axis: 0, 0),
                observations: observations,
                codes: networks.kind.code(arrivals.actions).to(.float32) * started,
                rewards: arrivals.rewards)
        }
        self.memory = memory
        let (time, width) = (batch.time, batch.width)
        features = withoutGradient { memory?.features(steps: time + 1) } ?? observations
        let flat = features.flattened(from: 0, to: 1)
        values = networks.critic.predict(flat).reshaped([time + 1, width])
        law = networks.policy.predict(flat.slice(axis: 0, 0..<time * width))
        logDensities =
            law.logDensity(batch.actions.flattened(from: 0, to: 1)).reshaped([time, width])
    }

    /// The steps that happened, as rows in random order.
    ///
    /// - Parameters:
    ///   - advantages: `[time, column]`.
    ///   - targets: what values should be, `[time, column]`.
    ///   - weights: how much each step counts, `[time, column]`; nil for all alike.
    package func rows(
        advantages: Tensor, targets: Tensor, weights: Tensor? = nil
    ) -> PolicyRows {
        PolicyRows(
            rollout: self, indices: batch.validRows, advantages: advantages.flattened(),
            targets: targets.flattened(), weights: weights?.flattened())
    }

    /// Features of the steps of some columns, `[time × columns, features]`, with gradients that
    /// reach the memory.
    func rememberedFeatures(_ columns: Tensor) -> Tensor {
        memory!.features(columns, steps: batch.time).flattened(from: 0, to: 1)
    }

    /// Whether features depend on parameters.
    var remembers: Bool { memory != nil }
}
