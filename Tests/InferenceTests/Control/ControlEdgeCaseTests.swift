import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import Testing

/// Priors with zeros, rewards of transitions, and single states: where conventions break first.
@Suite struct ControlEdgeCaseTests {
    private let zeros = [1.0, 0, 0.25, 0.75, 0, 1]

    @Test func `an action without prior is in no posterior`() throws {
        let model = try ModelFixtures.three()
        let inference = try ControlInference(model, rewardScale: 1.5, prior: .table(zeros))
        let posterior = try inference.infer(horizon: 4)
        var (total, states) = (0.0, [0.0, 0, 0])
        Enumeration.trajectories(of: model, horizon: 4) { path in
            let weight = exp(
                path.logDynamics + 1.5 * path.reward + path.logProbability(of: [zeros]))
            total += weight
            states[path.states[2]] += weight
        }
        #expect(abs(posterior.logEvidence - log(total)) < 1e-12)
        #expect(distance(posterior.stateMarginals[2], states.map { $0 / total }) < 1e-12)
        for t in 0..<4 {
            #expect(posterior.policy[t][1] == 0 && posterior.policy[t][4] == 0)
            #expect(posterior.pairMarginals(step: t).allSatisfy { $0.isFinite })
        }
        let best = try inference.mostLikelyTrajectory(horizon: 4)
        #expect(best.logJoint <= posterior.logEvidence)
        for (state, action) in zip(best.trajectory.states, best.trajectory.actions) {
            #expect(zeros[2 * state + action] > 0)
        }
        let ended = try inference.infer(discount: 0.9)
        #expect(ended.policy[1] == 0 && ended.policy[4] == 0 && ended.logEvidence.isFinite)
        let long = try inference.inferLongRun()
        #expect(long.policy[1] == 0 && long.policy[4] == 0)
    }

