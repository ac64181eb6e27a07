import OptimistCore
import OptimistPlanning
import OptimistProbability
import OptimistTorch
import Testing

/// A small network of dynamics, reward, value and habit.
struct NeuralImagination: ImaginationModel, Module {
    let dynamics: MultilayerPerceptron
    let heads: MultilayerPerceptron
    let policy: MultilayerPerceptron
    let actions: Int

    init(width: Int, actions: Int, hidden: Int, using generator: inout Generator) {
        func network(_ inputs: Int, _ outputs: Int) -> MultilayerPerceptron {
            MultilayerPerceptron(
                sizes: [inputs, hidden, hidden, outputs], activation: .elu, using: &generator)
        }
        self.actions = actions
        dynamics = network(width + actions, width)
        heads = network(width, 3)
        policy = network(width, 2 * actions)
    }

    var parameters: [NamedTensor] {
        dynamics.parameters.named("dynamics") + heads.parameters.named("heads")
            + policy.parameters.named("policy")
    }

    func habit(at states: Tensor) -> Normal {
        let parts = policy(states).split(sizes: [actions, actions])
        return Normal(
            mean: parts[0], standardDeviation: parts[1].softplus() + 0.1, eventRank: 1)
    }

    func imagine(
        _ states: Tensor, doing actions: Tensor, measuringInformation information: Bool,
        using generator: inout Generator
    ) throws -> Imagined {
        let noise = Tensor.normal(states.shape, using: &generator)
        let next =
            states + dynamics(.concatenated([states, actions.tanh()], axis: 1)) + noise * 0.1
        let outputs = heads(next)
        return Imagined(
            states: next, logOptimality: outputs.select(axis: 1, 0),
            continuation: outputs.select(axis: 1, 1).sigmoid())
    }

    func value(of states: Tensor) -> Tensor? { heads(states).select(axis: 1, 2) }
}

@Suite struct NeuralImaginationTests {
    @Test(arguments: PosteriorPlannerSettings.Kind.allCases.filter { $0 != .enumeration })
    func `planning leaves no gradients and no trace on the model`(
        kind: PosteriorPlannerSettings.Kind
    ) throws {
        var generator = Generator(seed: 1)
        let model = NeuralImagination(width: 6, actions: 2, hidden: 16, using: &generator)
        #expect(model.parameters.allSatisfy { $0.tensor.requiresGradient })
        let before = model.parameters.map { $0.tensor.floats() }
        var settings = PosteriorPlannerSettings()
        (settings.kind, settings.horizon, settings.candidates) = (kind, 4, 32)
        let states = Tensor.normal([3, 6], using: &generator)
        let planner = try settings.make(actionWidth: 2, using: &generator)
        let found = try planner.infer(
            in: model, from: states, toward: settings.objective(discount: 0.98),
            using: &generator)
        let results = [
            found.first.mean, found.first.standardDeviation, found.habit.mean, found.divergence,
            found.sequence?.mean, found.sequence?.standardDeviation, found.particles?.actions,
            found.particles?.logWeights, found.effectiveSampleSize, found.logEvidence?.mean,
            found.objective?.mean,
        ].compactMap { $0 }
        #expect(results.allSatisfy { !$0.requiresGradient })
        #expect(results.allSatisfy { $0.isFinite().all().item() == 1 })
        #expect(results.allSatisfy { $0.elementType == .float32 })
        #expect(model.parameters.map { $0.tensor.floats() } == before)
        #expect(found.first.mean.shape == [3, 2])
        // The same seed gives the same plan.
        var again = Generator(seed: 1)
        _ = NeuralImagination(width: 6, actions: 2, hidden: 16, using: &again)
        let same = Tensor.normal([3, 6], using: &again)
        let repeated = try settings.make(actionWidth: 2, using: &again).infer(
            in: model, from: same, toward: settings.objective(discount: 0.98), using: &again)
        #expect(repeated.first.mean.floats() == found.first.mean.floats())
    }
}
