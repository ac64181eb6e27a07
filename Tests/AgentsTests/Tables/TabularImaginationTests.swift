import OptimistAgents
import OptimistCore
import OptimistInference
import OptimistModels
import OptimistPlanning
import OptimistProbability
import OptimistTorch
import Testing

/// The generative agent's imagination on networks that are tables, against sums over the tables.
@Suite struct TabularImaginationTests {
    private let golden = GenerativeProblem.example()
    /// I(z′; x, r | z, a) by z and a.
    private static let information = [[0.132219, 0.166956], [0.129934, 0.168634]]

    private func networks(_ settings: GenerativeAgentSettings) throws -> TabularNetworks.Networks {
        try TabularNetworks.make(golden, settings: settings)
    }

    /// (h, z) after the first arrival that counts, in a state of the tables, `[rows, features]`.
    private func starts(
        _ networks: TabularNetworks.Networks, state: Int, rows: Int
    ) -> Tensor {
        let dynamics = networks.model.dynamics
        var hidden = Tensor.zeros([1, TabularNetworks.hidden])
        let (none, before) = (
            Tensor.zeros([1, 5]), Tensor([0, 0, 1, 1, 0] as [Float], shape: [1, 5])
        )
        for input in [none, before] { hidden = dynamics.cell(input, hidden: hidden) }
        let sample = Tensor([state]).oneHot(classes: TabularNetworks.classes)
        return Tensor.concatenated([hidden, sample], axis: -1).detached()
            .expanded([rows, TabularNetworks.hidden + TabularNetworks.classes])
    }

    private func move(_ z: Int, _ a: Int, _ next: Int) -> Double {
        golden.agent.model.transition(z, a, to: next)
    }

    /// Sums over the tables: two steps from a state by habit, with a value at the end of each.
    private struct Expectation {
        let golden: GenerativeProblem
        var informationWeight = 0.0
        var discount = 1.0
        var lambda = 1.0
        var values = [0.0, 0.0]
        let reward = [0.2, 0.6]

        func value(_ z: Int, steps: Int) -> Double {
            if steps == 0 { return values[z] }
            return (0..<2).reduce(0) {
                $0 + golden.agent.habit(z, $1) * value(z, doing: $1, steps: steps)
            }
        }

        func value(_ z: Int, doing a: Int, steps: Int) -> Double {
            let told = informationWeight * TabularImaginationTests.information[z][a]
            return (0..<2).reduce(told) { sum, next in
                let rest = (1 - lambda) * values[next] + lambda * value(next, steps: steps - 1)
                return sum
                    + golden.agent.model.transition(z, a, to: next)
                    * (reward[next] + discount * rest)
            }
        }
    }

    /// λ-returns from a state, as an estimate.
    private func returns(
        _ expectation: Expectation, from state: Int, samples: Int = 2,
        _ estimator: MutualInformation = .contrastive, rows: Int = 40_000
    ) throws -> Estimate {
        let settings = try TabularNetworks.settings()
        let networks = try networks(settings)
        var generator = Generator(seed: 8)
        let values = Tensor(
            [Float](repeating: 0, count: TabularNetworks.hidden)
                + expectation.values.map { Float($0) } + [0])
        let path = TabularNetworks.imagination(networks, samples: samples, estimator).followHabit(
            from: starts(networks, state: state, rows: rows), steps: 2,
            discount: expectation.discount, lambda: expectation.lambda,
            informationWeight: expectation.informationWeight,
            target: { ($0 * values).sum(axis: -1) }, using: &generator)
        #expect(path.returns.shape == [2, rows] && path.weights.shape == [2, rows])
        #expect(abs(path.weights[1].mean().item() - expectation.discount) < 1e-6)
        return Estimate(of: path.returns[0].doubles())
    }

    @Test(arguments: [0, 1])
    func `returns of the habit are the tables' expectation`(state: Int) throws {
        let plain = Expectation(golden: golden)
        let found = try returns(plain, from: state)
        #expect(abs(found.mean - plain.value(state, steps: 2)) < 4 * found.standardError!)
        if state == 0 {
            // The exact agent's worth of both actions, less the constant of two rewards.
            let known = 0.4 * -1.308 + 0.6 * -1.078 + 2
            #expect(abs(plain.value(0, steps: 2) - known) < 5e-4)
        }
        let mixed = Expectation(
            golden: golden, discount: 0.9, lambda: 0.7, values: [0.5, -1])
        let other = try returns(mixed, from: state)
        #expect(abs(other.mean - mixed.value(state, steps: 2)) < 4 * other.standardError!)
    }

