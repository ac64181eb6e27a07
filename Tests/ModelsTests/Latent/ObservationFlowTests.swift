import Foundation
import OptimistCore
import OptimistModels
import OptimistProbability
import OptimistTorch
import Testing

/// Models whose observations are predicted by those before them, so that the state explains what is
/// left.
@Suite struct ObservationFlowTests {
    private static func model(
        flow: SequentialAffineFlow?, iterations: Int? = nil
    ) -> GenerativeModel {
        var generator = Generator(seed: 3)
        return GenerativeModel(
            dynamics: RecurrentStateSpaceModel(
                evidence: 5, action: 1, hidden: 6, latent: 2, units: [8], using: &generator),
            observation: GaussianHead(sizes: [8, 8, 2], learnsDeviation: true, using: &generator),
            reward: GaussianHead(sizes: [8, 8, 1], learnsDeviation: false, using: &generator),
            ending: nil,
            refinement: iterations.map {
                IterativeInference(
                    size: 2, units: [8], iterations: $0, update: .gated(kept: 0.8),
                    bounds: .hard(-3...2), headInitializer: .fanInUniform, using: &generator)
            }, flow: flow)
    }

    /// A flow over two observations before, away from the identity.
    private static func flow() -> SequentialAffineFlow {
        var generator = Generator(seed: 7)
        let flow = SequentialAffineFlow(size: 2, lags: 2, units: [9], using: &generator)
        for parameter in flow.parameters {
            parameter.tensor.detached().accumulate(
                .normal(parameter.tensor.shape, using: &generator), scale: 0.4)
        }
        return flow
    }

    /// Time 5, batch 9.
    private static func arrivals(_ flow: SequentialAffineFlow?) -> LatentArrivals {
        var generator = Generator(seed: 4)
        let observations = Tensor.normal([5, 9, 2], using: &generator)
        return LatentArrivals(
            observations: observations, rewards: .normal([5, 9], using: &generator),
            isFirst: Tensor.concatenated([.ones([1, 9]), .zeros([4, 9])]),
            ended: .zeros([5, 9]), actions: .normal([5, 9, 1], using: &generator),
            past: flow?.past(of: observations))
    }

    @Test func `the likelihood is that of what is left, less the log of its scale`() {
        let flow = Self.flow()
        let arrivals = Self.arrivals(flow)
        let residual = flow.residual(of: arrivals.observations, after: arrivals.past!)
        #expect(residual.logDeterminant.abs().min().item() > 0)
        var left = arrivals
        left.observations = residual.value
        // Samples of z come first: one map for all of them, so that it tells nothing of z.
        var generator = Generator(seed: 5)
        let features = Tensor.normal([3, 5, 9, 8], using: &generator)
        let found = Self.model(flow: flow).logLikelihood(features, of: arrivals)
        let plain = Self.model(flow: nil).logLikelihood(features, of: left)
        #expect((found - (plain - residual.logDeterminant)).abs().max().item() < 1e-5)
    }

    @Test func `at first a flow changes no likelihood`() {
        var generator = Generator(seed: 8)
        let flow = SequentialAffineFlow(size: 2, units: [8], using: &generator)
        let features = Tensor.normal([5, 9, 8], using: &generator)
        let found = Self.model(flow: flow).logLikelihood(features, of: Self.arrivals(flow))
        let plain = Self.model(flow: nil).logLikelihood(features, of: Self.arrivals(nil))
        #expect(found.floats() == plain.floats())
    }

    // The likelihood refines the posterior, so that online too it needs what was seen before.
    @Test func `online, with what came before carried along, is the sequence bit for bit`() {
        let flow = Self.flow()
        let model = Self.model(flow: flow, iterations: 2)
        let arrivals = Self.arrivals(flow)
        var generator = Generator(seed: 6)
        let noise = model.noise([5, 9], using: &generator)
        let whole = model.filter(
            from: model.dynamics.initialState(9), arrivals: arrivals, noise: noise)
        var state = model.dynamics.initialState(9)
        var past = Tensor.zeros([9, 4])
        for time in 0..<5 {
            var arrival = arrivals.at(time)
            #expect(arrival.past!.floats() == past.floats())
            arrival.past = past
            past = flow.past(past, followedBy: arrival.observations)
            state = withoutGradient {
                model.step(state, arrivals: arrival, noise: noise[time]).state
            }
            #expect(state.features.floats() == whole.states.features[time].floats())
        }
        // The flow took part.
        let plain = Self.model(flow: nil, iterations: 2)
        let other = plain.filter(
            from: plain.dynamics.initialState(9), arrivals: arrivals, noise: noise)
        #expect(!other.states.features.isClose(to: whole.states.features, relative: 1e-3))
    }

    // Four numbers that go on as they were, x_t = 0.95 x_t−1 + √(1 − 0.95²) ε, beside a state of one
    // number: a state that is drawn anew at each step cannot carry them, and what came before tells
    // 1.16 nats of each.
    @Test func `where noise goes on as it was, a flow brings nats`() {
        let (time, rows, keeps) = (12, 24, 0.95)
        var generator = Generator(seed: 9)
        func sequences() -> Tensor {
            var steps = [Tensor.normal([rows, 4], using: &generator)]
            for _ in 1..<time {
                let noise = Tensor.normal([rows, 4], using: &generator)
                steps.append(steps.last! * keeps + noise * (1 - keeps * keeps).squareRoot())
            }
            return .stacked(steps)
        }
        /// −F of a step after learning, a mean over later steps of new sequences.
        func evidence(_ lags: Int) -> Double {
            var weights = Generator(seed: 10)
            let model = GenerativeModel(
                dynamics: RecurrentStateSpaceModel(
                    evidence: 7, action: 1, hidden: 12, latent: 1, units: [16], using: &weights),
                observation: GaussianHead(
                    sizes: [13, 16, 4], learnsDeviation: true, using: &weights),
                reward: GaussianHead(sizes: [13, 4, 1], learnsDeviation: false, using: &weights),
                ending: nil,
                flow: lags == 0
                    ? nil
                    : SequentialAffineFlow(size: 4, lags: lags, units: [], using: &weights))
            let optimizer = Adam(model.parameters, learningRate: 0.01)
            func objective() -> Tensor {
                let observations = sequences()
                let arrivals = LatentArrivals(
                    observations: observations, rewards: .zeros([time, rows]),
                    isFirst: .ones([time, rows]), ended: .zeros([time, rows]),
                    actions: .zeros([time, rows, 1]), past: model.flow?.past(of: observations))
                let filtered = model.filter(
                    from: model.dynamics.initialState(rows), arrivals: arrivals,
                    noise: model.noise([time, rows], using: &generator))
                let terms =
                    model.logLikelihood(filtered.states.features, of: arrivals)
                    - filtered.divergence
                return terms.slice(axis: 0, 2..<time).mean()
            }
            for _ in 0..<250 { optimizer.minimize(-objective(), allowUnused: true) }
            return withoutGradient {
                (0..<8).reduce(0) { sum, _ in sum + objective().item() / 8 }
            }
        }
        let (plain, flow) = (evidence(0), evidence(1))
        // Four numbers with a deviation of 0.31; 7,680 of them are known to about 0.02 nats a step.
        let entropy = 2 * (log(2 * Double.pi * (1 - keeps * keeps)) + 1)
        #expect(flow < -entropy + 0.1 && flow > -entropy - 0.4, "\(flow) of \(-entropy)")
        #expect(flow - plain > 2, "\(plain) without, \(flow) with")
    }
}
