import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import OptimistOracles
import Testing

@Suite struct LinearQuadraticGaussianTests {
    private let initial = GaussianMoments(mean: [1, -0.5], covariance: .diagonal([0.2, 0.2]))
    private let emission: Matrix = [[1, 0]]
    private let emissionNoise: Matrix = [[0.05]]

    private func system(discount: Double = 1) throws -> LinearQuadraticGaussian {
        try LinearQuadraticGaussian(
            .doubleIntegrator(noise: [0.001, 0.01], discount: discount), emission: emission,
            emissionNoise: emissionNoise, initial: initial)
    }

    @Test func `the known expected cost`() throws {
        let system = try system()
        #expect(abs(try system.expectedCost(steps: 19) - 5.816790991871) < 1e-11)
        let first = try system.problem.solve(steps: 19).values[0].curvature
        #expect(distance(first, [[9.3907556, 3.55589391], [3.55589391, 3.0757302]]) < 5e-8)
    }

    /// The joint law of state and filtered mean, propagated; shares nothing but gains.
    @Test func `the formula equals moment propagation, random policy and discount included`() throws
    {
        for (temperature, discount) in [(0.0, 1.0), (0.3, 1), (0.3, 0.9)] {
            let system = try system(discount: discount)
            let problem = system.problem
            let policies = try problem.solve(
                steps: 19,
                objective: temperature == 0 ? .hard : .bound(temperature: temperature)
            ).policies
            let (a, b, c) = (problem.dynamics, problem.input, emission)
            var predicted = initial.covariance
            // The law of (s, predicted mean): errors and means are uncorrelated.
            var state = Matrix(rows: 4, columns: 4)
            state.setBlock(row: 0, column: 0, predicted)
            var mean = initial.mean + initial.mean
            var (cost, weight) = (0.0, 1.0)
            for policy in policies {
                let s = c.sandwich(predicted) + emissionNoise
                let gain = predicted.timesTransposed(c) * (try LU(s).inverse())
                // Update: mean ← mean + gain (C s + v − C mean).
                var update = Matrix.identity(4)
                update.setBlock(row: 2, column: 0, gain * c)
                update.setBlock(row: 2, column: 2, .identity(2) - gain * c)
                var noise = Matrix(rows: 4, columns: 4)
                noise.setBlock(row: 2, column: 2, gain.sandwich(emissionNoise))
                state = update.sandwich(state) + noise
                mean = update * mean
                // Action −K · mean + noise.
                var act = Matrix(rows: 1, columns: 4)
                act.setBlock(row: 0, column: 2, -policy.gain)
                let action = act.sandwich(state) + policy.covariance
                let block = state.block(rows: 0..<2, columns: 0..<2)
                cost +=
                    weight
                    * (problem.cost(Array(mean[0..<2]), act * mean)
                        + (problem.cost.state * block).trace / 2
                        + (problem.cost.action * action).trace / 2)
                weight *= discount
                var move = Matrix(rows: 4, columns: 4)
                move.setBlock(row: 0, column: 0, a)
                move.setBlock(row: 2, column: 2, a)
                let both = Matrix([[b[0, 0]], [b[1, 0]], [b[0, 0]], [b[1, 0]]])
                move += both * act
                var push = both.sandwich(policy.covariance)
                push.setBlock(
                    row: 0, column: 0, push.block(rows: 0..<2, columns: 0..<2) + problem.noise)
                state = move.sandwich(state) + push
                mean = move * mean
                predicted =
                    a.sandwich((.identity(2) - gain * c) * predicted) + problem.noise
            }
            let last = state.block(rows: 0..<2, columns: 0..<2)
            cost +=
                weight
                * (problem.cost.ofState(Array(mean[0..<2]))
                    + (problem.cost.state * last).trace / 2)
            #expect(
                abs(try system.expectedCost(steps: 19, temperature: temperature) - cost) < 1e-11)
        }
    }

    @Test func `simulated runs of the controller cost what was expected`() throws {
        let system = try system()
        let problem = system.problem
        var generator = Generator(seed: 60)
        let costs = try (0..<2000).map { _ in
            var controller = try system.controller(steps: 19, temperature: 0.3)
            var (state, total) = (try initial.sample(&generator), 0.0)
            let noise = GaussianMoments(mean: [0, 0], covariance: problem.noise)
            for _ in 0..<19 {
                let seen = state[0] + 0.05.squareRoot() * generator.normal()
                let action = try controller.act(on: [seen], &generator).action
                total += problem.cost(state, action)
                state = problem.next(state, action: action)
                add(try noise.sample(&generator), times: 1, to: &state)
            }
            return total + problem.cost.ofState(state)
        }
        let expected = try system.expectedCost(steps: 19, temperature: 0.3)
        #expect(Estimate(of: costs).deviations(from: expected) < 4, "\(Estimate(of: costs))")
    }

    @Test func `a controller that sees everything acts on the state`() throws {
        let system = try system()
        let clear = try LinearQuadraticGaussian(
            system.problem, emission: .identity(2), emissionNoise: .diagonal([1e-12, 1e-12]),
            initial: initial)
        var controller = try clear.controller(steps: 3)
        var generator = Generator(seed: 1)
        let (action, belief) = try controller.act(on: [0.7, 0.2], &generator)
        let policy = try clear.problem.solve(steps: 3).policies[0]
        #expect(abs(action[0] - policy.mean([0.7, 0.2])[0]) < 1e-9)
        #expect(belief.covariance.largestMagnitude < 1e-11)
        let blind = try controller.act(on: nil, &generator)
        #expect(blind.belief.mean != belief.mean && controller.step == 2)
    }
}
