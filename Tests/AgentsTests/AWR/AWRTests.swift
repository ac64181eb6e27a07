import Foundation
import OptimistAgents
import OptimistCore
import OptimistExperience
import OptimistInference
import OptimistModels
import OptimistTorch
import Testing

@Suite struct AWRTests {
    private func agent(
        _ life: TableLife, temperature: Double, largest: Double = 20, standardizes: Bool = false
    ) throws -> AWR {
        var settings = AWRSettings()
        settings.networks = TableLife.networks
        settings.returns = ReturnSettings(discount: 1, lambda: 0)
        settings.temperature = temperature
        settings.largestWeight = largest
        settings.standardizesAdvantages = standardizes
        var generator = Generator(seed: 2)
        return try AWR(settings, world: life.world, using: &generator)
    }

    /// Three states whose moves are certain, so that one-step advantages are exact.
    private func certainLife() throws -> TableLife {
        TableLife(try TableTask.certainThreeStates(), horizon: 3, showsStep: true)
    }

    @Test(arguments: [(0.5, 20.0), (2, 20), (0.5, 1.3)])
    func `the policy is fitted to the posterior of what was done`(
        temperature: Double, largest: Double
    ) throws {
        let life = try certainLife()
        let agent = try agent(life, temperature: temperature, largest: largest)
        let behavior = (0..<3).flatMap { step in TableTask.logits.map { $0 + 0.1 * Double(step) } }
        TableLife.set(behavior, agent.networks)
        let program = try SoftDynamicProgramming(life.task.model, objective: .hard)
        let old = life.policy(agent.networks, program)
        let values = try program.evaluate(old)
        let critic = agent.networks.critic.parameters[0].tensor
        critic.detached().assign(
            Tensor(values.joined().map { Float($0) }, shape: critic.shape))
        let (batch, logs) = life.everything()
        let rollout = Rollout(batch, agent.networks)
        let rows = agent.rows(of: rollout).all
            .weighed(TableLife.weights(rollout, logs).flattened())
        let learner = agent.networks.policyLearner(DescentSettings())
        for step in 0..<600 {
            learner.learningRate = 0.1 * (1 - Double(step) / 600)
            _ = try agent.networks.descend(PolicyLoss(.logDensity), rows, by: learner)
        }
        let found = life.policy(agent.networks, program)
        for step in 0..<3 {
            for state in 0..<3 where isMet(state, at: step) {
                let range = life.task.model.pairs.range(of: state)
                let advantages = range.map { pair -> Double in
                    let next = Int(life.task.model.transitions.indices[pair])
                    let later = step == 2 ? 0 : values[step + 1][next]
                    return life.task.model.rewards[pair] + later - values[step][state]
                }
                let weights = AdvantageWeights.clippedExponentials(
                    advantages, temperature: temperature, largest: largest)
                let terms = zip(range, weights).map { old[step][$0] * $1 }
                for (pair, term) in zip(range, terms) {
                    #expect(abs(found[step][pair] - term / (terms[0] + terms[1])) < 1e-3)
                }
            }
        }
    }

    /// Which states the moves can lead to.
    private func isMet(_ state: Int, at step: Int) -> Bool { state <= step }

    @Test func `infinitely hot it is behavior cloning`() throws {
        let life = try certainLife()
        let (batch, _) = life.everything()
        for standardizes in [false, true] {
            let agent = try agent(life, temperature: 1e9, standardizes: standardizes)
            let rows = agent.rows(of: Rollout(batch, agent.networks)).all
            #expect((rows.advantages - 1).abs().max().item() < 1e-6)
        }
    }

    @Test func `standardized advantages lose their unit, and weights are clipped`() throws {
        let life = try certainLife()
        let (batch, _) = life.everything()
        let plain = try agent(life, temperature: 0.5)
        let returns = Rollout(batch, plain.networks).returns(plain.settings.returns)
        let advantages = returns.advantages.flattened().doubles()
        let expected = AdvantageWeights.clippedExponentials(advantages, temperature: 0.5)
        let found = plain.rows(of: Rollout(batch, plain.networks)).all.advantages.doubles()
        #expect(largestDifference(found, expected) < 1e-4)
        let standardized = try agent(life, temperature: 1, largest: 2, standardizes: true)
        let weights = standardized.rows(of: Rollout(batch, standardized.networks)).all
            .advantages
        #expect(abs(weights.max().item() - 2) < 1e-6)
        let mean = advantages.reduce(0, +) / Double(advantages.count)
        let deviation =
            (advantages.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            / Double(advantages.count - 1)).squareRoot()
        let again = advantages.map { min(exp(($0 - mean) / deviation), 2) }
        #expect(largestDifference(weights.doubles(), again) < 1e-4)
    }
}
