import Foundation
import OptimistCore
import OptimistInference
import OptimistOracles
import Testing

/// Temperatures by the dual, weights by advantages, and tabular MPO.
@Suite struct ExpectationStepTests {
    @Test func `decimals of a temperature`() {
        let row = TemperatureDual.Row(values: [0, 1, 2])
        let found = TemperatureDual(maximumDivergence: 0.1, rows: [row]).solution
        #expect(abs(found.temperature - 1.755735) < 5.01e-7)
        let weights = row.weights(temperature: found.temperature)
        #expect(distance(weights, [0.169735, 0.300006, 0.530259]) < 5.01e-7)
        #expect(abs(found.divergence - 0.1) < 1e-14)
        // Strong duality: the value is what the tilted law earns.
        #expect(abs(found.value - (weights[1] + 2 * weights[2])) < 1e-14)
    }

    @Test func `a temperature is the least of a convex dual over weighed rows`() throws {
        var generator = Generator(seed: 17)
        for round in 0..<20 {
            let rows = (0..<4).map { _ in
                let prior = (0..<5).map { _ in generator.uniform(0.05, 1) }
                let total = prior.reduce(0, +)
                return TemperatureDual.Row(
                    values: (0..<5).map { _ in 10 * generator.normal() },
                    logPrior: prior.map { log($0 / total) }, weight: generator.uniform())
            }
            let bound = [1e-4, 0.01, 0.1, 1][round % 4]
            let dual = TemperatureDual(maximumDivergence: bound, rows: rows)
            let found = dual.solution
            #expect(abs(found.divergence - bound) < 1e-12)
            let slope = centralDifference(at: found.temperature) { dual.value(at: $0) }
            #expect(abs(slope) < 1e-8)
            for factor in [0.5, 0.9, 1.1, 2] {
                let other = dual.value(at: factor * found.temperature)
                #expect(other > found.value)
            }
        }
    }

    @Test func `a wide bound is greedy within the prior`() {
        let row = TemperatureDual.Row(
            values: [3, 1, 3, 9], logPrior: [log(0.2), log(0.5), log(0.3), -.infinity])
        let found = TemperatureDual(maximumDivergence: 1, rows: [row]).solution
        #expect(found.temperature == 0)
        #expect(abs(found.divergence - log(2)) < 1e-15)
        #expect(distance(row.weights(temperature: 0), [0.4, 0, 0.6, 0]) < 1e-15)
        #expect(found.value == 3)
        let narrow = TemperatureDual(maximumDivergence: 0.69, rows: [row]).solution
        #expect(narrow.temperature > 0 && abs(narrow.divergence - 0.69) < 1e-12)
        // Nothing to choose: greed is free.
        let flat = TemperatureDual(maximumDivergence: 0.1, rows: [.init(values: [2, 2])])
        #expect(flat.solution.temperature == 0 && flat.solution.value == 2)
        #expect(row.weights(temperature: 1e9).last == 0)
        #expect(distance(row.weights(temperature: 1e9), [0.2, 0.5, 0.3, 0]) < 1e-8)
    }

    @Test func `the better half of a batch`() throws {
        let found = AdvantageWeights.TopShare(
            advantages: [2, 1, 0, -1], temperature: 1, maximumDivergence: 0.1)
        #expect(distance(found.weights, [0.731059, 0.268941, 0, 0]) < 5.01e-7)
        #expect(abs(found.temperatureLoss - 1.720115) < 5.01e-7)
        let padded = AdvantageWeights.TopShare(
            advantages: [9, -1, 1, 7, 0, 2], isValid: [false, true, true, false, true, true],
            temperature: 1, maximumDivergence: 0.1)
        #expect(distance(padded.weights, [0, 0, 0.268941, 0, 0, 0.731059]) < 5.01e-7)
        #expect(padded.temperatureLoss == found.temperatureLoss)
        for temperature in [0.3, 1, 4] {
            func loss(_ temperature: Double) -> AdvantageWeights.TopShare {
                .init(
                    advantages: [0.4, 3, -1, 1.2, 2, 0.1], temperature: temperature,
                    maximumDivergence: 0.1)
            }
            let slope = centralDifference(at: temperature, step: 1e-3 * temperature) {
                loss($0).temperatureLoss
            }
            #expect(abs(slope - loss(temperature).temperatureSlope) < 1e-8)
        }
        // Where the slope is zero the temperature is the dual's of the steps kept.
        let dual = TemperatureDual(maximumDivergence: 0.1, rows: [.init(values: [2, 1])])
        let best = AdvantageWeights.TopShare(
            advantages: [2, 1, 0, -1], temperature: dual.solution.temperature,
            maximumDivergence: 0.1)
        #expect(abs(best.temperatureSlope) < 1e-13)
        #expect(abs(best.temperatureLoss - dual.solution.value) < 1e-13)
    }

