import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import Testing

@Suite struct BeliefPlanningTests {
    @Test func `tree and vectors agree at random beliefs`() throws {
        for (states, seed) in [(2, UInt64(1)), (3, 2), (4, 3)] {
            let model = try PartiallyObservedFixture.random(states, 2, 2, seed: seed)
            let stages = try AlphaVectorIteration(model, horizon: 4).stages
            var generator = Generator(seed: seed + 100)
            for _ in 0..<10 {
                let belief = HiddenMarkovFixture.law(states, &generator)
                for k in 1...4 {
                    let tree = BeliefTree(model, horizon: k)
                    #expect(abs(tree.value(belief) - stages[k - 1].value(belief)) < 1e-7)
                }
                let ahead = stages[2].actionValues(belief)
                let exact = BeliefTree(model, horizon: 4).actionValues(belief)
                #expect(largestDifference(ahead, exact) < 1e-7)
            }
        }
    }

    @Test func `each kept vector is needed`() throws {
        let model = try PartiallyObservedFixture.random(3, 3, 2, seed: 9)
        let stage = try AlphaVectorIteration(model, horizon: 3).stages[2]
        var generator = Generator(seed: 1)
        var best: Set<Int> = []
        for _ in 0..<50_000 {
            let draws = (0..<3).map { _ in -log(1 - generator.uniform()) }
            let belief = draws.map { $0 / draws.reduce(0, +) }
            let winner = stage.best(at: belief)
            best.insert(stage.vectors.firstIndex(of: winner)!)
        }
        // Regions smaller than a draw in 50,000 may be missed.
        #expect(best.count <= stage.vectors.count && stage.vectors.count <= best.count + 3)
    }

    @Test func `point-based, exact, informed and observed values are in order`() throws {
        for seed in UInt64(1)...3 {
            let model = try PartiallyObservedFixture.random(3, 2, 2, seed: seed, discount: 0.5)
            var generator = Generator(seed: seed)
            let points = (0..<10).map { _ in HiddenMarkovFixture.law(3, &generator) }
            let lower = try PointBasedValueIteration().solve(model, points: points)
            let informed = try StateValueBounds.fastInformed(model)
            let observed = try StateValueBounds.fullyObserved(model)
            let most = model.dynamics.rewards.map(abs).max()!
            for point in points + [model.initialBelief] {
                // Six steps of a tree, give or take what the rest may bring.
                let (tree, rest) = (
                    BeliefTree(model, horizon: 6).value(point), 2 * most * pow(0.5, 6)
                )
                #expect(lower.value(point) <= tree + rest)
                #expect(tree - rest <= informed.value(point))
                #expect(lower.value(point) <= informed.value(point) + 1e-9)
                #expect(informed.value(point) <= observed.value(point) + 1e-9)
            }
        }
    }

    @Test func `a state that is seen makes a hard decision process`() throws {
        let random = try PartiallyObservedFixture.random(3, 2, 2, seed: 5)
        let model = try PartiallyObservedModel(
            dynamics: random.dynamics, observations: [.identity(3)], discount: 0.9)
        let observed = try StateValueBounds.fullyObserved(model)
        let plan = try BeliefPlan(BeliefMarkovModel(reachableIn: model, from: [1, 0, 0]))
        #expect(plan.beliefs.beliefs.count == 3)
        for state in 0..<3 {
            let belief = (0..<3).map { $0 == state ? 1.0 : 0 }
            #expect(abs(plan.value(belief) - observed.value(belief)) < 1e-8)
        }
    }

    @Test func `without information the planner is open loop`() throws {
        let random = try PartiallyObservedFixture.random(3, 2, 2, seed: 6)
        let blind = Matrix(rows: 3, columns: 2, repeating: 0.5)
        let model = try PartiallyObservedModel(
            dynamics: random.dynamics, observations: [blind], discount: 0.9)
        var best = -Double.infinity
        for code in 0..<16 {
            var (belief, total, weight) = (model.initialBelief, 0.0, 1.0)
            for step in 0..<4 {
                let action = code >> step & 1
                total += weight * model.expectedReward(belief, action: action)
                belief = model.predict(belief, action: action)
                weight *= 0.9
            }
            best = max(best, total)
        }
        #expect(abs(BeliefTree(model, horizon: 4).value(model.initialBelief) - best) < 1e-12)
    }

