import Foundation
import OptimistLinearAlgebra

/// The second route: every path (s, x, r, z, a)_{1:T} is written down and the joint is summed
/// over all of them. Shares no recursion with `TabularProblem.solve` and `.evaluate`.
struct TabularPaths {
    /// The paths that can happen, with log p(path, O = 1).
    let paths: [(steps: [Step], logJoint: Double)]
    private let problem: TabularProblem

    /// One step of a path.
    struct Step: Hashable {
        let s, x, r, z, a: Int
    }

    /// All paths of a problem.
    init(of problem: TabularProblem) {
        let (environment, agent) = (problem.environment, problem.agent)
        let sizes = [
            environment.initial.count, agent.observation[0].count, agent.reward[0].count,
            problem.states, problem.actions,
        ]
        let alternatives = sizes.reduce(1, *)
        let count = (0..<problem.horizon).reduce(1) { product, _ in product * alternatives }
        paths = (0..<count).compactMap { number in
            var rest = number
            func digit(_ base: Int) -> Int {
                defer { rest /= base }
                return rest % base
            }
            let steps = (0..<problem.horizon).map { _ in
                Step(
                    s: digit(sizes[0]), x: digit(sizes[1]), r: digit(sizes[2]),
                    z: digit(sizes[3]), a: digit(sizes[4]))
            }
            let logJoint =
                TabularPaths.logEnvironment(steps, environment)
                + TabularPaths.logAgent(steps, agent)
                + steps.reduce(0) { $0 + problem.logOptimality(reward: $1.r) }
            return logJoint > -.infinity ? (steps, logJoint) : nil
        }
        self.problem = problem
    }

    /// log p(O = 1).
    var logEvidence: Double { logSumExp(paths.map(\.logJoint)) }

    /// KL(q ‖ p(path | O = 1)) for a posterior executed in the environment.
    func divergence(of posterior: TabularPosterior) -> Double {
        let logEvidence = logEvidence
        return paths.reduce(0) { sum, path in
            let logQ =
                TabularPaths.logEnvironment(path.steps, problem.environment)
                + logPosterior(path.steps, posterior)
            return logQ == -.infinity ? sum : sum + exp(logQ) * (logQ - path.logJoint + logEvidence)
        }
    }

    /// p(z_t, a_t | h_t, O = 1) at the history that a prefix of observed steps and the emission of
    /// the step after it make, by marginalizing the path posterior; `[state][action]`.
    func conditional(after prefix: [Step], observation x: Int, reward r: Int) -> [[Double]] {
        var joint = Array(
            repeating: Array(repeating: 0.0, count: problem.actions), count: problem.states)
        for path in paths {
            let agrees = zip(path.steps, prefix).allSatisfy {
                $0.x == $1.x && $0.r == $1.r && $0.z == $1.z && $0.a == $1.a
            }
            let step = path.steps[prefix.count]
            if agrees, step.x == x, step.r == r { joint[step.z][step.a] += exp(path.logJoint) }
        }
        let total = joint.joined().reduce(0, +)
        return joint.map { $0.map { $0 / total } }
    }

    private static func logEnvironment(
        _ steps: [Step], _ environment: TabularEnvironment
    ) -> Double {
        var product = environment.initial[steps[0].s]
        for (t, step) in steps.enumerated() {
            product *= environment.observation[step.s][step.x] * environment.reward[step.s][step.r]
            if t > 0 { product *= environment.transition[steps[t - 1].s][steps[t - 1].a][step.s] }
        }
        return log(product)
    }

    private static func logAgent(_ steps: [Step], _ agent: TabularAgent) -> Double {
        var product = 1.0
        for (t, step) in steps.enumerated() {
            let prior =
                t == 0 ? agent.initial : agent.transition[steps[t - 1].z][steps[t - 1].a]
            let joint = prior.indices.map {
                prior[$0] * agent.observation[$0][step.x] * agent.reward[$0][step.r]
            }
            product *= joint[step.z] / joint.reduce(0, +) * agent.habit[step.z][step.a]
        }
        return log(product)
    }

    private func logPosterior(_ steps: [Step], _ posterior: TabularPosterior) -> Double {
        var (history, sum) = (0, 0.0)
        let (observations, rewards) = (
            problem.agent.observation[0].count, problem.agent.reward[0].count
        )
        for (t, step) in steps.enumerated() {
            history = (history * observations + step.x) * rewards + step.r
            let factors = posterior[t, history]
            sum += log(factors.state[step.z]) + log(factors.action[step.z][step.a])
            history = (history * problem.states + step.z) * problem.actions + step.a
        }
        return sum
    }
}
