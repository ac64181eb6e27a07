import Foundation
import OptimistCore
import OptimistInference
import OptimistPlanning
import OptimistProbability
import OptimistTorch
import Testing

@Suite struct ImportanceWeightingTests {
    private let decision = LinearGaussianImagination.oneDecision
    private let one = PlanningObjective(horizon: 1)
    private let logEvidence = LinearGaussianImagination.oneDecisionLogEvidence

    private func plan(
        _ planner: ImportanceWeighting, _ model: some ImaginationModel<Normal>, states: Int,
        width: Int = 1, _ objective: PlanningObjective, seed: UInt64
    ) throws -> ActionPosterior<Normal> {
        var generator = Generator(seed: seed)
        return try planner.infer(
            in: model, from: .zeros([states, width], type: .float64), toward: objective,
            using: &generator)
    }

    private func planner(
        _ candidates: Int, iterations: Int = 1, share: Double = 0
    ) -> ImportanceWeighting {
        var planner = ImportanceWeighting()
        (planner.candidates, planner.iterations) = (candidates, iterations)
        planner.minimumEffectiveShare = share
        return planner
    }

    @Test func `one decision with a quadratic score has the exact posterior`() throws {
        let found = try plan(planner(400_000), decision, states: 1, one, seed: 1)
        let error = (1 / (4.3 * found.effectiveSampleSize!.item())).squareRoot()
        #expect(error < 0.001)
        #expect(abs(found.first.mean.item() - 0.441860) < 4 * error)
        let precision = 1 / found.first.variance.item()
        #expect(abs(precision / 4.3 - 1) < 0.01)
        let log = found.logEvidence!
        #expect(abs(log.mean.item() - logEvidence) < 4 * log.standardError!.item())
        let share = SelfNormalizedMean().effectiveShare
        #expect(abs(share - 0.7196601) < 5e-8)
        #expect(abs(found.effectiveSampleSize!.item() / 400_000 - share) < 0.003)
        #expect(found.temperature!.item() == 1)
        // The planning bound of the fit is the best there is: the evidence.
        let bounds = found.objective!.mean.doubles()
        #expect(abs(bounds[1] - logEvidence) < 0.005)
        #expect(bounds[0] < bounds[1] - 0.1)
    }

