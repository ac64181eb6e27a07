import Foundation
import OptimistCore
import OptimistInference
import OptimistProbability
import OptimistTorch
import Testing

/// The tensor code of a deep agent on tables against the exact agent: everything binary, three
/// steps, log p(O | r) = r − 1.
@Suite struct TabularBoundTests {
    /// A posterior of the golden instance and its row: reward, gain, consistencies, total.
    struct Row: CustomTestStringConvertible, Sendable {
        let name: String
        let terms: [Double]
        let posterior: @Sendable (GenerativeProblem) throws -> GenerativePosterior
        var testDescription: String { name }

        static let all = [
            Row(
                name: "optimal", terms: [-1.739222, 0.620984, 0.622512, 0.028379, -1.769129]
            ) { try $0.solve(.bound).posterior },
            Row(
                name: "evidence", terms: [-1.736827, 0.622391, 0.624028, 0.030755, -1.769219]
            ) { try $0.solve(.evidence).posterior },
            Row(name: "filter", terms: [-1.800491, 0.585262, 0.585262, 0, -1.800491]) {
                $0.habitual
            },
            Row(name: "blind", terms: [-1.872388, -0.781198, 0, 0, -2.653586]) { $0.blind },
            Row(
                name: "tempered", terms: [-1.866600, 0.037551, 0.193922, 0.159350, -2.182321]
            ) { $0.tempered },
        ]
    }

    private let golden: GenerativeProblem

    init() throws {
        golden = try GenerativeProblem(
            environment: EmittingProcess(
                initial: [0.6, 0.4],
                transition: [[[0.9, 0.1], [0.2, 0.8]], [[0.1, 0.9], [0.8, 0.2]]],
                observation: [[0.85, 0.15], [0.15, 0.85]], reward: [[0.9, 0.1], [0.3, 0.7]]),
            agent: GenerativeAgentTables(
                model: EmittingProcess(
                    initial: [0.5, 0.5],
                    transition: [[[0.8, 0.2], [0.3, 0.7]], [[0.2, 0.8], [0.7, 0.3]]],
                    observation: [[0.75, 0.25], [0.25, 0.75]],
                    reward: [[0.8, 0.2], [0.4, 0.6]]),
                habit: [0.4, 0.6, 0.7, 0.3]),
            rewards: [0, 1], horizon: 3, rewardOffset: 1)
    }

    private func model(_ type: ElementType) -> TabularLatentModel {
        TabularLatentModel(of: golden.agent, type)
    }

    private func terms(_ bound: Bound<Double>) -> [Double] {
        bound.terms.map(\.value) + [bound.total!]
    }

    /// The laws as numbers of the type that the model computes in.
    private func cast(_ sequences: TabularSequences, _ type: ElementType) -> TabularSequences {
        var sequences = sequences
        sequences.stateLaws = sequences.stateLaws.map { $0.to(type) }
        sequences.actionLaws = sequences.actionLaws.map { $0.to(type) }
        return sequences
    }

    @Test(arguments: Row.all)
    func `expected over all paths the terms are the exact ones`(row: Row) throws {
        var generator = Generator(seed: 91)
        let tables = HistoryTables(of: try row.posterior(golden), in: golden)
        let (paths, weights) = tables.allSequences(of: golden)
        #expect(abs(weights.sum().item() - 1) < 1e-12)
        let exact = try golden.evaluate(row.posterior(golden)).total
        for (type, tolerance) in [(ElementType.float32, 1e-5), (.float64, 1e-12)] {
            let bound = cast(paths, type).bound(model(type), .exact, using: &generator)
            let expected = bound.terms.map { ($0 * weights.to(type)).sum().item() }
            for (value, truth) in zip(terms(expected), terms(exact)) {
                #expect(abs(value - truth) < tolerance)
            }
            for (value, decimals) in zip(terms(expected), row.terms) {
                #expect(abs(value - decimals) < tolerance + 5e-7)
            }
        }
    }

    @Test(arguments: Row.all)
    func `the mean of trajectories is within its error of the exact terms`(row: Row) throws {
        var generator = Generator(seed: 92)
        let tables = HistoryTables(of: try row.posterior(golden), in: golden)
        let rollouts = cast(
            tables.rollouts(of: golden, count: 100_000, using: &generator), .float32)
        let evaluation = rollouts.bound(model(.float32), .exact, using: &generator)
            .perTrajectory()
        let errors = evaluation.bound.context.standardErrors
        for ((name, value), truth) in zip(evaluation.bound.terms, row.terms) {
            #expect(errors[name]! < 0.006)
            #expect(abs(value - truth) < 4 * errors[name]! + 1e-5)
        }
        #expect(abs(evaluation.bound.total! - row.terms[4]) < 4 * errors["total"]! + 1e-5)
    }