    @Test func `hot weights are equal, and regression then clones`() throws {
        let row = TemperatureDual.Row(values: [0, 1, 2])
        #expect(row.weights(temperature: 1e8).allSatisfy { abs($0 - 1.0 / 3) < 1e-8 })
        let clipped = AdvantageWeights.clippedExponentials([-1, 0, 50], temperature: 2)
        #expect(distance(clipped, [exp(-0.5), 1, 20]) < 1e-15)
        let program = try SoftDynamicProgramming(PolicyFixtures.three())
        let behavior = program.policy(logits: PolicyFixtures.logits)
        let cloned = try program.advantageWeightedRegression(
            of: behavior, discount: 0.9, temperature: 1e9)
        #expect(distance(cloned, behavior) < 1e-8)
        // Unclipped it is one round of one-step inference at the inverse temperature.
        let found = try program.advantageWeightedRegression(
            of: behavior, discount: 0.9, temperature: 0.5, largestWeight: 1e9)
        let round = try SoftDynamicProgramming(PolicyFixtures.three(), prior: .table(behavior))
            .iterate(rewardScales: [2], span: .endless(discount: 0.9), update: .oneStep)[1]
        #expect(distance(found, round.policy[0]) < 1e-10)
    }

    @Test(arguments: [(0.01, 3.4166e-6), (0.1, 3.4525e-4)])
    func `a fixed temperature is the one-step update`(scale: Double, expected: Double) throws {
        let model = try PolicyFixtures.three()
        let program = try SoftDynamicProgramming(model)
        let hard = try SoftDynamicProgramming(model, objective: .hard)
        let uniform = Array(repeating: Array(repeating: 0.5, count: 6), count: 3)
        let values = try hard.actionValues(of: uniform)
        let span = SolvingSpan.steps(3, discount: 1)
        let rounds = try PolicyUpdate.allCases.map {
            try program.iterate(rewardScales: [scale], span: span, update: $0)[1]
        }
        var largest = 0.0
        for step in 0..<3 {
            for state in 0..<3 {
                let range = model.pairs.range(of: state)
                let improved = TemperatureDual.Row(values: range.map { values[step][$0] })
                    .weights(temperature: 1 / scale)
                #expect(distance(improved, range.map { rounds[1].policy[step][$0] }) < 1e-14)
                for (law, pair) in zip(improved, range) {
                    largest = max(largest, abs(log(law) - rounds[0].logPolicy[step][pair]))
                }
            }
        }
        #expect(abs(largest / expected - 1) < 1.4e-5)
    }

    @Test func `each round of MPO goes as far as it may and no further`() throws {
        let program = try SoftDynamicProgramming(PolicyFixtures.three())
        let rounds = try program.maximumAPosterioriPolicyOptimization(
            30, horizon: 3, maximumDivergence: 0.05)
        #expect(rounds.count == 31)
        for (count, (last, next)) in zip(rounds, rounds.dropFirst()).prefix(8).enumerated() {
            // Under the law of states before the round, mean over steps.
            let marginals = try program.stateMarginals(last.policy)
            var divergence = 0.0
            for step in 0..<3 {
                for pair in 0..<6 {
                    divergence +=
                        marginals[step][pair / 2] * next.policy[step][pair]
                        * (next.logPolicy[step][pair] - last.logPolicy[step][pair]) / 3
                }
            }
            // From the fifth round on even the greedy policy is near enough.
            if count < 4 { #expect(abs(divergence - 0.05) < 1e-12) }
            #expect(divergence <= 0.05 + 1e-12)
        }
        for (last, next) in zip(rounds, rounds.dropFirst()) {
            #expect(next.expectedReward >= last.expectedReward - 1e-12)
        }
        #expect(abs(rounds[30].expectedReward - -2.76) < 1e-4)
    }
}
