import OptimistAgents
import OptimistCore
import OptimistExperience
import OptimistInference
import OptimistModels
import OptimistTorch
import Testing

/// The agent's own losses over every trajectory, against exact rounds.
@Suite struct IteratedInferenceAgentTests {
    private func agent(_ life: TableLife, _ inner: InnerInference) throws -> IteratedInference {
        var settings = IteratedInferenceSettings()
        settings.networks = TableLife.networks
        settings.inner = inner
        settings.returns = ReturnSettings(discount: 1, lambda: 1)
        settings.valueWeight = 0
        settings.descent.standardizesAdvantages = false
        var generator = Generator(seed: 2)
        let agent = try IteratedInference(settings, world: life.world, using: &generator)
        TableLife.set(
            Array(repeating: 0, count: life.world.observationSpace.encodedWidth * 2),
            agent.networks)
        agent.beginRound()
        return agent
    }

    /// One round with next to exact maximization.
    private func round(_ agent: IteratedInference, _ life: TableLife) throws {
        let (batch, logs) = life.everything()
        let learner = agent.networks.learner(
            learningRate: 0.1, method: .adam(), clippingNorm: nil)
        let acted = Rollout(batch, agent.networks)
        let returns = acted.returns(agent.settings.returns)
        let rows = acted.rows(
            advantages: returns.advantages, targets: returns.targets,
            weights: TableLife.weights(acted, logs)
        ).all
        let steps = 300
        for step in 0..<steps {
            learner.learningRate = 0.1 * (1 - Double(step) / Double(steps))
            switch agent.settings.inner {
            case .surrogate:
                _ = try agent.networks.descend(agent.surrogateLoss, rows, by: learner)
            case .onPolicy:
                let rollout = Rollout(batch, agent.networks)
                let fresh = agent.onPolicyRows(of: rollout).rows.all
                    .weighed(TableLife.weights(rollout, logs).flattened())
                _ = try agent.networks.descend(agent.onPolicyLoss, fresh, by: learner)
            }
        }
        agent.beginRound()
    }

    @Test func `rounds on fresh rollouts are exact inference, and compose`() throws {
        let life = TableLife(try TableTask.threeStates(), horizon: 3, showsStep: true)
        let program = try SoftDynamicProgramming(life.task.model)
        let hard = try SoftDynamicProgramming(life.task.model, objective: .hard)
        let agent = try agent(life, .onPolicy)
        let exact = try program.iterate(
            rewardScales: [1, 1, 1, 1, 1], span: .steps(3, discount: 1))
        let rewards = [-3.296218, -3.115789, -2.995143, -2.918960, -2.870584]
        for number in 1...5 {
            try round(agent, life)
            let policy = life.policy(agent.networks, program)
            let reward = try hard.bound(of: policy)
            #expect(abs(reward - rewards[number - 1]) < 2e-4)
            #expect(abs(exact[number].expectedReward - rewards[number - 1]) < 5.01e-7)
            // So many rounds are one at the sum of their scales.
            let whole = try SoftDynamicProgramming(
                life.task.model, rewardScale: Double(number)
            ).solve(horizon: 3).policy
            #expect(abs(policy[0][0] - whole[0][0]) < 1e-3)
        }
    }

    @Test func `rounds on one rollout are one-step updates, which still improve`() throws {
        let life = TableLife(try TableTask.threeStates(), horizon: 3, showsStep: true)
        let program = try SoftDynamicProgramming(life.task.model)
        let hard = try SoftDynamicProgramming(life.task.model, objective: .hard)
        let agent = try agent(life, .surrogate)
        let exact = try program.iterate(
            rewardScales: [1, 1, 1], span: .steps(3, discount: 1), update: .oneStep)
        var last = -3.521625
        for number in 1...3 {
            try round(agent, life)
            let policy = life.policy(agent.networks, program)
            for step in 0..<3 {
                // At the first step two of the states are never met.
                let met = step == 0 ? 0..<2 : 0..<6
                for pair in met {
                    #expect(abs(policy[step][pair] - exact[number].policy[step][pair]) < 1e-3)
                }
            }
            let reward = try hard.bound(of: policy)
            #expect(reward > last)
            last = reward
        }
    }

    @Test func `with itself as prior a policy follows the gradient of the reward`() throws {
        let life = TableLife(try TableTask.threeStates(), horizon: 3, showsStep: false)
        let agent = try agent(life, .onPolicy)
        TableLife.set(TableTask.logits, agent.networks)
        agent.beginRound()
        let (batch, logs) = life.everything()
        let rollout = Rollout(batch, agent.networks)
        let (rows, divergence) = agent.onPolicyRows(of: rollout)
        #expect(divergence.abs().max().item() < 1e-7)
        let weighed = rows.all.weighed(TableLife.weights(rollout, logs).flattened())
        let loss = agent.onPolicyLoss(
            agent.networks.policy(weighed.features), weighed.values, weighed,
            agent.networks.kind)
        let found = gradients(
            of: -loss.total,
            withRespectTo: [agent.networks.policy.parameters[0].tensor])[0].doubles()
        #expect(largestDifference(firsts(found), [0.226769, 0.102532, 0.022398]) < 2e-6)
    }

    @Test func `a memory and fresh rollouts do not go together`() {
        var settings = IteratedInferenceSettings()
        settings.inner = .onPolicy
        settings.networks.memory = 4
        #expect(throws: ConfigurationError.self) { try settings.validate() }
    }
}