    /// E Σ (log p(x, r) − E log-mean of K samples of the prior): what the bound is too high by.
    private func excess(_ count: Int, _ paths: TabularSequences, _ weights: Tensor) -> Double {
        let model = model(.float64)
        var sum = 0.0
        for t in 0..<3 {
            let context =
                t == 0
                ? Tensor.zeros(like: paths.states[0])
                : model.context(state: paths.states[t - 1], action: paths.actions[t - 1])
            let prior = model.prior(context)
            let rated = model.logLikelihood(
                prior.enumerated, paths.observations[t], paths.rewards[t]
            ).exp()
            let one = prior.probabilities.select(axis: -1, 1)
            var expected = Tensor.zeros(like: one)
            for ones in 0...count {
                // The binomial law of how many samples are state 1.
                let ways =
                    lgamma(Double(count + 1)) - lgamma(Double(ones + 1))
                    - lgamma(Double(count - ones + 1))
                let chance =
                    (one.log() * Double(ones) + (1 - one).log() * Double(count - ones) + ways)
                    .exp()
                let mean =
                    (rated[1] * Double(ones) + rated[0] * Double(count - ones))
                    * (1 / Double(count))
                expected += chance * mean.log()
            }
            let marginal = (rated[0] * (1 - one) + rated[1] * one).log()
            sum += ((marginal - expected) * weights).sum().item()
        }
        return sum
    }

    @Test func `sampled marginals put the bound above the exact one by the expected amount`() throws
    {
        var generator = Generator(seed: 93)
        let tables = HistoryTables(of: try golden.solve(.bound).posterior, in: golden)
        let (paths, weights) = tables.allSequences(of: golden)
        let rollouts = cast(
            tables.rollouts(of: golden, count: 100_000, using: &generator), .float32)
        let exact = rollouts.bound(model(.float32), .exact, using: &generator)
        var last = Double.infinity
        for count in [1, 2, 4, 16] {
            let sampled = rollouts.bound(
                model(.float32), .prior(count), using: &generator)
            // The same trajectories: only the marginal differs.
            let gaps = (sampled.terms.total! - exact.terms.total!).sum(axis: 0)
            let gap = Estimate(of: gaps.doubles())
            let expected = excess(count, paths, weights)
            #expect(abs(gap.mean - expected) < 4 * gap.standardError!)
            #expect(gap.mean > 6 * gap.standardError! && gap.mean < last - gap.standardError!)
            last = gap.mean
            let evaluation = sampled.perTrajectory().bound
            let error = evaluation.context.standardErrors["total"]!
            #expect(abs(evaluation.total! - (-1.769129 + expected)) < 4 * error)
        }
    }

    /// How much higher than the exact bound a kind puts that of the same trajectories.
    private func gap(
        _ kind: MarginalLikelihood, _ rollouts: TabularSequences, _ generator: inout Generator
    ) -> Estimate {
        let exact = rollouts.bound(model(.float64), .exact, using: &generator)
        let sampled = rollouts.bound(model(.float64), kind, using: &generator)
        return Estimate(of: (sampled.terms.total! - exact.terms.total!).sum(axis: 0).doubles())
    }

    @Test func `the jackknife is off by its own expected amount`() throws {
        var generator = Generator(seed: 94)
        let tables = HistoryTables(of: golden.tempered, in: golden)
        let (paths, weights) = tables.allSequences(of: golden)
        let rollouts = tables.rollouts(of: golden, count: 25_000, using: &generator)
        for count in [2, 6] {
            let found = gap(.jackknife(count), rollouts, &generator)
            let expected =
                Double(count) * excess(count, paths, weights)
                - Double(count - 1) * excess(count - 1, paths, weights)
            #expect(abs(found.mean - expected) < 4 * found.standardError!)
            #expect(abs(expected) < excess(count, paths, weights) / 2)
        }
    }

    @Test func `samples of the filter itself have no error, of a mixture less and less`() throws {
        var generator = Generator(seed: 97)
        let tables = HistoryTables(of: golden.habitual, in: golden)
        let rollouts = tables.rollouts(of: golden, count: 20_000, using: &generator)
        let own = gap(.posterior(1), rollouts, &generator)
        #expect(abs(own.mean) < 1e-12 && own.standardError! < 1e-12)
        var last = Double.infinity
        for count in [2, 4, 10] {
            let found = gap(.mixture(count), rollouts, &generator)
            #expect(found.mean > 4 * found.standardError!)
            #expect(found.mean < last - 4 * found.standardError!)
            last = found.mean
        }
    }

