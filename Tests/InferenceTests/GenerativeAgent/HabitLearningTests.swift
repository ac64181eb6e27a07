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
        #expect(abs(rounds[100].expectedReturn - 1.391007) < 5e-6)
        #expect(abs(rounds[0].logEvidence - -1.396429) < 5e-7)
        #expect(abs(rounds[100].logEvidence - -1.237659) < 5e-6)
        #expect(rounds[100].habit[1] > 0.99 && rounds[100].habit[3] < 0.01)
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