    @Test(arguments: [
        SoftDynamicProgramming.Method.valueIteration, .policyIteration,
        .modifiedPolicyIteration(evaluationSweeps: 7),
    ])
    func `no method of solution takes an action without prior`(
        method: SoftDynamicProgramming.Method
    ) throws {
        let program = try SoftDynamicProgramming(
            ModelFixtures.three(), rewardScale: 1.5, prior: .table(zeros))
        let solution = try program.solve(
            discount: 0.9, method: method, stopping: .init(tolerance: 1e-11))
        #expect(solution.policy[1] == 0 && solution.policy[4] == 0)
        let long = try program.solve(horizon: 400, discount: 0.9)
        #expect(distance(solution.values, long.values[0]) < 1e-9)
        #expect(
            abs(try program.bound(of: solution.policy, discount: 0.9) - solution.bound) < 1e-9)
    }

    @Test func `rewards of transitions count in bounds and gaps`() throws {
        let model = try ModelFixtures.three(edge: true)
        let prior = [0.5, 0.5, 0.25, 0.75, 0.6, 0.4]
        let program = try SoftDynamicProgramming(
            model, rewardScale: 1.3, prior: ModelFixtures.threePrior)
        let posterior = try ControlInference(
            model, rewardScale: 1.3, prior: ModelFixtures.threePrior
        ).infer(horizon: 3)
        let policies = (0..<3).map { step in
            program.policy(logits: (0..<6).map { cos(Double(5 * step + 3 * $0)) })
        }
        var (bound, divergence) = (0.0, 0.0)
        Enumeration.trajectories(of: model, horizon: 3) { path in
            let law = path.logDynamics + path.logProbability(of: policies)
            let joint =
                path.logDynamics + path.logProbability(of: [prior]) + 1.3 * path.reward
            bound += exp(law) * (joint - law)
            divergence += exp(law) * (law - joint + posterior.logEvidence)
        }
        #expect(abs(try program.bound(of: policies) - bound) < 1e-12)
        #expect(abs(try program.gap(of: policies, to: posterior) - divergence) < 1e-12)
        let best = try program.solve(horizon: 3)
        #expect(best.bound > bound && best.bound < posterior.logEvidence)
        // Every trajectory is counted once: their laws sum to one.
        var total = 0.0
        Enumeration.trajectories(of: model, horizon: 3) { path in
            total += exp(path.logDynamics + path.logProbability(of: policies))
        }
        #expect(abs(total - 1) < 1e-12)
    }

    @Test func `one state is a bandit in every form`() throws {
        let rewards = [0.3, -0.5, 1.1]
        let bandit = try TabularModel(
            dense: [[[1], [1], [1]]], rewards: [rewards], start: [1])
        let prior = [0.2, 0.5, 0.3]
        let single = log(zip(prior, rewards).reduce(0) { $0 + $1.0 * exp(2 * $1.1) })
        let inference = try ControlInference(bandit, rewardScale: 2, prior: .table(prior))
        #expect(abs(try inference.infer(horizon: 5).logEvidence - 5 * single) < 1e-12)
        #expect(abs(try inference.inferLongRun().logEvidencePerStep - single) < 1e-12)
        let program = try SoftDynamicProgramming(bandit, rewardScale: 2, prior: .table(prior))
        let solution = try program.solve(discount: 0.9, stopping: .init(tolerance: 1e-12))
        #expect(abs(solution.bound - single / 0.1) < 1e-10)
        // Random lengths: Σ (1 − γ) γ^{T−1} z^T = (1 − γ) z / (1 − γ z), for γ z below one.
        let z = exp(single)
        #expect(throws: ControlInferenceError.evidenceDiverges(discount: 0.9)) {
            try inference.infer(discount: 0.9)
        }
        let short = try inference.infer(discount: 0.1).logEvidence
        #expect(0.1 * z < 1 && abs(short - log(0.9 * z / (1 - 0.1 * z))) < 1e-10)
    }

    @Test func `every deterministic policy is listed, and the best of them is the hard one`() throws
    {
        let model = try ModelFixtures.three()
        let hard = try SoftDynamicProgramming(
            model, prior: ModelFixtures.threePrior, objective: .hard)
        var all: [[Double]] = []
        Enumeration.policies(of: model.pairs) { all.append($0) }
        var best = (policy: [Double](), bound: -Double.infinity)
        for policy in all {
            let bound = try hard.bound(of: policy, discount: 0.9)
            if bound > best.bound { best = (policy, bound) }
        }
        let solution = try hard.solve(discount: 0.9)
        #expect(all.count == 8 && best.policy == solution.policy)
        #expect(abs(best.bound - solution.bound) < 1e-7)
    }

    @Test func `rewards of transitions with random lengths and in the long run`() throws {
        let model = try ModelFixtures.three(edge: true)
        let inference = try ControlInference(
            model, rewardScale: 0.7, prior: ModelFixtures.threePrior)
        let found = try inference.infer(discount: 0.9, tolerance: 1e-13)
        var series = 0.0
        for length in 1...400 {
            let weight = 0.1 * pow(0.9, Double(length - 1))
            series += try weight * exp(inference.infer(horizon: length).logEvidence)
        }
        #expect(abs(found.logEvidence - log(series)) < 1e-11)
        let (short, long) = (
            try inference.infer(horizon: 300).logEvidence,
            try inference.infer(horizon: 301).logEvidence
        )
        #expect(abs(try inference.inferLongRun().logEvidencePerStep - (long - short)) < 1e-9)
    }

    @Test func `rewards of transitions in dynamic programming are their means`() throws {
        let model = try ModelFixtures.three(edge: true)
        let means = try TabularModel(
            pairs: model.pairs, transitions: model.transitions, rewards: .perPair(model.rewards),
            start: model.start)
        let programs = try [model, means].map {
            try SoftDynamicProgramming($0, rewardScale: 1.3, prior: ModelFixtures.threePrior)
        }
        let fine = SoftDynamicProgramming.Stopping(tolerance: 1e-11)
        let solutions = try programs.map { try $0.solve(discount: 0.9, stopping: fine) }
        #expect(distance(solutions[0].values, solutions[1].values) < 1e-12)
        let logits = (0..<6).map { sin(Double(3 * $0)) }
        let gradients = try programs.map { try $0.gradient(logits: logits, horizon: 4) }
        #expect(distance(gradients[0], gradients[1]) < 1e-13)
        // The posterior does tell them apart: it may choose its luck.
        let evidence = try [model, means].map {
            try ControlInference($0, prior: ModelFixtures.threePrior).infer(horizon: 4).logEvidence
        }
        #expect(abs(evidence[0] - evidence[1]) > 1e-3)
    }
}