    @Test func `gain minus consistency is never above zero but for the marginal's error`() throws {
        var generator = Generator(seed: 98)
        let tables = HistoryTables(of: golden.tempered, in: golden)
        let rollouts = tables.rollouts(of: golden, count: 10_000, using: &generator)
        func slack(_ kind: MarginalLikelihood) -> Estimate {
            rollouts.bound(model(.float64), kind, using: &generator).perTrajectory().filterSlack!
        }
        let exact = slack(.exact)
        #expect(abs(exact.mean - (0.037551 - 0.193922)) < 4 * exact.standardError! + 1e-6)
        let (few, many) = (slack(.mixture(2)), slack(.mixture(32)))
        #expect(exact.mean < many.mean && many.mean < few.mean)
        #expect(abs(many.mean - exact.mean) < 0.01)
    }

    @Test func `a discount weighs the terms as the exact agent does`() throws {
        var generator = Generator(seed: 99)
        let discounted = try GenerativeProblem(
            environment: golden.environment, agent: golden.agent, rewards: golden.rewards,
            horizon: 3, rewardOffset: 1, discount: 0.7)
        let posterior = golden.tempered
        let (paths, weights) = HistoryTables(of: posterior, in: golden).allSequences(of: golden)
        let bound = paths.bound(
            model(.float64), .exact, discount: 0.7, using: &generator)
        let found = bound.terms.map { ($0 * weights).sum().item() }
        let exact = try discounted.evaluate(discounted.tempered).total
        for (value, truth) in zip(terms(found), terms(exact)) {
            #expect(abs(value - truth) < 1e-12)
        }
    }

    @Test func `filters made of tensors are the tables' own`() throws {
        let tables = HistoryTables(of: golden.habitual, in: golden)
        let (paths, _) = tables.allSequences(of: golden)
        let model = model(.float64)
        let context = model.context(state: paths.states[0], action: paths.actions[0])
        let filter = model.filter(context, paths.observations[1], paths.rewards[1])
        #expect(filter.probabilities.isClose(to: paths.stateLaws[1], absolute: 1e-14))
        let first = model.filter(
            Tensor.zeros(like: context), paths.observations[0], paths.rewards[0])
        #expect(first.probabilities.isClose(to: paths.stateLaws[0], absolute: 1e-14))
    }

    // MARK: - Gradients at the filter

    /// E_q of gain − β marginal − consistency of every context and arrival, `[arrivals]`.
    private func filtered(_ model: TabularLatentModel, weight: Double) -> Tensor {
        // All five contexts with all four arrivals.
        let context = Tensor((0..<20).map { $0 / 4 })
        let (x, r) = (Tensor((0..<20).map { $0 / 2 % 2 }), Tensor((0..<20).map { $0 % 2 }))
        let q = withoutGradient { model.filter(context, x, r) }
        let prior = model.prior(context)
        var generator = Generator(seed: 95)
        let marginal = MarginalLikelihood.exact.estimate(prior: prior, using: &generator) {
            model.logLikelihood($0, x, r)
        }
        let likelihood = q.expectation { model.logLikelihood($0, x, r) }
        return likelihood - marginal.logMarginal * weight - q.divergence(to: prior)
    }

    private func learnable() -> TabularLatentModel {
        var model = model(.float64)
        model.transition = model.transition.requiringGradient()
        model.observation = model.observation.requiringGradient()
        model.reward = model.reward.requiringGradient()
        return model
    }

    @Test func `at the filter the model feels no pull but that of the other terms`() {
        let model = learnable()
        let whole = filtered(model, weight: 1)
        #expect(whole.abs().max().item() < 1e-12)
        for index in 0..<20 {
            let slopes = gradients(
                of: whole[index], withRespectTo: model.parameters, keepingGraph: true)
            #expect(slopes.allSatisfy { $0.abs().max().item() < 1e-10 })
        }
    }

    @Test func `the evidence lower bound pulls as the marginal does, by one sixth in this case`() {
        let model = learnable()
        let lower = filtered(model, weight: 0)
        // In context (z, a) = (0, 1), row 2, with (x, r) = (1, 0): arrival 2.
        let slopes = gradients(of: lower[2 * 4 + 2], withRespectTo: model.parameters)
        // The logit of x = 1 in state 0.
        #expect(abs(slopes[1][0, 1].item() - 1.0 / 6) < 1e-12)
        var generator = Generator(seed: 96)
        let marginal = MarginalLikelihood.exact.estimate(
            prior: model.prior(Tensor([2])), using: &generator
        ) { model.logLikelihood($0, Tensor([1]), Tensor([0])) }.logMarginal
        let own = gradients(of: marginal.sum(), withRespectTo: model.parameters)
        for (left, right) in zip(slopes, own) {
            #expect(left.isClose(to: right, relative: 0, absolute: 1e-12))
        }
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
