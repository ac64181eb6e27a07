import OptimistCore
import OptimistModels
import OptimistProbability
import OptimistTorch
import Testing

/// Filters whose encoder is refined by what the heads say of each arrival.
@Suite struct RefinedFilterTests {
    private static func model(
        iterations: Int?, update: IterativeInference.Update = .gated(kept: 0.8),
        initializer: Initializer = .fanInUniform
    ) -> GenerativeModel {
        var generator = Generator(seed: 3)
        let dynamics = RecurrentStateSpaceModel(
            evidence: 5, action: 1, hidden: 6, latent: 2, units: [8], using: &generator)
        let observation = GaussianHead(
            sizes: [8, 8, 2], learnsDeviation: true, using: &generator)
        let reward = GaussianHead(sizes: [8, 8, 1], learnsDeviation: false, using: &generator)
        let ending = MultilayerPerceptron(sizes: [8, 8, 1], activation: .elu, using: &generator)
        return GenerativeModel(
            dynamics: dynamics, observation: observation, reward: reward, ending: ending,
            refinement: iterations.map {
                IterativeInference(
                    size: 2, units: [8], iterations: $0, update: update,
                    bounds: .hard(-3...2), headInitializer: initializer, using: &generator)
            })
    }

    /// Time 5, batch 9.
    private static func arrivals() -> LatentArrivals {
        var generator = Generator(seed: 4)
        return LatentArrivals(
            observations: .normal([5, 9, 2], using: &generator),
            rewards: .normal([5, 9], using: &generator),
            isFirst: Tensor.concatenated([.ones([1, 9]), .zeros([4, 9])]),
            ended: Tensor.concatenated([.zeros([4, 9]), .ones([1, 9])]),
            actions: .normal([5, 9, 1], using: &generator))
    }

    private static func noise(_ model: GenerativeModel, seed: UInt64 = 5) -> Tensor {
        var generator = Generator(seed: seed)
        return .normal([5, 9, model.noiseWidth], using: &generator)
    }

    private static func filter(_ model: GenerativeModel, _ noise: Tensor) -> FilteredStates {
        model.filter(
            from: model.dynamics.initialState(9), arrivals: arrivals(), noise: noise)
    }

    // Online nothing is recorded for gradients, in replay everything.
    @Test(arguments: [1, 3])
    func `refining step by step is refining the sequence, bit for bit`(iterations: Int) {
        let model = Self.model(iterations: iterations)
        #expect(model.noiseWidth == 2 * (1 + iterations))
        let (arrivals, noise) = (Self.arrivals(), Self.noise(model))
        let whole = Self.filter(model, noise)
        var state = model.dynamics.initialState(9)
        for time in 0..<5 {
            let step = withoutGradient {
                model.step(state, arrivals: arrivals.at(time), noise: noise[time])
            }
            state = step.state
            #expect(!state.sample.requiresGradient)
            #expect(state.sample.floats() == whole.states.sample[time].floats())
            #expect(state.hidden.floats() == whole.states.hidden[time].floats())
            #expect(step.posterior.mean.floats() == whole.posterior.mean[time].floats())
            #expect(
                step.encoderObjective!.floats() == whole.encoderObjective![time].floats())
        }
    }

    @Test func `without refinement the filter is the encoder's`() {
        let model = Self.model(iterations: nil)
        let (arrivals, noise) = (Self.arrivals(), Self.noise(model))
        let found = Self.filter(model, noise)
        let encoder = model.dynamics.filter(
            from: model.dynamics.initialState(9), doing: arrivals.actions,
            evidence: arrivals.evidence(), noise: noise)
        #expect(found.states.features.floats() == encoder.states.features.floats())
        #expect(found.encoderObjective == nil && encoder.encoderObjective == nil)
        // An update that keeps all of the parameters and adds nothing leaves the encoder alone too.
        let still = Self.model(
            iterations: 1, update: .natural(rate: 0), initializer: .zeros)
        let wide = Tensor.concatenated([noise, noise], axis: -1)
        let refined = Self.filter(still, wide)
        let difference = (refined.states.features - found.states.features).abs().max().item()
        #expect(difference < 1e-5)
    }

    @Test func `a step up the gradient explains the arrival better than the encoder`() {
        let model = Self.model(
            iterations: 4, update: .learnedSGD(rate: 0.05), initializer: .zeros)
        let arrivals = Self.arrivals()
        var (gain, sum) = ([Float](), 0.0)
        for seed in 0..<20 as Range<UInt64> {
            let found = withoutGradient { Self.filter(model, Self.noise(model, seed: seed)) }
            let after =
                model.logLikelihood(found.states.features, of: arrivals) - found.divergence
            gain += (after - found.encoderObjective!).mean(axes: [0, 1]).floats()
            sum += Double(gain.last!)
        }
        let mean = sum / 20
        let variance = gain.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / 19
        // Twenty draws of noise: the mean gain is several standard errors above 0.
        #expect(mean > 3 * (variance / 20).squareRoot())
    }

    @Test(arguments: [1, 2])
    func `the model learns from what was refined, the inference from every iterate`(
        iterations: Int
    ) throws {
        let model = Self.model(iterations: iterations)
        let found = Self.filter(model, Self.noise(model))
        let loss = try #require(found.inferenceLoss).sum()
        let energy =
            (found.divergence
            - model.logLikelihood(
                found.states.features, of: Self.arrivals())).sum()
        let parameters = model.parameters
        func learning(_ loss: Tensor) -> Set<String> {
            let slopes = gradients(
                of: loss, withRespectTo: parameters.map(\.tensor), keepingGraph: true,
                allowUnused: true)
            return Set(
                zip(parameters, slopes).filter { $1.abs().max().item() > 0 }.map { $0.0.name })
        }
        func named(_ prefix: String) -> Set<String> {
            Set(parameters.map(\.name).filter { $0.hasPrefix(prefix) })
        }
        let all = Set(parameters.map(\.name))
        let (encoder, refinement) = (named("dynamics.encoder"), named("refinement"))
        #expect(encoder.count > 0 && refinement.count > 0)
        #expect(learning(loss) == (iterations > 1 ? encoder.union(refinement) : encoder))
        // The encoder and what came before learn from the result as if it were only moved.
        #expect(learning(energy) == all)
        #expect(learning(loss + energy) == all)
        // What inference reports is a constant.
        #expect(!found.encoderObjective!.requiresGradient)
        #expect(withoutGradient { Self.filter(model, Self.noise(model)) }.inferenceLoss == nil)
    }

    @Test func `a refinement without iterations leaves the encoder's filter`() {
        let (model, plain) = (Self.model(iterations: 0), Self.model(iterations: nil))
        let noise = Self.noise(model)
        #expect(model.noiseWidth == plain.noiseWidth)
        let (found, expected) = (Self.filter(model, noise), Self.filter(plain, noise))
        #expect(found.states.features.floats() == expected.states.features.floats())
        #expect(found.encoderObjective == nil && found.inferenceLoss == nil)
        let step = model.step(
            model.dynamics.initialState(9), arrivals: Self.arrivals().at(0), noise: noise[0])
        #expect(step.state.sample.floats() == found.states.sample[0].floats())
        func slopes(_ states: FilteredStates, _ model: GenerativeModel) -> [[Float]] {
            gradients(
                of: states.states.sample.sum(),
                withRespectTo: model.dynamics.parameters.map(\.tensor), allowUnused: true
            ).map { $0.floats() }
        }
        #expect(slopes(found, model) == slopes(expected, plain))
    }
}
