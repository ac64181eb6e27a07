import OptimistCore
import OptimistModels
import OptimistProbability
import OptimistTorch
import Testing

@Suite struct RecurrentStateSpaceModelTests {
    private static func model(remembers: Bool = true) -> RecurrentStateSpaceModel {
        var generator = Generator(seed: 1)
        return RecurrentStateSpaceModel(
            evidence: 4, action: 2, hidden: 6, latent: 3, units: [5], remembers: remembers,
            using: &generator)
    }

    /// Time 7, batch 9.
    private static func sequences() -> (actions: Tensor, evidence: Tensor, noise: Tensor) {
        var generator = Generator(seed: 2)
        return (
            .normal([7, 9, 2], using: &generator), .normal([7, 9, 4], using: &generator),
            .normal([7, 9, 3], using: &generator)
        )
    }

    // What an agent does online and what it learns from in replay are the same numbers.
    @Test(arguments: [true, false])
    func `filtering step by step is filtering the sequence, bit for bit`(remembers: Bool) {
        let model = Self.model(remembers: remembers)
        let (actions, evidence, noise) = Self.sequences()
        let whole = model.filter(
            from: model.initialState(9), doing: actions, evidence: evidence, noise: noise)
        var state = model.initialState(9)
        for time in 0..<7 {
            let step = withoutGradient {
                model.step(
                    state, doing: actions[time], evidence: evidence[time], noise: noise[time])
            }
            state = step.state
            #expect(state.sample.floats() == whole.states.sample[time].floats())
            #expect(state.hidden.floats() == whole.states.hidden[time].floats())
            #expect(step.posterior.mean.floats() == whole.posterior.mean[time].floats())
        }
    }

    @Test func `what has not arrived yet changes nothing`() {
        let model = Self.model()
        let (actions, evidence, noise) = Self.sequences()
        func sample(_ evidence: Tensor) -> Tensor {
            model.filter(
                from: model.initialState(9), doing: actions, evidence: evidence, noise: noise
            ).states.sample
        }
        let changed = Tensor.concatenated([
            evidence.slice(axis: 0, 0..<5), evidence.slice(axis: 0, 5..<7) + 1,
        ])
        let (before, after) = (sample(evidence), sample(changed))
        #expect(before.slice(axis: 0, 0..<5).floats() == after.slice(axis: 0, 0..<5).floats())
        #expect(before[6].floats() != after[6].floats())
    }

    @Test func `memory carries what arrived, and without it only the last arrival counts`() {
        let (actions, evidence, noise) = Self.sequences()
        let first = Tensor.concatenated([
            evidence.slice(axis: 0, 0..<1) + 1, evidence.slice(axis: 0, 1..<7),
        ])
        for remembers in [true, false] {
            let model = Self.model(remembers: remembers)
            func last(_ evidence: Tensor) -> [Float] {
                model.filter(
                    from: model.initialState(9), doing: actions, evidence: evidence, noise: noise
                ).states.sample[6].floats()
            }
            #expect((last(evidence) != last(first)) == remembers)
        }
    }

    @Test func `state consistency is the divergence of Gaussians, summed`() {
        let model = Self.model()
        let (actions, evidence, noise) = Self.sequences()
        let filtered = model.filter(
            from: model.initialState(9), doing: actions, evidence: evidence, noise: noise)
        let (q, p) = (filtered.posterior, filtered.prior)
        let terms =
            p.standardDeviation.log() - q.standardDeviation.log()
            + (q.variance + (q.mean - p.mean).square()) / (p.variance * 2) - 0.5
        let error = (terms.sum(axis: -1) - filtered.divergence).abs().max().item()
        #expect(error < 1e-4)
        #expect(filtered.divergence.min().item() >= 0)
        // The prior is that of what was predicted from the state before.
        let predicted = model.advance(
            LatentState(hidden: filtered.states.hidden[2], sample: filtered.states.sample[2]),
            doing: actions[3])
        let difference = (model.prior(predicted).mean - p.mean[3]).abs().max().item()
        #expect(difference < 1e-6)
    }

    @Test func `gradients reach every parameter through time`() {
        let model = Self.model()
        let (actions, evidence, noise) = Self.sequences()
        let filtered = model.filter(
            from: model.initialState(9), doing: actions, evidence: evidence, noise: noise)
        let loss = filtered.states.sample[6].square().sum() + filtered.divergence.sum()
        let slopes = gradients(of: loss, withRespectTo: model.parameters.map(\.tensor))
        for (parameter, slope) in zip(model.parameters, slopes) {
            #expect(slope.abs().max().item() > 0, "\(parameter.name)")
        }
    }

    @Test func `an episode's parts come in the order in which they are concatenated`() {
        let arrivals = LatentArrivals(
            observations: Tensor([1, 2, 3, 4] as [Float], shape: [2, 1, 2]),
            rewards: Tensor([9, 5] as [Float], shape: [2, 1]),
            isFirst: Tensor([1, 0] as [Float], shape: [2, 1]), ended: .zeros([2, 1]),
            actions: Tensor([0, 7] as [Float], shape: [2, 1, 1]))
        // The reward of a first arrival is none.
        #expect(arrivals.evidence().floats() == [1, 2, 0, 0, 1, 3, 4, 5, 7, 0])
        #expect(
            arrivals.evidence(observationOnly: true).floats() == [1, 2, 0, 0, 0, 3, 4, 0, 0, 0])
        #expect(LatentArrivals.evidenceWidth(observation: 2, action: 1) == 5)
    }
}
