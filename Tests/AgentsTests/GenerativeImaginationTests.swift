import OptimistAgents
import OptimistCore
import OptimistModels
import OptimistPlanning
import OptimistProbability
import OptimistTorch
import Testing

/// The generative agent's model rolled out by the kernels, against one step after another with the
/// same noise.
@Suite(.serialized) struct GenerativeImaginationTests {
    typealias Model = GenerativeImagination<ContinuousHabit>

    /// A small model whose parameters are all away from what they start as.
    static func model(
        endings: Bool, type: ElementType = .float32, _ generator: inout Generator
    ) throws -> Model {
        let settings = try GenerativeAgentSettings().setting([
            ("model.hidden", "24"), ("model.latent", "5"), ("model.units", "20,17"),
        ])
        let head = GaussianPolicyHead(
            sizes: [29, 20, 17, 2], deviations: 0.15...0.9, type: type, using: &generator)
        let networks = GenerativeNetworks(
            settings, observation: 3, endings: endings,
            habit: ContinuousHabit(head: head, width: 2, particles: 4), using: &generator)
        withoutGradient {
            for parameter in networks.parameters {
                let tensor = parameter.tensor
                tensor.accumulate(
                    Tensor.normal(
                        tensor.shape, standardDeviation: 0.2, type: tensor.elementType,
                        using: &generator))
            }
        }
        return GenerativeImagination(
            networks: networks,
            scales: ArrivalScales(observations: 3, rewardMiddle: -1.5, rewardUnit: 2.5),
            rewardScale: 3, informationSamples: 4)
    }

    /// The same model step by step, with the noise of z given beforehand, `[row, step, latent]`.
    final class Fed: ImaginationModel {
        let model: Model
        let noise: Tensor
        private var step = 0

        init(_ model: Model, _ noise: Tensor) {
            self.model = model
            self.noise = noise
        }

        func habit(at states: Tensor) -> Normal { model.habit(at: states) }
        func value(of states: Tensor) -> Tensor? { model.value(of: states) }

        func imagine(
            _ states: Tensor, doing actions: Tensor, measuringInformation information: Bool,
            using generator: inout Generator
        ) -> Imagined {
            defer { step += 1 }
            let (parts, dynamics) = (model.networks.model, model.networks.model.dynamics)
            let hidden = dynamics.advance(
                LatentState(features: states, hidden: dynamics.hiddenSize), doing: actions.tanh())
            let prior = dynamics.prior(hidden)
            let sample = prior.mean + prior.standardDeviation * noise.select(axis: 1, step)
            let features = Tensor.concatenated([hidden, sample], axis: -1)
            return Imagined(
                states: features,
                logOptimality: model.logOptimality(parts.expectedReward(features)),
                continuation: parts.continuation(features))
        }
    }

    /// The greatest distance, relative to numbers above 1.
    static func distance(_ found: Tensor, _ expected: Tensor) -> Float {
        if found.shape != expected.shape { return .infinity }
        return zip(found.floats(), expected.floats()).map { abs($0 - $1) / max(1, abs($1)) }
            .reduce(0) { $1 <= $0 ? $0 : $1.isNaN ? .infinity : $1 }
    }

    static func draws(
        _ states: Int, _ candidates: Int, _ horizon: Int, habit: Int?,
        _ generator: inout Generator
    ) -> SequenceDraws {
        let shape = [states, candidates, horizon, 2]
        return SequenceDraws(
            noise: .normal(shape, using: &generator),
            planned: habit.map { _ in Tensor.normal(shape, using: &generator) },
            habitCandidates: habit ?? 0)
    }

