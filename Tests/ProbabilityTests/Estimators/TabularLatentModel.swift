import OptimistInference
import OptimistProbability
import OptimistTorch

/// A latent state model whose networks are tables of logits, as tensors: what a deep agent does
/// with networks, on a categorical state.
struct TabularLatentModel {
    /// p(z | context), `[1 + Z · A, Z]`: row 0 at a start, row 1 + z · A + a after (z, a).
    var transition: Tensor
    /// p(x | z), `[Z, X]`.
    var observation: Tensor
    /// p(r | z), `[Z, R]`.
    var reward: Tensor
    /// p(a | z), `[Z, A]`.
    var habit: Tensor
    let actions: Int

    init(of agent: GenerativeAgentTables, _ type: ElementType) {
        let model = agent.model
        let (states, rewards) = (model.stateCount, model.rewardCount)
        actions = model.actionCount
        func table(_ values: [Double], _ columns: Int) -> Tensor {
            Tensor(values, shape: [values.count / columns, columns]).to(type).log()
        }
        transition = table(model.initial + model.transition, states)
        // Observation and reward are independent given the state: sums over the other.
        let rows = (0..<states).map { z in
            (0..<model.arrivalCount).map { model.firstArrival[z * model.arrivalCount + $0] }
        }
        observation = table(
            rows.flatMap { row in
                (0..<model.observationCount).map { x in
                    row[x * rewards..<(x + 1) * rewards].reduce(0, +)
                }
            }, model.observationCount)
        reward = table(
            rows.flatMap { row in
                (0..<rewards).map { r in
                    stride(from: r, to: row.count, by: rewards).reduce(0) { $0 + row[$1] }
                }
            }, rewards)
        habit = table(agent.habit, actions)
    }

    var parameters: [Tensor] { [transition, observation, reward] }

    /// The row of the transition table after states and actions, any shape.
    func context(state: Tensor, action: Tensor) -> Tensor { state * Double(actions) + action + 1 }

    func prior(_ context: Tensor) -> Categorical { law(transition, context) }
    func habit(_ state: Tensor) -> Categorical { law(habit, state) }

    /// log p(x, r | z), joint; z may have sample axes in front.
    func logLikelihood(_ state: Tensor, _ observation: Tensor, _ reward: Tensor) -> Tensor {
        law(self.observation, state).logDensity(observation)
            + law(self.reward, state).logDensity(reward)
    }

    /// The posterior p(z)^1 p(x, r | z)^power: the filter for power 1.
    func filter(
        _ context: Tensor, _ observation: Tensor, _ reward: Tensor, power: Double = 1
    ) -> Categorical {
        let prior = prior(context)
        let rated = logLikelihood(prior.enumerated, observation, reward)
        let last = Array(1..<rated.rank) + [0]
        return Categorical(logits: prior.logProbabilities + rated.permuted(last) * power)
    }

    private func law(_ table: Tensor, _ rows: Tensor) -> Categorical {
        let chosen = table.indexSelect(axis: 0, rows.flattened())
        return Categorical(logits: chosen.reshaped(rows.shape + [table.size(axis: 1)]))
    }
}
