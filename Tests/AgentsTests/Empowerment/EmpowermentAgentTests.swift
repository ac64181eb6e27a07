import Foundation
import OptimistAgents
import OptimistCore
import OptimistInference
import OptimistTorch
import Testing

/// Empowerment learned by networks, beside exact numbers.
@Suite struct EmpowermentAgentTests {
    private func settings(horizon: Int) -> EmpowermentAgentSettings {
        var settings = EmpowermentAgentSettings()
        settings.horizon = horizon
        settings.units = [32]
        settings.decoderRate = 0.01
        settings.sourceRate = 0.005
        return settings
    }

    /// The empowerment of a channel from one state, learned from sequences of the source: rows are
    /// inputs, each with the probabilities of its outputs.
    private func learned(
        _ channel: [[Double]], horizon: Int = 1, actions: Int, updates: Int
    ) -> (value: Double, bound: Double) {
        var generator = Generator(seed: 3)
        let states = channel[0].count + 1
        let networks = EmpowermentNetworks(
            settings(horizon: horizon), features: states, actions: actions, using: &generator)
        let batch = 256
        let starts = Tensor(Array(repeating: 0, count: batch)).oneHot(classes: states)
        var (information, values) = ([Double](), [Double]())
        for _ in 0..<updates {
            let sequences = networks.drawSequences(starts, using: &generator)
            let numbers = sequences.integers()
            let ends = (0..<batch).map { row in
                let sequence = numbers[row * horizon..<(row + 1) * horizon]
                return 1 + generator.categorical(channel[sequence.reduce(0) { $0 * actions + $1 }])
            }
            information.append(
                networks.update(starts, Tensor(ends).oneHot(classes: states), sequences)
                    .information)
            values.append(networks.empowerment(starts.slice(axis: 0, 0..<1)).item())
        }
        // Steps of constant size keep wandering: what they wander around is what was learned.
        func mean(_ values: [Double]) -> Double { values.suffix(200).reduce(0, +) / 200 }
        return (mean(values), mean(information))
    }

    @Test func `known channels`() {
        let symmetric = learned([[0.9, 0.1], [0.1, 0.9]], actions: 2, updates: 800)
        #expect(abs(symmetric.value - 0.368064) < 0.03)
        let slip = 0.2 / 3
        let four: [[Double]] = (0..<4).map { row in (0..<4).map { $0 == row ? 0.8 : slip } }
        let slipping = learned(four, actions: 4, updates: 500)
        #expect(abs(slipping.value - 0.666169) < 0.04)
        // A bound from below, but for chance: 200 batches of 256.
        #expect(slipping.bound < 0.666169 + 0.03)
    }

    @Test func `a sequence is told action by action`() {
        // Two bits in a row end in four places: log 4; the first alone is told by two.
        let all: [[Double]] = (0..<4).map { row in (0..<4).map { $0 == row ? 1 : 0 } }
        let both = learned(all, horizon: 2, actions: 2, updates: 500).value
        #expect(abs(both - 2 * log(2.0)) < 0.05)
        let first: [[Double]] = (0..<4).map { row in (0..<2).map { $0 == row / 2 ? 1 : 0 } }
        let one = learned(first, horizon: 2, actions: 2, updates: 500).value
        #expect(abs(one - log(2.0)) < 0.05)
    }

    @Test func `drawn sequences have the probabilities of the source`() {
        var generator = Generator(seed: 6)
        let networks = EmpowermentNetworks(
            settings(horizon: 2), features: 2, actions: 2, using: &generator)
        networks.source.storage.assign(
            Tensor.normal(networks.source.storage.shape, using: &generator))
        let count = 20_000
        let starts = Tensor.ones([count, 2])
        let drawn = networks.drawSequences(starts, using: &generator)
        let numbers = drawn.integers()
        let all = Tensor([0, 0, 0, 1, 1, 0, 1, 1], shape: [4, 2])
        let law = networks.logSource(starts.slice(axis: 0, 0..<4), all).exp().doubles()
        #expect(abs(law.reduce(0, +) - 1) < 1e-5)
        for sequence in 0..<4 {
            let found = (0..<count).count { row in
                2 * numbers[2 * row] + numbers[2 * row + 1] == sequence
            }
            let share = Double(found) / Double(count)
            let error = (law[sequence] * (1 - law[sequence]) / Double(count)).squareRoot()
            #expect(abs(share - law[sequence]) < 4.5 * error)
        }
    }

    @Test func `an agent learns the map of a grid and goes where most can be done`() throws {
        let life = try AgentLife(
            EmpowermentAgent.self, settings(horizon: 1), "grid-world",
            [("rows", "3"), ("columns", "3"), ("time-limit", "20")], seed: 2)
        let records = try life.live(240, meal: 4)
        let last = try #require(records.last)
        // Four corners reach 3 cells, four edges 4, the middle 5.
        let sum: Double = 4 * log(3.0) + 4 * log(4.0) + log(5.0)
        let exact = try #require(last.value("empowerment.exact"))
        #expect(abs(exact - sum / 9) < 1e-3)
        let error = try #require(last.value("empowerment.error"))
        #expect(error < 0.1)
        // Of sequences that the decoder has not seen, with four standard errors of 35 or so.
        let bound = try #require(last.value("information.bound"))
        #expect(bound > 1 && bound < exact + 0.25)
        let correlation = try #require(last.value("empowerment.correlation"))
        #expect(correlation > 0.8)
    }
}
