import Foundation
import OptimistAgents
import OptimistCore
import OptimistInference
import OptimistModels
import OptimistProbability
import OptimistTorch
import Testing

/// The generative agent's own objective on networks that are tables, against the exact agent.
@Suite struct TabularObjectiveTests {
    /// A posterior of the worked example and its row: reward, gain, consistencies, total.
    struct Row: CustomTestStringConvertible, Sendable {
        let name: String
        let terms: [Double]
        let posterior: @Sendable (GenerativeProblem) throws -> GenerativePosterior
        /// How the networks' filter has to look at arrivals to be this posterior's; nil where no
        /// filter of theirs is.
        var power: Double?
        var testDescription: String { name }

        static let all = [
            Row(
                name: "optimal", terms: [-1.739222, 0.620984, 0.622512, 0.028379, -1.769129],
                posterior: { try $0.solve(.bound).posterior }),
            Row(
                name: "evidence", terms: [-1.736827, 0.622391, 0.624028, 0.030755, -1.769219],
                posterior: { try $0.solve(.evidence).posterior }),
            Row(
                name: "filter", terms: [-1.800491, 0.585262, 0.585262, 0, -1.800491],
                posterior: { $0.habitual }, power: 1),
            Row(
                name: "blind", terms: [-1.872388, -0.781198, 0, 0, -2.653586],
                posterior: { $0.blind }, power: 0),
            Row(
                name: "tempered", terms: [-1.866600, 0.037551, 0.193922, 0.159350, -2.182321],
                posterior: { $0.tempered }, power: 0.5),
        ]
    }

    typealias Objective = OptimistAgents.GenerativeObjective<DiscreteHabit>
    private let golden = GenerativeProblem.example()
    private let settings: GenerativeAgentSettings

    init() throws { settings = try TabularNetworks.settings() }

    private func objective(
        _ networks: TabularNetworks.Networks, marginalWeight: Double = 1
    ) -> Objective {
        Objective(
            networks: networks, imagination: TabularNetworks.imagination(networks),
            settings: settings,
            marginalWeight: marginalWeight)
    }

    /// What the agent's objective makes of the paths, and each term's expectation.
    private func terms(
        _ paths: TabularPaths, _ networks: TabularNetworks.Networks,
        _ filtered: OptimistModels.FilteredStates, marginalWeight: Double = 1
    ) -> (result: Objective.Result, terms: [Double]) {
        var generator = Generator(seed: 3)
        let result = objective(networks, marginalWeight: marginalWeight).evaluate(
            paths.arrivals(networks), along: filtered, distillingSince: 0,
            target: { $0.select(axis: -1, 0) * 0 },
            using: &generator)
        let found = result.bound.terms.map(paths.expected)
        // The agent leaves the constant out that makes optimality a probability: 3 rewards of 1.
        let all = found.terms.map(\.value) + [found.total!]
        return (result, [all[0] - 3] + all[1...3] + [all[4] - 3])
    }

