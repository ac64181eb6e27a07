import Foundation
import OptimistAgents
import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistTorch
import Testing

@Suite struct SequenceTargetsTests {
    /// Two episodes of three and two steps, the second with a true end.
    private func batch() -> Batch {
        let space = Space.box(-1, 1, shape: [1])
        let layout = EpisodeLayout(observations: space, actions: space)
        let replay = Replay(layout: layout, generator: Generator(seed: 1))
        for (rewards, ending) in [([1.0, 0, -1], Ending.truncated), ([2, 3], .terminated)] {
            let episode = replay.begin(seed: 0, first: .floats([0]))
            for (index, reward) in rewards.enumerated() {
                replay.append(
                    to: episode, action: [0],
                    step: Step(
                        observation: .floats([0]), reward: reward,
                        ending: index == rewards.count - 1 ? ending : .none))
            }
        }
        return Batch(Array(replay.episodes))
    }

    private let values = Tensor(
        [0.5, 0.1, 0.4, 0.2, 0.3, 0.7, 0.2, 9] as [Float], shape: [4, 2])
    private let replayed = Tensor([5, 4, 0.6, 0.3, 0.25, 8] as [Float], shape: [3, 2])

    private func targets(_ logRatios: [Float]) -> [Float] {
        SequenceTargets.retrace(
            batch(), values: values, replayed: replayed,
            logRatios: Tensor(logRatios, shape: [3, 2]), discount: 0.9
        ).floats()
    }

    private func close(_ found: [Float], _ expected: [Double]) -> Bool {
        zip(found, expected).allSatisfy { abs(Double($0) - $1) < 1e-6 }
    }

    @Test func `steps that the policy would not have taken cut what follows`() {
        let never = -Float.infinity
        // r + γ V(s′): the end of the second column is a true one, that of the first is not.
        let expected: [Double] = [1.36, 2.18, 0.27, 3, -0.82, 0]
        #expect(close(targets(.init(repeating: never, count: 6)), expected))
    }

    @Test func `steps that it would have taken count in full, and never more`() {
        let last: Double = -1 + 0.9 * 0.2
        let middle: Double = 0.9 * (0.3 + last - 0.25)
        let first: Double = 1 + 0.9 * (0.4 + middle - 0.6)
        let second: Double = 2 + 0.9 * (0.2 + 3 - 0.3)
        let expected: [Double] = [first, second, middle, 3, last, 0]
        #expect(close(targets(.init(repeating: 0, count: 6)), expected))
        #expect(close(targets(.init(repeating: 2, count: 6)), expected))
    }

    @Test func `where values are those of the actions taken it is the whole return`() {
        let returns = Returns.lambda(batch(), values: values, discount: 0.9, lambda: 1)
        let found = SequenceTargets.retrace(
            batch(), values: values, replayed: values.slice(axis: 0, 0..<3),
            logRatios: .zeros([3, 2]), discount: 0.9)
        #expect(found.isClose(to: returns, relative: 1e-5, absolute: 1e-6))
    }
}
