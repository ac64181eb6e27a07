import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import Testing

@Suite struct ExactPosteriorTests {
    /// DI without action cost, actions N(0, 5), reward scale 2, five rewards.
    private let problem = LinearQuadraticProblem.doubleIntegrator(
        actionCost: 0, noise: [0.001, 0.01])
    private let prior = GaussianActionPrior.gaussian(variance: 5, actions: 1)
    private let start = GaussianMoments.certain([1, -0.5])

    @Test func `the known evidence, bound and gains`() throws {
        let exact = try problem.solve(
            steps: 4, objective: .evidence(temperature: 0.5, prior: prior))
        let posterior = try exact.posterior(from: start)
        #expect(abs(posterior.logEvidence + 4.2241711935) < 1e-10)
        let bound = try problem.solve(
            steps: 4, objective: .bound(temperature: 0.5, prior: prior))
        #expect(abs(bound.value(from: start) / 0.5 + 4.2697478518) < 1e-10)
        #expect(distance(exact.policies[0].gain, [[0.54066169, 0.53881051]]) < 5e-9)
        #expect(distance(bound.policies[0].gain, [[0.55795232, 0.55040234]]) < 5e-9)
    }

    /// log p(O) and the posterior of everything by one big Gaussian over actions and noises.
    private func stacked(
        _ problem: LinearQuadraticProblem, steps: Int, temperature: Double, variance: Double,
        state: [Double]
    ) throws -> (logEvidence: Double, mean: [Double], states: [GaussianMoments]) {
        let (n, m) = (problem.stateCount, problem.actionCount)
        let size = steps * (m + n)
        // Columns: all actions, then all noises in units of their roots.
        let root = try problem.noise.semidefiniteRoot()
        var response = Matrix(rows: n, columns: size)
        var free = state
        var precision = Matrix.identity(size)
        for i in 0..<steps * m { precision[i, i] = 1 / variance }
        var (slope, constant) = (Array(repeating: 0.0, count: size), 0.0)
        var rows: [(Matrix, [Double])] = []
        for step in 0...steps {
            let weight =
                1 / temperature
                * (step < steps
                    ? problem.cost.state : problem.finalCost?.curvature ?? problem.cost.state)
            precision += response.transposed.sandwich(weight)
            add(Matrix.transposed(response, times: weight * free), times: -1, to: &slope)
            constant -= weight.quadratic(free) / 2
            rows.append((response, free))
            if step == steps { break }
            for i in 0..<m {
                for j in 0..<m {
                    precision[step * m + i, step * m + j] +=
                        problem.cost.action[i, j] / temperature
                }
            }
            response = problem.dynamics * response
            response.setBlock(row: 0, column: step * m, problem.input)
            response.setBlock(row: 0, column: steps * m + step * n, root)
            free = problem.dynamics * free
        }
        let cholesky = try Cholesky(precision)
        let mean = cholesky.solution(slope)
        let covariance = cholesky.inverse
        return (
            constant + cholesky.inverseQuadratic(slope) / 2
                - (cholesky.logDeterminant + Double(steps * m) * log(variance)) / 2,
            mean,
            rows.map { response, free in
                GaussianMoments(mean: mean, covariance: covariance).propagated(
                    through: response, offset: free, noise: Matrix(rows: n, columns: n))
            }
        )
    }

    @Test func `message passing equals one big Gaussian and a Kalman smoother of zeros`() throws {
        var coupled = LinearQuadraticProblem.coupled
        coupled.discount = 1
        coupled.cost.cross = Matrix(rows: 3, columns: 2)
        coupled.finalCost = QuadraticStateCost(curvature: .diagonal([3, 0, 1]))
        for (problem, state) in [(problem, [1, -0.5]), (coupled, [1, -0.5, 2])] {
            let (temperature, variance, steps) = (0.5, 5.0, 6)
            let known = try stacked(
                problem, steps: steps, temperature: temperature, variance: variance, state: state)
            let prior = GaussianActionPrior.gaussian(
                variance: variance, actions: problem.actionCount)
            let posterior = try problem.solve(
                steps: steps, objective: .evidence(temperature: temperature, prior: prior)
            ).posterior(from: .certain(state))
            #expect(abs(posterior.logEvidence - known.logEvidence) < 1e-11)
            #expect(relativeDistance(posterior.states, known.states) < 1e-11)
            let first = posterior.actions[0].mean
            let actions = problem.actionCount
            #expect(largestMagnitude(subtract(first, Array(known.mean[0..<actions]))) < 1e-11)
            let kalman = try problem.kalmanPosterior(
                steps: steps, temperature: temperature,
                prior: variance * .identity(problem.actionCount), from: .certain(state))
            #expect(abs(kalman.logEvidence - posterior.logEvidence) < 1e-12 * 100)
            #expect(relativeDistance(kalman.states, posterior.states) < 1e-12)
        }
    }