    @Test(arguments: Row.all)
    func `the agent's objective has the exact terms`(row: Row) throws {
        let posterior = try row.posterior(golden)
        let paths = TabularPaths(of: posterior, in: golden)
        #expect(abs(paths.weights.reduce(0, +) - 1) < 1e-12)
        let networks = try TabularNetworks.make(golden, settings: settings)
        var filtered = paths.filtered(by: networks)
        filtered.posterior = .categorical(paths.posterior)
        let (result, found) = terms(paths, networks, filtered)
        for (value, decimals) in zip(found, row.terms) { #expect(abs(value - decimals) < 1e-5) }
        let exact = try golden.evaluate(posterior).total
        for (value, truth) in zip(found, exact.terms.map(\.value) + [exact.total!]) {
            #expect(abs(value - truth) < 1e-5)
        }
        // Five arrivals and four actions of each path count, and of the long one seven and six.
        #expect(result.bound.mask.arrived.sum().item() == 4096 * 5 + 7)
        #expect(result.bound.mask.acted.sum().item() == 4096 * 4 + 6)
        #expect(result.reported.acted.floats() == result.bound.mask.acted.floats())
    }

    @Test(arguments: Row.all.filter { $0.power != nil })
    func `the networks' own filter is the exact one`(row: Row) throws {
        let posterior = try row.posterior(golden)
        let paths = TabularPaths(of: posterior, in: golden)
        let networks = try TabularNetworks.make(
            golden, attention: .both(row.power!), settings: settings)
        let filtered = paths.filtered(by: networks)
        #expect(filtered.states.sample.isClose(to: paths.states, absolute: 1e-6))
        let (_, found) = terms(paths, networks, filtered)
        for (value, decimals) in zip(found, row.terms) { #expect(abs(value - decimals) < 1e-5) }
    }

    @Test func `drawn by its own noise the filter visits states as often as it says`() throws {
        let paths = TabularPaths(of: golden.habitual, in: golden)
        let networks = try TabularNetworks.make(golden, settings: settings)
        var generator = Generator(seed: 5)
        let arrivals = paths.arrivals(networks).arrivals
        let filtered = withoutGradient {
            networks.model.filter(
                from: networks.model.dynamics.initialState(TabularPaths.count),
                arrivals: arrivals,
                noise: networks.model.noise([7, TabularPaths.count], using: &generator))
        }
        // At the second arrival, which is the first that tells anything.
        let (mean, seen) = (filtered.posterior.mean[1], filtered.states.sample[1])
        for z in 0..<2 {
            let (expected, found) = (mean.select(axis: -1, z), seen.select(axis: -1, z))
            let error = (expected * (1 - expected)).sum().item().squareRoot()
            #expect(abs((found - expected).sum().item()) < 4 * error)
        }
    }

    @Test func `at the filter the model feels no pull, and a lower bound's is the marginal's`()
        throws
    {
        let paths = TabularPaths(of: golden.habitual, in: golden)
        let networks = try TabularNetworks.make(golden, settings: settings)
        var filtered = paths.filtered(by: networks)
        let hidden = filtered.states.hidden
        let weights = Tensor(paths.weights).to(.float32)
        let model = networks.model
        let parameters = [
            model.dynamics.transition.layers[0].weight,
            (model.observation as! CategoricalHead).network.layers[0].weight,
            (model.reward as! BernoulliHead).network.layers[0].weight,
        ]
        func slopes(_ marginalWeight: Double) -> [Tensor] {
            // The prior is differentiable, posterior and states are given.
            filtered.prior = model.dynamics.prior(hidden)
            let (result, _) = terms(paths, networks, filtered, marginalWeight: marginalWeight)
            let bound = result.bound.terms
            let whole = (bound.informationGain! - bound.stateConsistency!).sum(axis: 0) * weights
            return gradients(of: whole.sum(), withRespectTo: parameters)
        }
        filtered.posterior = .categorical(paths.posterior)
        for slope in slopes(1) { #expect(slope.abs().max().item() < 2e-5) }
        let lower = slopes(0)
        filtered.prior = model.dynamics.prior(hidden)
        var generator = Generator(seed: 4)
        let arrivals = paths.arrivals(networks).arrivals
        let marginal = model.marginal(.exact, of: arrivals, along: filtered, using: &generator)
        let counted = marginal.logMarginal.slice(axis: 0, 0..<5).sum(axis: 0) * weights
        let own = gradients(of: counted.sum(), withRespectTo: parameters)
        for (left, right) in zip(lower, own) {
            #expect(right.abs().max().item() > 0.01)
            #expect(left.isClose(to: right, relative: 0, absolute: 2e-5))
        }
    }

    // The first round of learning the habit alone raises the bound to this.
    @Test func `distilling stored plans ends at the expected counts`() throws {
        let solution = try golden.solve(.bound)
        let evaluation = try golden.evaluate(solution.posterior)
        let paths = TabularPaths(of: solution.posterior, in: golden, plansLast: false)
        let better = try GenerativeProblem(
            environment: golden.environment,
            agent: golden.agent.with(habit: golden.distilledHabit(evaluation)),
            rewards: golden.rewards, horizon: 3, rewardOffset: 1)
        #expect(abs(try better.solve(.bound).value + 1.746295) < 5e-7)
        let (before, after) = (try distilled(paths, golden), try distilled(paths, better))
        #expect(after.loss < before.loss - 1e-3)
        #expect(before.slope > 0.01)
        #expect(after.slope < 1e-5)
        // −E_q log p(a | z) of two steps is their action consistency and the plans' entropy.
        let plans = paths.arrivals(try TabularNetworks.make(golden, settings: settings)).plans
        let entropy = -paths.expected((plans * (plans + 1e-30).log()).sum(axis: -1))
        #expect(abs(2 * before.loss - entropy - 0.028379) < 1e-5)
    }

    /// The distillation loss on the paths of a posterior under a problem's habit, and its slope in
    /// the habit's logits.
    private func distilled(
        _ paths: TabularPaths, _ problem: GenerativeProblem
    ) throws -> (loss: Double, slope: Double) {
        let networks = try TabularNetworks.make(problem, settings: settings)
        var batch = paths.arrivals(networks)
        batch.steps = batch.steps * paths.stepWeights
        var generator = Generator(seed: 3)
        let result = objective(networks).evaluate(
            batch, along: paths.filtered(by: networks), distillingSince: 0,
            target: { $0.select(axis: -1, 0) * 0 }, using: &generator)
        let slope = gradients(
            of: result.loss, withRespectTo: [networks.habit.network.layers[0].weight],
            allowUnused: true)[0]
        // The memory knows more than the state; the tables' habit does not look at it.
        let own = slope.slice(axis: 1, TabularNetworks.hidden..<TabularNetworks.hidden + 2)
        return (result.distillation!.item(), own.abs().max().item())
    }
}

extension GenerativeProblem {
    /// States from prior · likelihood^½ and uniform actions.
    fileprivate var tempered: GenerativePosterior {
        posterior(
            states: { arrival in
                let weights = zip(arrival.prior, arrival.likelihood).map { $0 * $1.squareRoot() }
                return weights.map { $0 / weights.reduce(0, +) }
            }, actions: { _, _ in [0.5, 0.5] })
    }
}