    @Test func `a round of 256 draws errs as much as theory says`() throws {
        let theory = SelfNormalizedMean()
        #expect(abs(theory.asymptoticDeviation(draws: 256) - 0.0279046) < 5e-8)
        let (bias, expected) = theory.moments(draws: 256)
        // The asymptotic deviation is that of many draws.
        #expect(abs(expected / theory.asymptoticDeviation(draws: 256) - 1) < 0.003)
        let many = theory.moments(draws: 25_600).deviation
        #expect(abs(many / theory.asymptoticDeviation(draws: 25_600) - 1) < 3e-5)
        let found = try plan(planner(256), decision, states: 6_000, one, seed: 2)
        let means = found.first.mean.reshaped([6_000])
        let deviation = means.standardDeviation(axis: 0).item()
        // The deviation of 6000 values is known to 1/√12000 of itself.
        #expect(abs(deviation - expected) < 4 * expected / 12_000.0.squareRoot())
        #expect(
            abs(means.mean().item() - 1.9 / 4.3 - bias) < 4 * expected / 6_000.0.squareRoot())
        #expect(abs(found.effectiveSampleSize!.mean().item() / 256 - 0.7197) < 0.004)
    }

    @Test func `more passes stay at the posterior, because weights know the mixture`() throws {
        let found = try plan(planner(256, iterations: 4), decision, states: 4_000, one, seed: 3)
        let means = Estimate(of: found.first.mean.doubles())
        // Draws of the fit count too: fewer of them are wasted than from the habit alone.
        #expect(found.effectiveSampleSize!.mean().item() > 0.75 * 256)
        #expect(abs(means.mean - 0.441860) < 4 * means.standardError! + 5e-4)
        let variance = Estimate(of: found.first.variance.doubles())
        #expect(abs(variance.mean * 4.3 - 1) < 0.02)
        let evidence = Estimate(of: found.logEvidence!.mean.doubles())
        #expect(abs(evidence.mean - logEvidence) < 4 * evidence.standardError! + 2e-3)
    }

    @Test func `scores alone are tempered until enough candidates count`() throws {
        let steep = LinearGaussianImagination.decision(curvature: 4_000, slope: -8_000)
        let found = try plan(planner(512, share: 1.0 / 16), steep, states: 50, one, seed: 4)
        for size in found.effectiveSampleSize!.doubles() {
            #expect(size >= 32 * 0.999 && size < 34)
        }
        #expect(found.temperature!.min().item() > 2)
    }

    // Were the ratio of habit to proposal tempered too, passes would leave p exp(S/η).
    @Test func `tempering leaves the habit as it is`() throws {
        let steep = LinearGaussianImagination.decision(curvature: 400, slope: -400)
        let planner = planner(4_096, iterations: 5, share: 0.7)
        let found = try plan(planner, steep, states: 20, one, seed: 5)
        let temperatures = found.temperature!.doubles()
        let (means, variances) = (found.first.mean.doubles(), found.first.variance.doubles())
        for (index, temperature) in temperatures.enumerated() {
            #expect(temperature > 10)
            let precision = 1 + 400 / temperature
            let error = (1 / (precision * 0.7 * 4_096)).squareRoot()
            #expect(abs(means[index] - (precision - 1) / precision) < 4.5 * error)
            #expect(abs(variances[index] * precision - 1) < 4.5 * (2 / (0.7 * 4_096)).squareRoot())
        }
    }

    @Test func `one pass over an open-loop habit is the path integral, draw for draw`() throws {
        let model = LinearGaussianImagination(
            LinearGaussianImagination.doubleIntegrator(), habitDeviation: 0.7)
        let states = Tensor([1.0, 0, -0.4, 0.8], shape: [2, 2])
        let objective = PlanningObjective(horizon: 5)
        var integral = PathIntegral()
        (integral.candidates, integral.deviation, integral.clips) = (64, 0.7, false)
        let box = ActionBox(-1, 1, width: 1, type: .float64)
        var memory = PlanMemory(states: 2, horizon: 5, box: box)
        var generators = (Generator(seed: 6), Generator(seed: 6))
        let old = try integral.plan(
            PlanningProblem(
                states: 2, horizon: 5, box: box,
                scorer: ImaginationScorer(model, from: states, toward: objective)),
            from: &memory, using: &generators.0)
        let new = try planner(64).infer(
            in: model, from: states, toward: objective, using: &generators.1)
        #expect(new.sequence!.mean.isClose(to: old.actions, relative: 1e-10))
        #expect(new.effectiveSampleSize!.isClose(to: old.effectiveSampleSize!, relative: 1e-10))
    }

    @Test func `rollouts of one sequence are averaged before they are exponentiated`() throws {
        // Below 0 lies a sure 3 nats, above it 0 or 5 by a coin; the habit is indifferent.
        for (rollouts, expected) in [
            (1, 0.2119), (2, 0.3162), (5, 0.4749), (20, 0.5852), (100, 0.6151),
        ] {
            var planner = planner(rollouts == 100 ? 500 : 2_000)
            planner.risk = rollouts == 1 ? .optimistic : .neutral(rollouts: rollouts)
            let found = try plan(planner, Lottery(), states: 40, one, seed: 7)
            #expect(found.evaluations == planner.candidates * rollouts)
            let safe = (found.particles!.first .< 0).squeezed(axis: 2).to(.float64)
            let share = Estimate(
                of: (safe * found.particles!.logWeights.exp()).sum(axis: 1).doubles())
            #expect(share.standardError! < 0.005)
            #expect(abs(share.mean - expected) < 4 * share.standardError! + 1e-3)
        }
    }

    @Test func `passes stop where the plan stands still near the habit`() throws {
        var planner = planner(256, iterations: 6)
        planner.stopping = .init(improvement: 0.05, divergence: 0.05)
        // A habit that is the posterior already has nothing to gain.
        let flat = LinearGaussianImagination.decision(curvature: 0, slope: 0)
        let still = try plan(planner, flat, states: 3, one, seed: 8)
        #expect(still.iterations == 1)
        #expect(still.divergence.max().item() < 0.05)
        // Far from the habit all passes are used, however little the last ones bring.
        let far = try plan(planner, decision, states: 3, one, seed: 8)
        #expect(far.iterations == 6)
        #expect(far.divergence.min().item() > 0.05)
        #expect(far.objective!.mean.shape == [7, 3])
    }

    @Test func `a pass in which enough candidates count untempered is the last`() throws {
        var planner = planner(256, iterations: 6)
        planner.sufficientShare = 0.5
        let flat = LinearGaussianImagination.decision(curvature: 0, slope: 0)
        #expect(try plan(planner, flat, states: 3, one, seed: 8).iterations == 1)
        // 72 of 100 draws of the habit count here.
        #expect(try plan(planner, decision, states: 3, one, seed: 8).iterations == 1)
        planner.sufficientShare = 0.999
        #expect(try plan(planner, decision, states: 3, one, seed: 8).iterations == 6)
    }

    @Test func `when no sequence of a state has a finite score the planner says so`() {
        #expect(throws: PlanningError.noFiniteScore(state: 0)) {
            _ = try plan(
                planner(16, iterations: 2), Lottery(sure: .nan, lucky: .nan, unlucky: .nan),
                states: 2, one, seed: 9)
        }
    }
}

/// Raw actions below 0 earn a sure number of nats, others one of two by a coin.
struct Lottery: ImaginationModel {
    var sure = 3.0
    var lucky = 5.0
    var unlucky = 0.0

    func habit(at states: Tensor) -> Normal {
        .standard([states.shape[0], 1], eventRank: 1, type: .float64)
    }

    func imagine(
        _ states: Tensor, doing actions: Tensor, measuringInformation information: Bool,
        using generator: inout Generator
    ) throws -> Imagined {
        let action = actions.squeezed(axis: 1)
        let coin = Tensor.uniform(action.shape, type: .float64, using: &generator) .< 0.5
        let thrown = Tensor.where(
            coin, Tensor.full(like: action, lucky), Tensor.full(like: action, unlucky))
        return Imagined(
            states: states,
            logOptimality: .where(action .< 0, Tensor.full(like: action, sure), thrown))
    }

    func value(of states: Tensor) -> Tensor? { nil }
}
