import Foundation
import OptimistAgents
import OptimistCore
import OptimistExperience
import OptimistInference
import OptimistModels
import OptimistProbability
import OptimistTorch
import Testing

/// The agent's own returns and loss over every trajectory, against exact gradients.
@Suite struct REINFORCEGradientTests {
    private func agent(
        _ life: TableLife, _ change: (inout REINFORCESettings) -> Void
    ) throws -> REINFORCE {
        var settings = REINFORCESettings()
        settings.networks = TableLife.networks
        settings.baseline = .none
        settings.returns = ReturnSettings(discount: 1, lambda: 1)
        settings.consistency.temperature = 1
        settings.descent.standardizesAdvantages = false
        change(&settings)
        var generator = Generator(seed: 1)
        let agent = try REINFORCE(settings, world: life.world, using: &generator)
        TableLife.set(TableTask.logits, agent.networks)
        return agent
    }

    /// Minus the gradient of the agent's loss by the logits, each trajectory by its probability.
    private func gradient(_ agent: REINFORCE, _ life: TableLife) -> [Double] {
        let (batch, logs) = life.everything()
        let rollout = Rollout(batch, agent.networks)
        let rows = agent.rows(of: rollout).all
        // The agent counts all episodes alike.
        let chances = TableLife.weights(rollout, logs).flattened() * Double(batch.width)
        let weighed = rows.weighed(rows.weights! * chances)
        let loss = PolicyLoss(
            .logDensity, price: agent.settings.consistency.price,
            prior: agent.settings.consistency.prior)
        let found = loss(
            agent.networks.policy(rows.features), rows.values, weighed, agent.networks.kind)
        return gradients(
            of: -found.total,
            withRespectTo: [agent.networks.policy.parameters[0].tensor])[0].doubles()
    }

    @Test(arguments: EntropyGradient.allCases)
    func `each form of the gradient has its known decimals`(form: EntropyGradient) throws {
        let model = try TableTask.threeStates()
        let life = TableLife(model, horizon: 3, showsStep: false)
        let found = gradient(try agent(life) { $0.consistency.gradient = form }, life)
        let expected =
            form == .instantaneous
            ? [-0.189349, 0.043771, 0.068968] : [-0.205075, 0.042810, 0.069410]
        #expect(largestDifference(firsts(found), expected) < 1e-6)
        for pair in stride(from: 0, to: 6, by: 2) {
            #expect(abs(found[pair] + found[pair + 1]) < 1e-6)
        }
    }

    @Test(arguments: EntropyGradient.allCases, [0.5, 2])
    func `with discount and temperature it is the exact gradient`(
        form: EntropyGradient, temperature: Double
    ) throws {
        let life = TableLife(try TableTask.threeStates(), horizon: 3, showsStep: false)
        let agent = try agent(life) {
            $0.consistency.gradient = form
            $0.consistency.temperature = temperature
            $0.returns.discount = 0.9
            $0.discountsSteps = true
        }
        let program = try SoftDynamicProgramming(
            life.task.model, rewardScale: 1 / temperature)
        let exact = try program.gradient(
            logits: TableTask.logits, horizon: 3, discount: 0.9,
            form: form == .instantaneous ? .localEntropy : .full)
        // The agent's bound is in reward units.
        let found = gradient(agent, life).map { $0 / temperature }
        #expect(largestDifference(found, exact) < 2e-6)
        let without = try self.agent(life) {
            $0.consistency.gradient = form
            $0.consistency.temperature = temperature
            $0.returns.discount = 0.9
        }
        #expect(largestDifference(gradient(without, life).map { $0 / temperature }, exact) > 1e-3)
    }

    @Test func `a learned value leaves the mean as it is`() throws {
        let life = TableLife(try TableTask.threeStates(), horizon: 3, showsStep: false)
        let agent = try agent(life) { $0.baseline = .value }
        let critic = agent.networks.critic.parameters[0].tensor
        critic.detached().assign(Tensor([3, -2, 5] as [Float], shape: critic.shape))
        let found = firsts(gradient(agent, life))
        #expect(largestDifference(found, [-0.205075, 0.042810, 0.069410]) < 2e-6)
    }

    @Test func `without a price it is the gradient of the expected reward`() throws {
        let life = TableLife(try TableTask.threeStates(), horizon: 3, showsStep: false)
        let found = gradient(try agent(life) { $0.consistency.temperature = 0 }, life)
        #expect(largestDifference(firsts(found), [0.226769, 0.102532, 0.022398]) < 1e-6)
    }

    @Test func `counting measure has the same gradient, and a bound that is larger by a constant`()
        throws
    {
        let life = TableLife(try TableTask.threeStates(), horizon: 3, showsStep: false)
        let uniform = try agent(life) { _ in }
        let lebesgue = try agent(life) { $0.consistency.prior = .lebesgue }
        #expect(
            largestDifference(gradient(uniform, life), gradient(lebesgue, life)) < 1e-6)
        let (batch, logs) = life.everything()
        func bound(_ agent: REINFORCE) -> Double {
            let rollout = Rollout(batch, agent.networks)
            let returns = agent.rows(of: rollout).all.targets
                .slice(axis: 0, 0..<batch.width)
            return (returns * TableLife.weights(rollout, logs).select(axis: 0, 0)).sum().item()
        }
        #expect(abs(bound(uniform) - -3.559996) < 2e-6)
        #expect(abs(bound(lebesgue) - bound(uniform) - 3 * log(2)) < 2e-6)
        let evidence = try PolicyComparison(
            life.task.model, span: .steps(3, discount: 1)
        ).logEvidence.value
        #expect(bound(uniform) < (try #require(evidence)))
    }

    @Test func `in double precision no baseline of state and step moves the mean`() throws {
        let life = TableLife(try TableTask.threeStates(), horizon: 3, showsStep: false)
        let agent = try agent(life) { _ in }
        let (batch, logs) = life.everything()
        let rollout = Rollout(batch, agent.networks)
        let rows = agent.rows(of: rollout).all
        let features = rows.features.to(.float64)
        let logits = Tensor(TableTask.logits, shape: [3, 2]).requiringGradient()
        let law = ActionLaw.categorical(Categorical(logits: features.matmul(logits)))
        let perStep = law.logDensity(rows.actions).detached().reshaped([3, batch.width])
        let chances = (perStep.sum(axis: 0) + Tensor(logs)).exp().unsqueezed(axis: 0)
            .expanded([3, batch.width]).flattened()
        var generator = Generator(seed: 4)
        func gradient(_ baseline: Tensor) -> Tensor {
            let made = PolicyMinibatch(
                features: features, actions: rows.actions, logDensities: rows.logDensities,
                law: law, values: rows.values,
                advantages: rows.advantages.to(.float64) - baseline, targets: rows.targets,
                weights: chances)
            return gradients(
                of: PolicyLoss(.logDensity)(law, rows.values, made, .discrete(2)).total,
                withRespectTo: [logits], keepingGraph: true)[0]
        }
        let plain = gradient(Tensor(0, type: .float64))
        for _ in 0..<5 {
            let table = Tensor.normal([3, 3], type: .float64, using: &generator) * 5
            let byStep = features.reshaped([3, batch.width, 3])
            let baseline = (byStep * table.unsqueezed(axis: 1)).sum(axis: 2).flattened()
            #expect(gradient(baseline).isClose(to: plain, relative: 0, absolute: 1e-12))
        }
    }
}