    // What a plan counts at its end must be what it counts on its way.
    @Test func `the value counts information where plans do`() throws {
        let seeking = Expectation(golden: golden, informationWeight: 1, discount: 0.9)
        let found = try returns(seeking, from: 0, samples: 128, .midpoint, rows: 5_000)
        // The mean of both estimators is off by less than a thousandth of a nat a step here.
        #expect(abs(found.mean - seeking.value(0, steps: 2)) < 4 * found.standardError! + 0.002)
        var blind = seeking
        blind.informationWeight = 0
        #expect(seeking.value(0, steps: 2) - blind.value(0, steps: 2) > 0.2)
    }

    @Test func `information is joint, and the estimators bracket it`() throws {
        let networks = try networks(TabularNetworks.settings())
        var generator = Generator(seed: 9)
        let ahead = TabularNetworks.imagination(networks, samples: 8).informationAhead(
            of: starts(networks, state: 0, rows: 20_000), using: &generator)
        let known = 0.4 * Self.information[0][0] + 0.6 * Self.information[0][1]
        let (low, high) = (
            Estimate(of: ahead.contrastive.doubles()), Estimate(of: ahead.nested.doubles())
        )
        #expect(low.mean < known - 2 * low.standardError!)
        #expect(high.mean > known + 2 * high.standardError!)
        #expect(high.mean - low.mean < 0.1)
    }

    @Test func `an ending tells of the state too`() throws {
        let settings = try TabularNetworks.settings()
        var generator = Generator(seed: 1)
        func networks(endings: Bool) -> TabularNetworks.Networks {
            TabularNetworks.Networks(
                settings, seeing: .bits(1), endings: endings,
                habit: DiscreteHabit(
                    network: MultilayerPerceptron(
                        sizes: [TabularNetworks.hidden + 3, 2], activation: .elu,
                        using: &generator), count: 2, uniformShare: 0), using: &generator)
        }
        let ends = networks(endings: true)
        withoutGradient {
            for parameter in ends.parameters { parameter.tensor.fill(0) }
            // Only the ending knows which of the classes it is.
            var weights = [Float](repeating: 0, count: TabularNetworks.hidden + 3)
            weights[TabularNetworks.hidden] = 40
            weights[TabularNetworks.hidden + 1] = -40
            ends.model.ending!.layers[0].weight.assign(weights)
        }
        let rows = Tensor.zeros([4000, TabularNetworks.hidden + 3])
        let told = TabularNetworks.imagination(ends, samples: 256).informationAhead(
            of: rows, using: &generator)
        // One class ends, one goes on, one does either: log 2 less a third of it.
        #expect(abs(told.nested.mean().item() - 2.0 / 3 * 0.693147) < 0.03)
        withoutGradient { ends.model.ending!.layers[0].weight.fill(0) }
        let nothing = TabularNetworks.imagination(ends, samples: 16).informationAhead(
            of: rows, using: &generator)
        #expect(nothing.nested.abs().max().item() < 1e-5)
    }

    @Test func `every action's worth is the exact agent's`() throws {
        let settings = try TabularNetworks.settings()
        let networks = try networks(settings)
        var generator = Generator(seed: 10)
        var planner = ActionEnumeration()
        planner.rollouts = 40_000
        planner.maximumRollouts = 40_000
        let plan = try planner.infer(
            in: TabularNetworks.imagination(networks),
            from: starts(networks, state: 0, rows: 1), toward: PlanningObjective(horizon: 2),
            using: &generator)
        let values = try #require(plan.values)
        let errors = values.standardError!.doubles()
        for (action, known) in [-1.308 + 2, -1.078 + 2].enumerated() {
            let found = values.mean[0, action].item()
            #expect(abs(found - known) < 4 * errors[action] + 5e-4)
        }
        #expect(abs(plan.first.probabilities[0, 1].item() - 0.653728) < 0.01)
    }
}
