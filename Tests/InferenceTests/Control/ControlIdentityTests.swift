import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import Testing

/// What must hold whatever the numbers are.
@Suite struct ControlIdentityTests {
    private let table = [0.5, 0.5, 0.25, 0.75, 0.6, 0.4]

    private func inference(_ model: TabularModel, scale: Double = 1) throws -> ControlInference {
        try ControlInference(model, rewardScale: scale, prior: ModelFixtures.threePrior)
    }

    /// M(s, s′) = Σ_a p(a | s) exp(r) p(s′ | s, a) and m(s) = Σ_a p(a | s) exp(r).
    private func weights(_ model: TabularModel) -> (matrix: Matrix, end: [Double]) {
        var matrix = Matrix(rows: model.states, columns: model.states)
        var end = Array(repeating: 0.0, count: model.states)
        for pair in 0..<model.pairs.count {
            let state = model.pairs.state(of: pair)
            let weight = table[pair] * exp(model.rewards[pair])
            end[state] += weight
            model.transitions.forEachInRow(pair) { matrix[state, $0] += weight * $1 }
        }
        return (matrix, end)
    }

    @Test func `finite horizons are powers of a matrix`() throws {
        let model = try ModelFixtures.three()
        let (matrix, end) = weights(model)
        var messages = end
        for horizon in 1...30 {
            let exact = try inference(model).infer(horizon: horizon).logEvidence
            #expect(abs(exact - log(dot(model.start, messages))) < 1e-12)
            messages = matrix * messages
        }
    }

    @Test func `random lengths solve a linear system and sum a series`() throws {
        let model = try ModelFixtures.three()
        let (matrix, end) = weights(model)
        let found = try inference(model).infer(discount: 0.9, tolerance: 1e-13)
        var system = Matrix.identity(3)
        for i in 0..<3 { for j in 0..<3 { system[i, j] -= 0.9 * matrix[i, j] } }
        let solved = try LU(system).solution(end.map { 0.1 * $0 })
        #expect(distance(found.stateMessages, solved.map { log($0) }) < 1e-12)
        var (messages, series) = (end, 0.0)
        for length in 0..<400 {
            series += 0.1 * pow(0.9, Double(length)) * dot(model.start, messages)
            messages = matrix * messages
        }
        #expect(abs(found.logEvidence - log(series)) < 1e-12)
    }