    @Test func `an uncertain start is tilted too`() throws {
        let start = GaussianMoments(mean: [1, -0.5], covariance: [[0.3, 0.1], [0.1, 0.2]])
        var problem = problem
        problem.drift = [0.05, -0.1]
        let posterior = try problem.solve(
            steps: 5, objective: .evidence(temperature: 0.5, prior: prior)
        ).posterior(from: start)
        let kalman = try problem.kalmanPosterior(
            steps: 5, temperature: 0.5, prior: [[5]], from: start)
        #expect(abs(kalman.logEvidence - posterior.logEvidence) < 1e-12)
        #expect(relativeDistance(kalman.states, posterior.states) < 1e-12)
        #expect(posterior.states[0].covariance.trace < start.covariance.trace)
    }

    @Test func `the compact gains, without an inverse of the value`() throws {
        let exact = try problem.solve(
            steps: 4, objective: .evidence(temperature: 0.5, prior: prior))
        let bound = try problem.solve(
            steps: 4, objective: .bound(temperature: 0.5, prior: prior))
        let (a, b, w) = (problem.dynamics, problem.input, problem.noise)
        func gain(_ next: Matrix, _ spread: Matrix) throws -> Matrix {
            let scaled = 2 * next
            return 5 * b.transposed * scaled
                * (try LU(.identity(2) + spread * scaled).solution(a))
        }
        for step in 0..<4 {
            let k = try gain(exact.values[step + 1].curvature, w + 5 * b.timesTransposed(b))
            #expect(distance(k, exact.policies[step].gain) < 1e-12)
            let v = try gain(bound.values[step + 1].curvature, 5 * b.timesTransposed(b))
            #expect(distance(v, bound.policies[step].gain) < 1e-12)
        }
    }

    @Test func `without noise the posterior is the variational and the regularized hard one`()
        throws
    {
        let still = LinearQuadraticProblem.doubleIntegrator()
        let exact = try still.solve(
            steps: 8, objective: .evidence(temperature: 0.5, prior: prior))
        let bound = try still.solve(
            steps: 8, objective: .bound(temperature: 0.5, prior: prior))
        var regularized = still
        regularized.cost.action.addToDiagonal(0.5 / 5)
        let hard = try regularized.solve(steps: 8)
        for step in 0..<8 {
            #expect(distance(exact.policies[step].gain, bound.policies[step].gain) < 1e-13)
            #expect(distance(exact.policies[step].gain, hard.policies[step].gain) < 1e-13)
        }
        let evidence = try exact.posterior(from: start).logEvidence
        #expect(abs(evidence - bound.value(from: start) / 0.5) < 1e-12)
    }

    @Test func `noise makes the posterior bolder than the variational policy`() throws {
        let prior = GaussianActionPrior.gaussian(variance: 3, actions: 1)
        var last = Double.infinity
        for noise in [0.5, 0.05, 0.005] {
            let problem = LinearQuadraticProblem.scalar(noise: noise)
            let start = GaussianMoments.certain([1.5])
            let exact = try problem.solve(
                steps: 6, objective: .evidence(temperature: 0.7, prior: prior))
            let bound = try problem.solve(
                steps: 6, objective: .bound(temperature: 0.7, prior: prior))
            // Relying on good luck it needs to do less itself.
            #expect(exact.policies[0].gain[0, 0] < bound.policies[0].gain[0, 0])
            let gap =
                try exact.posterior(from: start).logEvidence - bound.value(from: start) / 0.7
            #expect(gap > 0 && gap < last / 5)
            last = gap
        }
        let cold = try LinearQuadraticProblem.scalar(noise: 0.5).solve(
            steps: 6, objective: .evidence(temperature: 1e9, prior: prior))
        #expect(abs(cold.policies[0].gain[0, 0]) < 1e-6)
    }

    @Test func `the Kalman filter of the dual problem runs the Riccati recursion`() throws {
        for problem in [.doubleIntegrator(discount: 0.99), LinearQuadraticProblem.coupled] {
            let dual = try problem.kalmanDual(temperature: 0.25)
            let size = problem.stateCount
            var belief = GaussianMoments(
                mean: Array(repeating: 0, count: size), covariance: dual.initialCovariance)
            let values = try problem.solve(steps: 12).values
            for steps in 1...12 {
                let filtered = try belief.conditioned(
                    onInnovation: Array(repeating: 0, count: problem.actionCount),
                    emission: dual.emission, noise: dual.emissionNoise
                ).posterior
                belief = filtered.propagated(through: dual.transition, noise: dual.transitionNoise)
                let known = values[12 - steps].curvature
                #expect(distance(0.25 * belief.covariance, known) < 1e-11)
            }
        }
    }

    @Test func `the Kalman route refuses what it cannot take`() throws {
        #expect(throws: LinearQuadraticError.discounted(0.97)) {
            try LinearQuadraticProblem.coupled.kalmanPosterior(
                steps: 1, temperature: 1, prior: .identity(2), from: .certain([0, 0, 0]))
        }
        #expect(throws: LinearQuadraticError.notCentered) {
            try LinearQuadraticProblem.crooked(discount: 1).kalmanPosterior(
                steps: 1, temperature: 1, prior: [[1]], from: .certain([0]))
        }
        var concave = problem
        concave.cost.state = .diagonal([-1, 1])
        #expect(throws: LinearQuadraticError.notPositiveSemidefinite("a state cost")) {
            try concave.kalmanPosterior(
                steps: 1, temperature: 1, prior: [[1]], from: .certain([0, 0]))
        }
    }
}
