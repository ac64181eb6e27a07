import Foundation
import OptimistAgents
import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistTorch
import Testing

@Suite struct SkillDiscriminatorTests {
    /// The mean reward when q is the posterior of p(s | z), over states and skills.
    private func meanReward(_ table: [[Double]]) -> (reward: Double, information: Double) {
        let skills = table.count
        var (reward, information) = (0.0, 0.0)
        for state in table[0].indices {
            let joint = table.map { $0[state] / Double(skills) }
            let marginal = joint.reduce(0, +)
            let posterior = Tensor(joint.map { log($0 / marginal) }, shape: [1, skills])
            for skill in 0..<skills where joint[skill] > 0 {
                let value = SkillDiscriminator.reward(posterior, chosen: Tensor([skill])).item()
                reward += joint[skill] * value
                information += joint[skill] * log(table[skill][state] / marginal)
            }
        }
        return (reward, information)
    }

    @Test func `with the exact posterior the mean reward is the information`() {
        let found = meanReward([[0.7, 0.2, 0.1], [0.1, 0.6, 0.3], [0.2, 0.2, 0.6]])
        #expect(abs(found.reward - found.information) < 1e-12)
        #expect(found.reward > 0 && found.reward < log(3))
    }

    @Test(arguments: [1, 2, 5]) func `skills with states of their own tell all`(skills: Int) {
        let table = (0..<skills).map { skill in (0..<skills).map { $0 == skill ? 1.0 : 0 } }
        #expect(abs(meanReward(table).reward - log(Double(skills))) < 1e-12)
    }

    @Test func `at chance nothing is gained by ending an episode`() {
        let table = Tensor.full([3, 4], -log(4.0))
        let rewards = SkillDiscriminator.reward(table, chosen: Tensor([0, 1, 3])).doubles()
        #expect(rewards.allSatisfy { abs($0) < 1e-6 })
    }

    @Test func `fitting finds the posterior`() {
        var generator = Generator(seed: 1)
        let discriminator = SkillDiscriminator(
            features: 2, skills: 2, units: [16], learningRate: 0.02, using: &generator)
        // State 0 follows skill 0 three times out of four, state 1 always skill 1.
        let features = Tensor([0, 0, 0, 0, 1, 1]).oneHot(classes: 2)
        let chosen = Tensor([0, 0, 0, 1, 1, 1])
        var loss = 0.0
        for _ in 0..<500 { loss = discriminator.fit(features, chosen: chosen) }
        let table = discriminator.logProbabilities(features).exp()
        #expect(abs(table[0, 0].item() - 0.75) < 0.02 && table[4, 1].item() > 0.98)
        let best = 4.0 / 6 * -(0.75 * log(0.75) + 0.25 * log(0.25))
        #expect(abs(loss - best) < 0.02)
    }

    @Test func `skills stay for an episode and are shown in order`() throws {
        var generator = Generator(seed: 2)
        var settings = try DIAYN.settings(preset: "debug")
        settings.skills = 3
        let world = World(
            name: "box", observationSpace: .box(-1, 1, shape: [2]),
            actionSpace: .box(-1, 1, shape: [2]))
        let agent = try DIAYN(settings, world: world, using: &generator)
        func arrival(_ isFirst: Bool) -> Arrival {
            Arrival(
                observations: Tensor.zeros([64, 2]), rewards: Array(repeating: 0, count: 64),
                isFirst: Array(repeating: isFirst, count: 64))
        }
        var carry = agent.carry(for: 64)
        let first = try agent.act(
            on: arrival(true), carrying: &carry, mode: .explore, using: &generator)
        let skills = carry.rows
        #expect(Set(skills) == [0, 1, 2])
        #expect(first.columns[0].rows == skills.map { [Float($0)] })
        let second = try agent.act(
            on: arrival(false), carrying: &carry, mode: .explore, using: &generator)
        #expect(carry.rows == skills && second.columns[0].rows == first.columns[0].rows)
        _ = try agent.act(
            on: arrival(true), carrying: &carry, mode: .deterministic, using: &generator)
        #expect(carry.rows == (0..<64).map { $0 % 3 })
    }
}