    @Test func `a periodic model whose evidence diverges is found out`() throws {
        let model = try TabularModel(
            dense: [[[0, 1]], [[1, 0]]], rewards: [[log(100)], [log(0.05)]], start: [1, 0])
        #expect(throws: ControlInferenceError.evidenceDiverges(discount: 0.9)) {
            try ControlInference(model).infer(discount: 0.9)
        }
        let rate = try ControlInference(model).inferLongRun().logEvidencePerStep
        #expect(abs(rate - log(5) / 2) < 1e-9)
    }

    @Test func `the evidence is the same at every step`() throws {
        let posterior = try inference(ModelFixtures.three(edge: true)).infer(horizon: 12)
        for t in 0..<12 {
            var joint = zip(posterior.forwardMessages[t], posterior.stateMessages[t]).map(+)
            #expect(abs(normalizeLogWeights(&joint) - posterior.logEvidence) < 1e-12)
        }
    }

    @Test func `derivatives of the evidence are posterior expectations`() throws {
        let model = try ModelFixtures.three()
        let posterior = try inference(model, scale: 0.7).infer(horizon: 3)
        let step = 1e-5
        func slope(_ evidence: (Double) throws -> Double) rethrows -> Double {
            try (evidence(step) - evidence(-step)) / (2 * step)
        }
        let byScale = try slope {
            try inference(model, scale: 0.7 + $0).infer(horizon: 3).logEvidence
        }
        #expect(abs(byScale - posterior.expectedReturn) < 1e-9)
        for pair in 0..<6 {
            let byReward = try slope { shift in
                var rewards = model.rewards
                rewards[pair] += shift
                return try inference(ModelFixtures.replacing(rewards, in: model), scale: 0.7)
                    .infer(horizon: 3).logEvidence
            }
            let visits = (0..<3).reduce(0) { $0 + posterior.pairMarginals(step: $1)[pair] }
            #expect(abs(byReward - 0.7 * visits) < 1e-9)
        }
    }

    @Test(arguments: 0..<4)
    func `certain moves leave nothing to tilt`(start: Int) throws {
        let model = try ModelFixtures.certain(from: start)
        let posterior = try ControlInference(model, rewardScale: 1.3).infer(horizon: 6)
        let program = try SoftDynamicProgramming(model, rewardScale: 1.3)
        let solution = try program.solve(horizon: 6)
        #expect(abs(posterior.logEvidence - solution.bound) < 1e-12)
        #expect(abs(try program.gap(of: solution.policy, to: posterior)) < 1e-12)
        for t in 0..<6 {
            #expect(distance(posterior.policy[t], solution.policy[t]) < 1e-12)
            #expect(
                distance(posterior.stateMessages[t], solution.values[t].map { $0 * 1.3 }) < 1e-12)
            #expect(distance(posterior.stateMarginals[t], solution.stateMarginals[t]) < 1e-12)
        }
    }

    @Test func `choosing the successor solves Todorov's linear equation`() throws {
        // States 0 and 1 choose among all three; state 2 is the goal, where it ends.
        let passive = [[0.2, 0.5, 0.3], [0.6, 0.3, 0.1]]
        let cost = [0.7, 0.4]
        var entries: [Transition] = []
        for state in 0..<2 {
            for next in 0..<3 {
                entries.append(
                    Transition(
                        state: state, action: next, next: next, probability: 1,
                        reward: -cost[state]))
            }
        }
        let model = try TabularModel(states: 3, actions: 3, entries: entries, start: [1, 0, 0])
        let program = try SoftDynamicProgramming(
            model, prior: .table(passive.flatMap { $0 }))
        let values = try program.solve(
            discount: 1, stopping: .init(tolerance: 1e-14)
        ).values
        let z = values.map { exp($0) }
        #expect(abs(z[2] - 1) < 1e-15)
        for state in 0..<2 {
            #expect(abs(z[state] - exp(-cost[state]) * dot(passive[state], z)) < 1e-12)
        }
        let posterior = try ControlInference(model, prior: .table(passive.flatMap { $0 }))
            .infer(horizon: 200)
        #expect(distance(posterior.stateMessages[0], values) < 1e-11)
    }

    @Test func `a constant reward changes lengths, not trajectories of one length`() throws {
        let model = try ModelFixtures.three()
        let raised = try ModelFixtures.replacing(model.rewards.map { $0 - 0.4 }, in: model)
        let (first, second) = try (
            inference(model).infer(horizon: 5), inference(raised).infer(horizon: 5)
        )
        #expect(abs(second.logEvidence - first.logEvidence + 5 * 0.4) < 1e-12)
        for t in 0..<5 {
            #expect(distance(first.pairMarginals(step: t), second.pairMarginals(step: t)) < 1e-12)
        }
        let (free, charged) = try (
            inference(model).infer(discount: 0.9), inference(raised).infer(discount: 0.9)
        )
        #expect(distance(free.policy, charged.policy) > 1e-3)
    }

    @Test func `small scales give the prior and the second-order gap`() throws {
        let model = try ModelFixtures.three()
        let expected = [0.15020454, 0.18619959, 0.20690221]
        let scale = 1e-3
        let exact = try inference(model, scale: scale).infer(horizon: 3)
        let bound = try SoftDynamicProgramming(
            model, rewardScale: scale, prior: ModelFixtures.threePrior
        ).solve(horizon: 3)
        for state in 0..<3 {
            let gap = exact.stateMessages[0][state] - scale * bound.values[0][state]
            #expect(abs(gap / (scale * scale) - expected[state]) < 2e-3)
        }
        let tiny = try inference(model, scale: 1e-6).infer(horizon: 3)
        #expect(distance(tiny.policy[0], table) < 1e-5)
        let hard = try SoftDynamicProgramming(
            model, prior: ModelFixtures.threePrior, objective: .hard)
        let prior = try hard.bound(of: Array(repeating: table, count: 3))
        #expect(abs(tiny.logEvidence / 1e-6 - prior) < 1e-5)
    }

    @Test func `shaping by a potential moves messages and no posterior`() throws {
        let (plain, shaped, potential) = try ModelFixtures.layers()
        let (first, second) = try (
            ControlInference(plain, rewardScale: 1.7).infer(horizon: 4),
            ControlInference(shaped, rewardScale: 1.7).infer(horizon: 4)
        )
        for state in 0..<plain.states {
            let shift = second.stateMessages[0][state] - first.stateMessages[0][state]
            #expect(abs(shift + 1.7 * potential[state]) < 1e-12)
        }
        #expect(distance(first.policy[0], second.policy[0]) < 1e-12)
        for pair in 0..<plain.pairs.count {
            #expect(
                distance(
                    first.tiltedDynamics(step: 0, pair: pair),
                    second.tiltedDynamics(step: 0, pair: pair)) < 1e-12)
        }
    }

    @Test func `no prior is the uniform one with the log of the number of actions`() throws {
        let model = try ModelFixtures.random(states: 30, actions: 4, successors: 3, seed: 5)
        let counted = (0..<model.pairs.count).map { pair in
            let state = model.pairs.state(of: pair)
            return model.rewards[pair] + log(Double(model.pairs.range(of: state).count)) / 2
        }
        let none = try ControlInference(model, rewardScale: 2, prior: .none).infer(horizon: 7)
        let uniform = try ControlInference(
            ModelFixtures.replacing(counted, in: model), rewardScale: 2
        ).infer(horizon: 7)
        #expect(abs(none.logEvidence - uniform.logEvidence) < 1e-11)
        #expect(distance(none.policy[0], uniform.policy[0]) < 1e-12)
    }

    @Test func `the log domain survives rewards of thousands`() throws {
        let model = try ModelFixtures.three(edge: true)
        let posterior = try inference(model, scale: 5000).infer(horizon: 6)
        let best = try inference(model, scale: 5000).mostLikelyTrajectory(horizon: 6)
        #expect(posterior.logEvidence >= best.logJoint)
        #expect(posterior.logEvidence < best.logJoint + 30)
        for marginal in posterior.stateMarginals {
            #expect(abs(marginal.reduce(0, +) - 1) < 1e-9)
        }
    }
}
