import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import Testing

/// The agent of tables in a world of numbers on a grid, against the closed form of the same world.
///
/// Sums over a grid finer than every deviation are as exact as integrals: what is left is what lies
/// beyond its ends.
@Suite struct LinearGaussianGridTests {
    /// s′ = 0.9 s + a + w is seen as it is; the agent thinks that z′ = 0.8 z + 0.9 a + w, seen
    /// through noise.
    private static let spacing = 0.75
    private static let outer = grid(9)
    private static let inner = grid(8)
    private static let actions = grid(6)
    private static let deviations = (start: 0.6, way: 0.7, agent: 0.8, seen: 0.9, habit: 0.7)

    private static func grid(_ half: Int) -> [Double] {
        (-half...half).map { spacing * Double($0) }
    }

    private static func law(_ points: [Double], _ mean: Double, _ deviation: Double) -> [Double] {
        let weights = points.map {
            exp(-($0 - mean) * ($0 - mean) / (2 * deviation * deviation))
        }
        let total = weights.reduce(0, +)
        return weights.map { $0 / total }
    }

    private static func habitMean(_ z: Double) -> Double { 0.1 - 0.5 * z }

    /// Rewards are the only things that arrive: which one tells where s is.
    private static func tables(_ scale: Double) throws -> GenerativeProblem {
        let world = try EmittingProcess(
            initial: law(outer, 0.3, deviations.start),
            transition: outer.map { s in
                actions.map { law(outer, 0.9 * s + $0, deviations.way) }
            },
            observation: outer.map { _ in [1] },
            reward: outer.indices.map { s in outer.indices.map { $0 == s ? 1 : 0 } })
        let model = try EmittingProcess(
            initial: law(inner, 0, 1),
            transition: inner.map { z in
                actions.map { law(inner, 0.8 * z + 0.9 * $0, deviations.agent) }
            },
            observation: inner.map { _ in [1] },
            reward: inner.map { law(outer, $0, deviations.seen) })
        let habit = inner.flatMap { law(actions, habitMean($0), deviations.habit) }
        return try GenerativeProblem(
            environment: world, agent: GenerativeAgentTables(model: model, habit: habit),
            rewards: outer.map { -$0 * $0 / 2 }, horizon: 2, rewardScale: scale)
    }

    private static func numbers(_ scale: Double) throws -> LinearGaussianGenerativeProblem {
        func square(_ deviation: Double) -> Matrix { [[deviation * deviation]] }
        return try LinearGaussianGenerativeProblem(
            environment: LinearQuadraticGaussian(
                LinearQuadraticProblem(
                    dynamics: [[0.9]], input: [[1]], noise: square(deviations.way),
                    cost: QuadraticCost(state: [[1]], action: [[0]])),
                emission: [[1]], emissionNoise: [[0]],
                initial: GaussianMoments(mean: [0.3], covariance: square(deviations.start))),
            model: LinearGaussianModel(
                initial: .predictive(GaussianMoments(mean: 0, variance: 1)),
                transition: [[0.8]], transitionNoise: square(deviations.agent),
                emission: [[1]], emissionNoise: square(deviations.seen),
                transitionInput: [[0.9]]),
            habit: LinearGaussianPolicy(
                gain: [[0.5]], offset: [0.1], covariance: square(deviations.habit)),
            actions: 1, rewardScale: scale, memory: .sampledState)
    }

    @Test func `tables on a grid give the closed form's bound, terms, evidence and laws`() throws {
        let (tables, numbers) = (try Self.tables(1), try Self.numbers(1))
        let (discrete, exact) = (try tables.solve(.bound), try numbers.solve())
        let tolerance = 2e-4
        #expect(abs(discrete.value - exact.bound) < tolerance)
        #expect(abs(try tables.solve(.evidence).value - numbers.logEvidence()) < tolerance)
        #expect(try numbers.logEvidence() - exact.bound > 50 * tolerance)
        let (left, right) = (
            try tables.evaluate(discrete.posterior), try numbers.evaluate(exact.posterior)
        )
        for (step, other) in zip(left.steps, right.steps) {
            for (term, value) in zip(step.terms, other.terms) {
                #expect(abs(term.value - value.value) < tolerance)
            }
        }
        let habits = (
            try tables.evaluate(tables.habitual).total, try numbers.evaluate(numbers.habitual).total
        )
        for (term, value) in zip(habits.0.terms, habits.1.terms) {
            #expect(abs(term.value - value.value) < tolerance)
        }
        try laws(tables, discrete.posterior, numbers, exact.posterior)
    }

    /// q*(z) and q*(a) of the first step, where nothing is at the end of the grid.
    private func laws(
        _ tables: GenerativeProblem, _ discrete: GenerativePosterior,
        _ numbers: LinearGaussianGenerativeProblem, _ exact: LinearGaussianGenerativePosterior
    ) throws {
        let filter = numbers.habitual.states[0]
        for (index, first) in tables.firstArrivals.enumerated() {
            let seen = Self.outer[first.arrival.reward]
            if abs(seen) > 1.5 { continue }
            // The mean of N(0, 1) times N(x; z, 0.81).
            let mean = [seen / 1.81]
            let state = exact.stateLaw(step: 0, belief: [seen], filter: mean)
            let expected = Self.law(
                Self.inner, state.mean[0], state.covariance[0, 0].squareRoot())
            let found = tables.stateLaw(discrete, step: 0, arrival: index)
            for (left, right) in zip(found, expected) { #expect(abs(left - right) < 1e-4) }
            #expect(abs(state.covariance[0, 0] - filter.noise[0, 0]) > 1e-3)
            let z = 10
            let action = exact.actionLaw(
                step: 0, belief: [seen], filter: mean, state: [Self.inner[z]])
            let chosen = Self.law(
                Self.actions, action.mean[0], action.covariance[0, 0].squareRoot())
            let law = tables.actionLaw(discrete, step: 0, belief: first.belief, state: z)
            for (left, right) in zip(law, chosen) { #expect(abs(left - right) < 1e-4) }
        }
    }
}
