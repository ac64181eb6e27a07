import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import OptimistPlanning
import OptimistProbability
import OptimistTorch
import Testing

@Suite struct LinearQuadraticPlanningTests {
    private let start = [1.0, -0.2]
    private let prior = GaussianActionPrior.gaussian(variance: 0.64, actions: 1)

    private func first(
        _ problem: LinearQuadraticProblem, _ objective: LinearQuadraticObjective
    ) throws -> (mean: Double, variance: Double, solution: LinearQuadraticSolution) {
        let solution = try problem.solve(steps: 3, objective: objective)
        let policy = solution.policies[0]
        return (
            policy.mean(start)[0], policy.covariance[0, 0], solution
        )
    }

    private func plan(
        _ problem: LinearQuadraticProblem, candidates: Int, iterations: Int = 1,
        risk: ImportanceWeighting.Risk = .optimistic
    ) throws -> ActionPosterior<Normal> {
        var planner = ImportanceWeighting()
        (planner.candidates, planner.iterations) = (candidates, iterations)
        (planner.minimumEffectiveShare, planner.risk) = (0, risk)
        var generator = Generator(seed: 1)
        return try planner.infer(
            in: LinearGaussianImagination(problem, habitDeviation: 0.8),
            from: Tensor(start, shape: [1, 2]), toward: PlanningObjective(horizon: 3),
            using: &generator)
    }

    /// The standard error of a weighted mean of draws.
    private func error(_ found: ActionPosterior<Normal>) -> Double {
        (found.first.variance.item() / found.effectiveSampleSize!.item()).squareRoot()
    }

    @Test func `weighting nears the regulator's posterior as candidates grow`() throws {
        let problem = LinearGaussianImagination.doubleIntegrator()
        let exact = try first(problem, .bound(temperature: 1, prior: prior))
        for (candidates, iterations) in [(2_000, 1), (200_000, 1), (20_000, 3)] {
            let found = try plan(problem, candidates: candidates, iterations: iterations)
            let error = error(found)
            if candidates == 200_000 { #expect(error < 0.004) }
            #expect(abs(found.first.mean.item() - exact.mean) < 4 * error)
            #expect(abs(found.first.variance.item() / exact.variance - 1) < 12 * error)
            let log = found.logEvidence!
            #expect(
                abs(log.mean.item() - exact.solution.values[0](start))
                    < 4 * log.standardError!.item() + 1e-9)
        }
    }

    @Test func `with noise one rollout is optimistic, the mean of many is neutral`() throws {
        let problem = LinearGaussianImagination.doubleIntegrator(noise: 0.15)
        let lucky = try first(problem, .evidence(temperature: 1, prior: prior))
        let found = try plan(problem, candidates: 400_000)
        #expect(abs(found.first.mean.item() - lucky.mean) < 4 * error(found))
        let log = found.logEvidence!
        #expect(
            abs(log.mean.item() - lucky.solution.values[0](start))
                < 4 * log.standardError!.item())
        // One sequence for all luck: noise adds a constant to its score, and the posterior over
        // sequences is that of the noiseless system.
        let certain = try first(
            LinearGaussianImagination.doubleIntegrator(), .bound(temperature: 1, prior: prior))
        let neutral = try plan(problem, candidates: 8_000, risk: .neutral(rollouts: 64))
        let margin = 4 * error(neutral) + 0.005
        #expect(abs(neutral.first.mean.item() - certain.mean) < margin)
        #expect(abs(lucky.mean - certain.mean) > 2 * margin)
    }

    @Test func `sequential Monte Carlo is optimistic too, with the same evidence`() throws {
        let problem = LinearGaussianImagination.doubleIntegrator(noise: 0.15)
        let lucky = try first(problem, .evidence(temperature: 1, prior: prior))
        var planner = SequentialMonteCarlo<Normal>()
        planner.particles = 2_000
        var generator = Generator(seed: 3)
        let starts = Tensor(start, shape: [1, 2]).expanded([100, 2])
        let found = try planner.infer(
            in: LinearGaussianImagination(problem, habitDeviation: 0.8), from: starts,
            toward: PlanningObjective(horizon: 3), using: &generator)
        let evidence = Estimate(
            of: (found.logEvidence!.mean - lucky.solution.values[0](start)).exp().doubles())
        #expect(abs(evidence.mean - 1) < 4 * evidence.standardError!)
        let means = Estimate(of: found.first.mean.doubles())
        #expect(means.standardError! < 0.005)
        #expect(abs(means.mean - lucky.mean) < 4 * means.standardError! + 0.002)
    }

    // What a Kalman filter will learn depends on time alone: no action changes it.
    @Test func `information that no action changes changes no action`() throws {
        let control = try LinearQuadraticGaussian(
            LinearGaussianImagination.doubleIntegrator(noise: 0.15), emission: Matrix([[1, 0]]),
            emissionNoise: Matrix([[0.3]]),
            initial: GaussianMoments(mean: start, covariance: Matrix([[0.4, 0.1], [0.1, 0.2]])))
        let exact = try LinearGaussianGenerativeProblem(
            environment: control,
            habit: LinearGaussianPolicy(
                gain: Matrix([[0, 0]]), covariance: Matrix([[0.64]])), actions: 3)
        let told = exact.mutualInformation.dropFirst()
        #expect(told.count == 3 && told.max()! - told.min()! > 0.02)
        let model = KalmanImagination(control: control, habitDeviation: 0.8)
        let belief = try control.filter.update(
            control.filter.initialBelief(), observation: [start[0]], action: nil, step: 0
        ).belief
        let plans = try [0.0, 1].map { weight in
            var generator = Generator(seed: 2)
            return try ImportanceWeighting().infer(
                in: model, from: model.states(belief, rows: 1),
                toward: PlanningObjective(
                    horizon: 3, informationWeight: weight, measuresInformation: true),
                using: &generator)
        }
        #expect(plans[0].first.mean.isClose(to: plans[1].first.mean, relative: 1e-9))
        let deviations = plans.map { $0.first.standardDeviation }
        #expect(deviations[0].isClose(to: deviations[1], relative: 1e-9))
        let sum = told.reduce(0, +)
        for plan in plans { #expect(abs(plan.information!.item() - sum) < 1e-9) }
        let gain = plans[1].logEvidence!.mean - plans[0].logEvidence!.mean
        #expect(abs(gain.item() - sum) < 1e-9)
        // Nor do actions that others plan: any two are told the same.
        let imagined = try [-2.0, 3].map { push in
            var generator = Generator(seed: 3)
            return try model.imagine(
                model.states(belief, rows: 2), doing: .full([2, 1], push, type: .float64),
                measuringInformation: true, using: &generator
            ).information!.doubles()
        }
        #expect(imagined[0] == imagined[1] && abs(imagined[0][0] - told.first!) < 1e-12)
    }
}
