import Foundation
import OptimistInference
import Testing

@Suite struct HabitLearningTests {
    @Test func `rounds of exact variational EM are those of the table`() throws {
        let rounds = try GenerativeProblem.golden().learnHabit(rounds: 100)
        let expected: [(round: Int, bound: Double)] = [
            (0, -1.769129), (1, -1.746295), (2, -1.726158), (5, -1.681178), (10, -1.643792),
            (20, -1.625448), (100, -1.623055),
        ]
        for (round, bound) in expected { #expect(abs(rounds[round].bound - bound) < 5e-7) }
        #expect(abs(rounds[0].expectedReturn - 1.260778) < 5e-7)
        #expect(abs(rounds[100].expectedReturn - 1.391007) < 5e-7)
        #expect(abs(rounds[0].logEvidence - -1.396429) < 5e-7)
        #expect(abs(rounds[100].logEvidence - -1.237659) < 5e-7)
        #expect(rounds[100].habit[1] > 1 - 1e-6 && rounds[100].habit[3] < 1e-6)
    }

    @Test func `no half of a round lowers the bound`() throws {
        var problem = try GenerativeProblem.golden()
        var last = -Double.infinity
        for _ in 0..<30 {
            let (inferred, posterior) = try problem.solve(.bound)
            #expect(inferred >= last - 1e-12)
            let evaluation = try problem.evaluate(posterior)
            problem = try problem.with(habit: problem.distilledHabit(evaluation))
            // The last action has no consequence: its law follows the habit at once.
            let after = try problem.evaluate(posterior)
            last = after.total.total! + after.steps[2].actionConsistency!
            #expect(last >= inferred - 1e-12)
        }
    }

    @Test func `expected counts are the slope of the enumerated bound`() throws {
        // d L / d logit of a in z is N(z, a) − p(a | z) N(z); L is enumerated over all paths.
        let problem = try GenerativeProblem.golden()
        let posterior = try problem.solve(.bound).posterior
        let logits = problem.agent.habit.map { log($0) }
        func bound(_ logits: [Double]) throws -> Double {
            let habit = (0..<4).map { index in
                let row = logits[index / 2 * 2..<index / 2 * 2 + 2].map { exp($0) }
                return exp(logits[index]) / (row[0] + row[1])
            }
            let paths = GenerativePaths(of: try problem.with(habit: habit))
            return paths.logEvidence - paths.divergence(of: posterior)
        }
        // The last action counts in the bound, and not where habits are distilled.
        let last = lastCounts(problem, posterior)
        let counts = zip(try problem.evaluate(posterior).actionCounts, last).map(+)
        for index in 0..<4 {
            let total = counts[index / 2 * 2] + counts[index / 2 * 2 + 1]
            let slope = counts[index] - problem.agent.habit[index] * total
            var (up, down) = (logits, logits)
            (up[index], down[index]) = (up[index] + 1e-4, down[index] - 1e-4)
            let difference = try (bound(up) - bound(down)) / 2e-4
            #expect(abs(difference - slope) < 1e-7)
            #expect(abs(slope) > 1e-3)
        }
    }

    /// How often the agent is in z and does a at the last step, by all paths.
    private func lastCounts(
        _ problem: GenerativeProblem, _ posterior: GenerativePosterior
    ) -> [Double] {
        let paths = GenerativePaths(of: problem)
        var counts = [0.0, 0, 0, 0]
        for path in paths.paths {
            let last = path.steps[problem.horizon - 1]
            counts[last.state * 2 + last.action] += exp(
                paths.logLaw(of: path, under: posterior))
        }
        return counts
    }

    @Test func `the distilled habit is where the bound's gradient vanishes`() throws {
        let problem = try GenerativeProblem.golden()
        let posterior = try problem.solve(.bound).posterior
        let habit = problem.distilledHabit(try problem.evaluate(posterior))
        // One step more than the counts see acts, the last, where q is the habit of before.
        func bound(_ shift: Double) throws -> Double {
            var changed = habit
            let logit = log(habit[1] / habit[0]) + shift
            changed[1] = 1 / (1 + exp(-logit))
            changed[0] = 1 - changed[1]
            let evaluation = try problem.with(habit: changed).evaluate(posterior)
            let last = evaluation.steps[problem.horizon - 1].actionConsistency!
            return evaluation.total.total! + last
        }
        let gradient = try (bound(1e-5) - bound(-1e-5)) / 2e-5
        #expect(abs(gradient) < 1e-8)
        #expect(try bound(0.3) < bound(0) && bound(-0.3) < bound(0))
    }
}
