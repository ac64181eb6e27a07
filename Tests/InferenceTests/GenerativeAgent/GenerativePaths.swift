import Foundation
import OptimistInference
import OptimistLinearAlgebra

/// The second route: every path (s, x, r, z, a)_{1:T} is written down and the joint is summed
/// over all of them. Shares no recursion with `GenerativeProblem.solve` and `.evaluate`.
struct GenerativePaths {
    struct Path {
        let states: [Int]
        let steps: [GenerativeStep]
        /// log p(path, O = 1).
        let logJoint: Double
    }

    let paths: [Path]
    private let problem: GenerativeProblem

    init(of problem: GenerativeProblem) {
        let (environment, agent) = (problem.environment, problem.agent)
        let sizes = [
            environment.stateCount, environment.observationCount, environment.rewardCount,
            agent.stateCount, agent.actionCount,
        ]
        let count = (0..<problem.horizon).reduce(1) { product, _ in
            product * sizes.reduce(1, *)
        }
        paths = (0..<count).compactMap { number in
            var rest = number
            func digit(_ base: Int) -> Int {
                defer { rest /= base }
                return rest % base
            }
            var (states, steps) = ([Int](), [GenerativeStep]())
            for _ in 0..<problem.horizon {
                states.append(digit(sizes[0]))
                steps.append(
                    GenerativeStep(
                        observation: digit(sizes[1]), reward: digit(sizes[2]),
                        state: digit(sizes[3]), action: digit(sizes[4])))
            }
            let joint =
                Self.logEnvironment(states, steps, environment) + Self.logAgent(steps, agent)
                + steps.reduce(0) { $0 + problem.logOptimality(arrival: $1.reward) }
            return joint > -.infinity ? Path(states: states, steps: steps, logJoint: joint) : nil
        }
        self.problem = problem
        logEvidence = logSumExp(paths.map(\.logJoint))
    }

    let logEvidence: Double

    /// KL(q ‖ p(path | O = 1)), with the environment's factors kept in q.
    func divergence(of posterior: GenerativePosterior) -> Double {
        paths.reduce(0) { sum, path in
            let logLaw = logLaw(of: path, under: posterior)
            let weight = exp(logLaw)
            return weight > 0 ? sum + weight * (logLaw - path.logJoint + logEvidence) : sum
        }
    }

    /// log q(path): the environment's factors, and the posterior's.
    func logLaw(of path: Path, under posterior: GenerativePosterior) -> Double {
        Self.logEnvironment(path.states, path.steps, problem.environment)
            + problem.logProbability(of: path.steps, under: posterior)
    }

    /// p(z_t, a_t | h_t, O = 1) after a prefix of steps and what arrives then, `[state][action]`.
    func conditional(
        after prefix: [GenerativeStep], observation: Int, reward: Int
    ) -> [[Double]] {
        let (states, actions) = (problem.agent.stateCount, problem.agent.actionCount)
        var joint = Array(repeating: Array(repeating: 0.0, count: actions), count: states)
        for path in paths where Array(path.steps.prefix(prefix.count)) == prefix {
            let step = path.steps[prefix.count]
            if step.observation == observation, step.reward == reward {
                joint[step.state][step.action] += exp(path.logJoint)
            }
        }
        let total = joint.joined().reduce(0, +)
        return joint.map { $0.map { $0 / total } }
    }

    private static func logEnvironment(
        _ states: [Int], _ steps: [GenerativeStep], _ environment: EmittingProcess
    ) -> Double {
        var product = 1.0
        for (t, step) in steps.enumerated() {
            let arrival = step.observation * environment.rewardCount + step.reward
            product *=
                t == 0
                ? environment.firstJoint(arrival)[states[0]]
                : environment.joint(states[t - 1], steps[t - 1].action, arrival)[states[t]]
        }
        return log(product)
    }

    private static func logAgent(
        _ steps: [GenerativeStep], _ agent: GenerativeAgentTables
    ) -> Double {
        var product = 1.0
        for (t, step) in steps.enumerated() {
            let arrival = step.observation * agent.model.rewardCount + step.reward
            let joint =
                t == 0
                ? agent.model.firstJoint(arrival)
                : agent.model.joint(steps[t - 1].state, steps[t - 1].action, arrival)
            product *=
                joint[step.state] / joint.reduce(0, +) * agent.habit(step.state, step.action)
        }
        return log(product)
    }
}
