import Foundation
import OptimistCore
import OptimistProbability
import OptimistTorch
import Testing

/// The terms of a batch of sequences, counted by hand.
@Suite struct SequenceBoundTests {
    private func grid(_ rows: [[Double]]) -> Tensor {
        Tensor(rows.flatMap { $0 }, shape: [rows.count, rows[0].count])
    }

    /// Two sequences: one of three arrivals that goes on, one that ends at its second.
    private func example(discount: Double = 1, weight: Double = 1) -> SequenceBound {
        let valid = grid([[1, 1], [1, 1], [1, 0]])
        let continuation = grid([[1, 1], [1, 0], [1, 0]])
        // Padding holds what must not be seen.
        return SequenceBound(
            logOptimality: grid([[1, 2], [3, 4], [5, .nan]]),
            logLikelihood: grid([[-1, -2], [-3, -4], [-5, .infinity]]),
            logMarginal: grid([[-1.5, -2.5], [-3.5, -4.5], [-5.5, .nan]]),
            stateConsistency: grid([[0.1, 0.2], [0.3, 0.4], [0.5, 9]]),
            actionConsistency: grid([[0.01, 0.02], [0.03, 8], [0.05, .nan]]),
            mask: SequenceMask(valid: valid, continuation: continuation), marginalWeight: weight,
            source: .rollout, discount: discount, rewardScale: 2, rewardOffset: 1)
    }

    private func expect(
        _ value: Double?, _ expected: Double, _ location: SourceLocation = #_sourceLocation
    ) throws {
        let value = try #require(value, sourceLocation: location)
        #expect(abs(value - expected) < 1e-12, sourceLocation: location)
    }

    @Test func `an end keeps what arrived and has no action`() throws {
        let bound = example().perTrajectory().bound
        try expect(bound.reward, (9 + 6) / 2)
        try expect(bound.informationGain, (1.5 + 1) / 2)
        try expect(bound.stateConsistency, (0.9 + 0.6) / 2)
        try expect(bound.actionConsistency, (0.09 + 0.02) / 2)
        #expect(bound.context.scope == .trajectory(steps: 3))
        #expect(bound.context.source == .rollout && bound.context.rewardScale == 2)
        #expect(bound.context.rewardOffset == 1)
        let terms = example().terms
        #expect(terms.total!.shape == [3, 2] && terms.total!.isFinite().all().item() == 1)
    }

    @Test func `steps are counted by actions, and errors are those of a ratio`() throws {
        let evaluation = example().perStep()
        #expect(evaluation.bound.context.scope == .perStep(validSteps: 4))
        try expect(evaluation.bound.reward, 15.0 / 4)
        try expect(evaluation.logLikelihood?.mean, -15.0 / 4)
        try expect(evaluation.logMarginal?.mean, -17.5 / 4)
        try expect(evaluation.filterSlack?.mean, (2.5 - 1.5) / 4)
        // Residuals of the rewards: 9 − 3 · 3.75 and 6 − 3.75, each other's negative.
        let error = evaluation.bound.context.standardErrors["reward"]
        try expect(error, (2 * 2.25 * 2.25 * 2).squareRoot() / 4)
        let total = try #require(evaluation.bound.total)
        try expect(total, (15 + 2.5 - 1.5 - 0.11) / 4)
        try expect(example().objective.item(), total)
        let names = ["reward", "informationGain", "stateConsistency", "actionConsistency", "total"]
        #expect(Set(evaluation.bound.context.standardErrors.keys) == Set(names))
    }

    @Test func `standard errors cover, for sequences of unequal length`() {
        var generator = Generator(seed: 61)
        let (time, width, runs) = (4, 30, 400)
        let lengths = Tensor.randomIntegers([width * runs], in: 1..<5, using: &generator)
        let steps = Tensor.arange(time).unsqueezed(axis: 1)
        let valid = (steps .< lengths).to(.float64)
        let noise = Tensor.normal([time, width * runs], type: .float64, using: &generator)
        let values = noise + lengths.to(.float64)
        // E Σ r / E n for n uniform on 1...4 with mean reward n: E n² / E n.
        let truth = 7.5 / 2.5
        var scores: [Double] = []
        for run in 0..<runs {
            let columns = run * width..<(run + 1) * width
            let part = SequenceBound(
                logOptimality: values.slice(axis: 1, columns),
                mask: SequenceMask(
                    arrived: valid.slice(axis: 1, columns), acted: valid.slice(axis: 1, columns)),
                source: .replay
            ).perStep().bound
            scores.append((part.reward! - truth) / part.context.standardErrors["reward"]!)
        }
        let score = Estimate(of: scores)
        #expect(abs(score.mean) < 4.5 * score.standardError! + 0.1)
        // Standard normal scores up to the heavier tails of 30 sequences.
        let spread = score.standardError! * Double(runs).squareRoot()
        #expect(abs(spread - 1) < 0.2)
    }

    @Test func `what arrives next shares the weight of the action before it`() throws {
        let bound = example(discount: 0.5).perTrajectory().bound
        // Arrivals weigh 1, 1, ½; actions 1, ½, ¼.
        try expect(bound.reward, (1 + 3 + 2.5 + 6) / 2)
        try expect(bound.actionConsistency, (0.01 + 0.015 + 0.0125 + 0.02) / 2)
        #expect(bound.context.discount == 0.5)
    }

    @Test func `terms that are not there stay away`() {
        let one = Tensor.ones([2, 1], type: .float64)
        let mask = SequenceMask(arrived: one, acted: one)
        let evaluation = SequenceBound(
            logOptimality: one, actionConsistency: one * 0.5, mask: mask, source: .replay
        ).perStep()
        #expect(evaluation.bound.informationGain == nil && evaluation.logMarginal == nil)
        #expect(evaluation.bound.stateConsistency == nil && evaluation.filterSlack == nil)
        #expect(evaluation.bound.total == 0.5 && evaluation.bound.context.standardErrors.isEmpty)
        // Without a weight the marginal may be missing; with one it is only reported.
        let bare = SequenceBound(
            logOptimality: one, logLikelihood: -one, mask: mask, marginalWeight: 0,
            source: .replay)
        #expect(bare.perStep().bound.informationGain == -1)
        let reported = example(weight: 0).perTrajectory()
        #expect(abs(reported.logMarginal!.mean + 17.5 / 2) < 1e-12)
        #expect(abs(reported.bound.informationGain! + 15.0 / 2) < 1e-12)
        #expect(abs(reported.filterSlack!.mean - 1.0 / 2) < 1e-12)
    }

    @Test func `a replayed batch has one arrival more than steps`() {
        let mask = SequenceMask(
            steps: grid([[1, 1], [1, 0]]), isFirst: Tensor([1.0, 0]))
        #expect(mask.arrived.doubles() == [1, 0, 1, 1, 1, 0])
        #expect(mask.acted.doubles() == [1, 1, 1, 0, 0, 0])
    }
}
