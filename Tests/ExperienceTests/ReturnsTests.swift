import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistTorch
import Testing

@Suite struct ReturnsTests {
    private let rewards = [1.0, -2, 3, 0.5]
    private let values = [0.3, -0.1, 0.7, 0.2, 1.1]

    /// One episode with the given ending, observations numbered by step.
    private func episode(
        _ count: Int, _ ending: Ending, rewards given: [Double]? = nil
    ) -> Episode {
        let rewards = given ?? rewards
        let layout = EpisodeLayout(
            observations: .box(-1e3, 1e3, shape: [1]), actions: .box(-1, 1, shape: [1]))
        var episode = Episode(layout, identifier: 0, seed: 0, first: .floats([0]))
        for step in 0..<count {
            episode.append(
                action: [0],
                step: Step(
                    observation: .floats([Float(step + 1)]), reward: rewards[step],
                    ending: step == count - 1 ? ending : .none))
        }
        return episode
    }

    private func column(_ tensor: Tensor, _ index: Int) -> [Double] {
        tensor.select(axis: 1, index).doubles()
    }

    private func valueTensor(_ batch: Batch) -> Tensor {
        Tensor(
            values[...batch.time].flatMap { [Double](repeating: $0, count: batch.width) },
            shape: [batch.time + 1, batch.width]
        ).to(.float32)
    }

    @Test func `monte carlo returns by hand`() {
        let batch = Batch([episode(4, .terminated)])
        let returns = column(Returns.discounted(batch, discount: 0.5), 0)
        let expected: [Double] = [0.8125, -0.375, 3.25, 0.5]
        for (value, exact) in zip(returns, expected) {
            let gap: Double = abs(value - exact)
            #expect(gap < 1e-6)
        }
    }

    @Test func `after a termination nothing follows, after a truncation the last value does`() {
        let batch = Batch([episode(4, .terminated), episode(4, .truncated)])
        let returns = Returns.lambda(batch, values: valueTensor(batch), discount: 0.9, lambda: 1)
        #expect(abs(column(returns, 0)[3] - 0.5) < 1e-6)
        #expect(abs(column(returns, 1)[3] - (0.5 + 0.9 * 1.1)) < 1e-6)
    }

    @Test(arguments: [0.0, 0.5, 0.95, 1])
    func
        `an episode cut by a time limit has the returns of the uncut one with its tail bootstrapped`(
            lambda: Double
        )
    {
        // The tail's λ-return stands in as the value of the last observation of the cut episode.
        let whole = Batch([episode(4, .terminated)])
        let full = column(
            Returns.lambda(whole, values: valueTensor(whole), discount: 0.9, lambda: lambda), 0)
        let cut = Batch([episode(2, .truncated)])
        let tail = (1 - lambda) * values[2] + lambda * full[2]
        let substitute = Tensor([values[0], values[1], tail], shape: [3, 1]).to(.float32)
        let found = column(
            Returns.lambda(cut, values: substitute, discount: 0.9, lambda: lambda), 0)
        for step in 0..<2 { #expect(abs(found[step] - full[step]) < 1e-5) }
    }

    @Test func `advantages are sums of temporal differences`() {
        let batch = Batch([episode(4, .truncated)])
        let found = column(
            Returns.advantages(batch, values: valueTensor(batch), discount: 0.9, lambda: 0.8), 0)
        let deltas = (0..<4).map { rewards[$0] + 0.9 * values[$0 + 1] - values[$0] }
        for step in 0..<4 {
            var sum = 0.0
            var weight = 1.0
            for later in step..<4 {
                sum += weight * deltas[later]
                weight *= 0.72
            }
            #expect(abs(found[step] - sum) < 1e-5)
        }
    }

    // Worked out by hand: differences 0.86, −0.13, −1.12, 1.89.
    @Test func `advantages, value targets and n-step returns of four steps`() {
        let batch = Batch([episode(4, .none, rewards: [1, 0, -1, 2])])
        let values = Tensor([0.5, 0.4, 0.3, 0.2, 0.1], shape: [5, 1]).to(.float32)
        func expect(_ found: Tensor, _ exact: [Double]) {
            for (value, exact) in zip(column(found, 0), exact) {
                #expect(abs(value - exact) < 5e-7)
            }
        }
        let advantages = Returns.advantages(batch, values: values, discount: 0.9, lambda: 0.8)
        expect(advantages, [0.891231, 0.043376, 0.2408, 1.89])
        expect(advantages + values.slice(axis: 0, 0..<4), [1.391231, 0.443376, 0.5408, 2.09])
        let long = Returns.lambda(batch, values: values, discount: 0.9, lambda: 1)
        expect(long, [1.71361, 0.7929, 0.881, 2.09])
        expect(
            Returns.advantages(batch, values: values, discount: 0.9, lambda: 0),
            [0.86, -0.13, -1.12, 1.89])
    }

    @Test func `padding takes no part`() {
        let batch = Batch([episode(4, .terminated), episode(2, .truncated)])
        let alone = Batch([episode(2, .truncated)])
        let together = column(
            Returns.lambda(batch, values: valueTensor(batch), discount: 0.9, lambda: 0.7), 1)
        let single = column(
            Returns.lambda(alone, values: valueTensor(alone), discount: 0.9, lambda: 0.7), 0)
        #expect(Array(together[..<2]) == single)
        #expect(Array(together[2...]) == [0, 0])
    }
}