    @Test func `the soft value lies between the prior's and the hard one`() throws {
        let model = try PartiallyObservedFixture.random(3, 2, 2, seed: 7)
        let belief = model.initialBelief
        let hard = BeliefTree(model, horizon: 4).value(belief)
        let warm = [0.01, 0.5, 5, 5000].map {
            BeliefTree(model, horizon: 4, temperature: $0).value(belief)
        }
        #expect(hard >= warm[0] && zip(warm, warm.dropFirst()).allSatisfy { $0 > $1 })
        #expect(hard - warm[0] < 0.01 * 4 * log(2) + 1e-12)
        // Very warm: the value of the uniform prior's own actions.
        var (state, total, weight) = (belief, 0.0, 1.0)
        for _ in 0..<4 {
            var next = [Double](repeating: 0, count: 3)
            for action in 0..<2 {
                total += weight * 0.5 * model.expectedReward(state, action: action)
                for (i, p) in model.predict(state, action: action).enumerated() {
                    next[i] += 0.5 * p
                }
            }
            (state, weight) = (next, weight * 0.9)
        }
        #expect(abs(warm[3] - total) < 1e-3 && warm[3] >= total - 1e-9)
    }

    @Test func `the belief filter is the filter of a hidden Markov model`() throws {
        let model = try PartiallyObservedFixture.tiger()
        var filter = BeliefFilter(model)
        var belief = filter.initialBelief()
        var total = 0.0
        for (step, heard) in [0, 0, 1].enumerated() {
            belief = try filter.predict(belief, action: 0, step: step)
            let update = try filter.update(belief, observation: heard, action: nil, step: step)
            belief = update.belief
            total += update.logLikelihood
        }
        #expect(largestDifference(belief, PartiallyObservedFixture.net(1)) < 1e-15)
        let states = try DiscreteStateSpace(initial: [0.5, 0.5], transitions: .identity(2))
        let table = try CategoricalEmission(Matrix([[0.85, 0.15], [0.15, 0.85]]))
            .likelihoods(of: [0, 0, 1])
        #expect(abs(total - (try states.filter(table).logEvidence)) < 1e-14)
        #expect(throws: PartiallyObservedError.observationBeforeAction) {
            var fresh = BeliefFilter(model)
            _ = try fresh.update([0.5, 0.5], observation: 0, action: nil, step: 0)
        }
    }

    @Test func `terminal states end episodes and are worth nothing`() throws {
        // Action 0 waits for 1 a step; action 1 ends with 5.
        let dynamics = try TabularModel(
            dense: [[[1, 0], [0, 1]], []], rewards: [[1, 5], []], start: [1, 0])
        let model = try PartiallyObservedModel(
            dynamics: dynamics, observations: [Matrix([[1, 0], [0, 0]])], discount: 0.5)
        #expect(abs(try StateValueBounds.fullyObserved(model).value([1, 0]) - 5) < 1e-9)
        #expect(abs(try StateValueBounds.fastInformed(model).value([1, 0]) - 5) < 1e-9)
        #expect(BeliefTree(model, horizon: 3).value([1, 0]) == 5)
        let policy = try PointBasedValueIteration().solve(model, points: [[1, 0], [0, 1]])
        #expect(abs(policy.value([1, 0]) - 5) < 1e-7)
        #expect(abs(policy.value([0, 1])) < 1e-7)
        let simulation = PolicySimulation(
            of: policy, in: model, episodes: 3, steps: 10, using: Generator(seed: 1))
        #expect(simulation.returns == [5, 5, 5])
    }

    @Test func `what is no partially observed model is refused`() throws {
        let dynamics = try PartiallyObservedFixture.tiger().dynamics
        #expect(throws: PartiallyObservedError.badObservationLaw(action: 0, state: 1, sum: 0.5)) {
            try PartiallyObservedModel(
                dynamics: dynamics, observations: [Matrix([[1, 0], [0.5, 0]])], discount: 0.9)
        }
        let uneven = try TabularModel(
            dense: [[[1, 0], []], [[0, 1], [1, 0]]], rewards: [[0, 0], [0, 0]], start: [1, 0])
        #expect(throws: PartiallyObservedError.missingAction(state: 0, action: 1)) {
            try PartiallyObservedModel(
                dynamics: uneven, observations: [.identity(2)], discount: 0.9)
        }
        let large = try PartiallyObservedFixture.random(11, 2, 2, seed: 1)
        #expect(throws: PartiallyObservedError.tooLarge(states: 11, horizon: 2, vectors: 0)) {
            try AlphaVectorIteration(large, horizon: 2)
        }
        #expect(throws: PartiallyObservedError.tooManyBeliefs(limit: 50)) {
            try BeliefMarkovModel(
                reachableIn: PartiallyObservedFixture.random(3, 2, 2, seed: 1), limit: 50)
        }
    }
}