    @Test(arguments: [false, true])
    func `sequences are those of one step after another`(endings: Bool) throws {
        var generator = Generator(seed: 1)
        let model = try Self.model(endings: endings, &generator)
        let objective = PlanningObjective(horizon: 12, discount: 0.97)
        for (states, candidates) in [(1, 1), (1, 7), (1, 129), (3, 22)] {
            for habit in [nil, 0, candidates / 2, candidates] as [Int?] {
                try withoutGradient {
                    let starts = Tensor.normal([states, 29], using: &generator)
                    let draws = Self.draws(states, candidates, 12, habit: habit, &generator)
                    // What the model draws itself next: the noise of z.
                    var copy = generator
                    let noise = Tensor.normal([states * candidates, 12, 5], using: &copy)
                    let found = try #require(
                        try model.imagineSequences(
                            draws, from: starts, toward: objective, using: &generator))
                    let expected = try Fed(model, noise).sequencesStepByStep(
                        draws, from: starts, toward: objective, using: &copy)
                    let detail = Comment("\(states) x \(candidates), habit \(habit ?? -1)")
                    #expect(Self.distance(found.actions, expected.actions) < 1e-4, detail)
                    #expect(Self.distance(found.scores, expected.scores) < 1e-4, detail)
                    #expect(Self.distance(found.logHabit, expected.logHabit) < 1e-4, detail)
                    #expect(
                        Self.distance(found.stepLogHabit, expected.stepLogHabit) < 1e-4, detail)
                    #expect(
                        Self.distance(found.stepLogHabit.sum(axis: 2), found.logHabit) < 1e-4,
                        detail)
                    #expect((found.survival == nil) == !endings)
                    if let survival = found.survival {
                        #expect(Self.distance(survival, expected.survival!) < 1e-4, detail)
                        #expect(survival.select(axis: 2, 0).min().item() == 1)
                    }
                }
            }
        }
    }

    @Test(arguments: [false, true])
    func `the habit's way is that of one step after another`(endings: Bool) throws {
        var generator = Generator(seed: 2)
        let model = try Self.model(endings: endings, &generator)
        for rows in [1, 7, 129] {
            try withoutGradient {
                let starts = Tensor.normal([rows, 29], using: &generator)
                var copy = generator
                let noise = Tensor.normal([rows, 1, 9, 2], using: &copy).squeezed(axis: 1)
                let fed = Fed(
                    model, Tensor.normal([rows, 1, 9, 5], using: &copy).squeezed(axis: 1))
                let found = model.way(from: starts, steps: 9, using: &generator)
                var (states, path, gains, goesOn) = (starts, [starts], [Tensor](), [Tensor]())
                for step in 0..<9 {
                    let law = fed.habit(at: states)
                    let next = fed.imagine(
                        states,
                        doing: law.mean + law.standardDeviation * noise.select(axis: 1, step),
                        measuringInformation: false, using: &copy)
                    states = next.states
                    path.append(states)
                    gains.append(next.logOptimality)
                    next.continuation.map { goesOn.append($0) }
                }
                #expect(Self.distance(found.features, .stacked(path)) < 1e-4)
                #expect(Self.distance(found.logOptimality, .stacked(gains)) < 1e-4)
                #expect((found.continuation == nil) == !endings)
                if endings {
                    let continuation = try #require(found.continuation)
                    #expect(Self.distance(continuation, .stacked(goesOn)) < 1e-4)
                }
            }
        }
    }

    @Test func `the number of threads changes no bit`() throws {
        let before = Engine.threads
        defer { Engine.threads = before }
        var generator = Generator(seed: 3)
        let model = try Self.model(endings: true, &generator)
        let starts = Tensor.normal([3, 29], using: &generator)
        let draws = Self.draws(3, 43, 12, habit: 20, &generator)
        let objective = PlanningObjective(horizon: 12, discount: 0.9)
        var results: [[[Float]]] = []
        for threads in [1, 2, 3] {
            Engine.threads = threads
            var copy = generator
            let found = try #require(
                try model.imagineSequences(draws, from: starts, toward: objective, using: &copy))
            let way = model.way(from: starts, steps: 30, using: &copy)
            results.append(
                [found.actions, found.scores, found.logHabit, way.features].map { $0.floats() })
        }
        #expect(results[0].allSatisfy { $0.allSatisfy(\.isFinite) })
        #expect(results[1] == results[0])
        #expect(results[2] == results[0])
    }

    @Test func `a state that is no number never counts and leaves the others alone`() throws {
        var generator = Generator(seed: 4)
        let model = try Self.model(endings: false, &generator)
        let draws = Self.draws(2, 5, 3, habit: 2, &generator)
        let objective = PlanningObjective(horizon: 3)
        let healthy = Tensor.normal([2, 29], using: &generator)
        var broken = healthy.floats()
        broken[29] = .nan
        var (one, other) = (generator, generator)
        let found = try #require(
            try model.imagineSequences(
                draws, from: Tensor(broken, shape: [2, 29]), toward: objective, using: &one))
        let expected = try #require(
            try model.imagineSequences(draws, from: healthy, toward: objective, using: &other))
        #expect(found.scores[1].floats() == [Float](repeating: -.infinity, count: 5))
        #expect(found.scores[0].floats() == expected.scores[0].floats())
    }

    @Test func `the kernels follow their rule and everything else is composed`() throws {
        var generator = Generator(seed: 5)
        let model = try Self.model(endings: false, &generator)
        let exact = try Self.model(endings: false, type: .float64, &generator)
        let starts = Tensor.normal([2, 29], using: &generator)
        var draws = Self.draws(2, 6, 3, habit: 2, &generator)
        let objective = PlanningObjective(horizon: 3)
        let measuring = PlanningObjective(horizon: 3, measuresInformation: true)
        let before = generator
        #expect(exact.fused == nil)
        #expect(
            try model.imagineSequences(draws, from: starts, toward: measuring, using: &generator)
                == nil)
        draws.rollouts = 2
        #expect(
            try model.imagineSequences(draws, from: starts, toward: objective, using: &generator)
                == nil)
        #expect(generator == before)
        let composed = try withoutGradient {
            try model.sequences(draws, from: starts, toward: objective, using: &generator)
        }
        #expect(composed.scores.shape == [2, 6])
        #expect(composed.scores.floats().allSatisfy { $0.isFinite })
    }
}
