import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import Testing

/// The soft Bellman equation of action values, by backups and by samples.
@Suite struct SoftQLearningTests {
    private func program(scale: Double = 1) throws -> SoftDynamicProgramming {
        try SoftDynamicProgramming(PolicyFixtures.three(), rewardScale: scale)
    }

    @Test func `a backup contracts the largest error`() throws {
        var generator = Generator(seed: 31)
        for objective in [SoftDynamicProgramming.Objective.soft, .hard] {
            let program = try SoftDynamicProgramming(
                PolicyFixtures.three(), rewardScale: 3, objective: objective)
            for _ in 0..<200 {
                let pair = (0..<2).map { _ in (0..<6).map { _ in 5 * generator.normal() } }
                let backed = pair.map { program.backUp(actionValues: $0, discount: 0.9) }
                let before = distance(pair[0], pair[1])
                #expect(distance(backed[0], backed[1]) <= 0.9 * before + 1e-14)
            }
        }
    }

    @Test(arguments: [1, 5, 50])
    func `its fixed point is the solution`(scale: Double) throws {
        let program = try program(scale: scale)
        var values = Array(repeating: 0.0, count: 6)
        for _ in 0..<300 { values = program.backUp(actionValues: values, discount: 0.9) }
        let solution = try program.solve(discount: 0.9, stopping: .init(tolerance: 1e-10))
        #expect(distance(values.map { $0 / scale }, solution.actionValues) < 1e-9)
    }

    @Test func `values rise with the scale to the hard ones`() throws {
        let fine = SoftDynamicProgramming.Stopping(tolerance: 1e-10)
        let hard = try SoftDynamicProgramming(PolicyFixtures.three(), objective: .hard)
            .solve(discount: 0.9, stopping: fine).values
        var last = Array(repeating: -Double.infinity, count: 3)
        for scale in [0.1, 1, 5, 50, 500, 5000] {
            let values = try program(scale: scale).solve(discount: 0.9, stopping: fine).values
            for state in 0..<3 {
                #expect(values[state] > last[state])
                let lack = hard[state] - values[state]
                // Met where all but one action is hopeless.
                #expect(lack >= 0 && lack <= log(2) / (scale * (1 - 0.9)) + 1e-9)
            }
            last = values
        }
    }

    @Test func `a constant in the prior's logits changes nothing`() throws {
        let logits = [0.3, -1, 0.5, 2, 0, 0.1]
        let solutions = try [0, 17.0].map { shift in
            let table = try program().policy(
                logits: logits.enumerated().map { $0.offset < 2 ? $0.element + shift : $0.element })
            return try SoftDynamicProgramming(PolicyFixtures.three(), prior: .table(table))
                .solve(discount: 0.9)
        }
        #expect(distance(solutions[0].values, solutions[1].values) < 1e-12)
        #expect(distance(solutions[0].policy, solutions[1].policy) < 1e-13)
    }

    /// Half the squared error of Q = V + log π / p against a fixed backup of the policy's own values:
    /// its gradient by the logits is minus the policy gradient (Schulman, Chen and Abbeel 2017,
    /// arXiv 1704.06440).
    @Test func `the gradient of soft Q-learning is a policy gradient`() throws {
        let program = try program()
        var generator = Generator(seed: 23)
        let logits = (0..<3).map { _ in (0..<6).map { _ in generator.normal() } }
        let policy = logits.map { program.policy(logits: $0) }
        let baseline = (0..<3).map { _ in (0..<3).map { _ in generator.normal() } }
        let targets = try program.actionValues(of: policy)
        let marginals = try program.stateMarginals(policy)
        let exact = try program.gradient(logits: logits)
        for step in 0..<3 {
            for state in 0..<3 {
                let (weight, value) = (marginals[step][state], baseline[step][state])
                let range = program.pairs.range(of: state)
                let ratios = range.map { log(policy[step][$0]) - program.logPrior[$0] }
                let errors = zip(range, ratios).map { value + $1 - targets[step][$0] }
                let mean = zip(range, errors).reduce(0) { $0 + policy[step][$1.0] * $1.1 }
                for (pair, error) in zip(range, errors) {
                    // Σ_a π(a) error(a) (1[a = pair] − π(pair)).
                    let slope = weight * policy[step][pair] * (error - mean)
                    #expect(abs(slope + exact[step][pair]) < 1e-10)
                }
                // By the value it is that of ½ (V − E[target − log π / p])².
                let target = zip(range, ratios).reduce(0) {
                    $0 + policy[step][$1.0] * (targets[step][$1.0] - $1.1)
                }
                #expect(abs(mean - (value - target)) < 1e-13)
            }
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `samples find the soft values`(seed: UInt64) throws {
        let model = try PolicyFixtures.three()
        var learner = try TabularSoftQLearning(model.pairs, settings: .init(discount: 0.9))
        var generator = Generator(seed: seed)
        learner.learn(updates: 200_000, from: model, using: &generator)
        // Over 40 seeds the largest error was 0.017 on average and 0.040 at most.
        let expected = [-9.54716318, -8.69968833, -7.81574638]
        #expect(distance((0..<3).map { learner.value($0) }, expected) < 0.06)
        #expect(learner.counts.reduce(0, +) == 200_000)
        let best = try program().solve(discount: 0.9).policy
        #expect(distance(learner.policy, best) < 0.02)
    }

    @Test func `one transition, terminated or not`() throws {
        let pairs = StateActionPairs(actions: 2, starts: [0, 2, 2], actionOf: [0, 1])
        var learner = try TabularSoftQLearning(
            pairs, rewardScale: 2, prior: .table([0.25, 0.75]), settings: .init(discount: 0.5))
        learner.learn(pair: 0, reward: 3, next: 0)
        #expect(learner.actionValues == [6, 0])
        let value = logSumExp([log(0.25) + 6, log(0.75)])
        #expect(abs(learner.value(0) - value) < 1e-15)
        learner.learn(pair: 1, reward: -1, next: 0)
        #expect(abs(learner.actionValues[1] - (-2 + 0.5 * value)) < 1e-14)
        learner.learn(pair: 0, reward: 1, next: 0, isTerminated: true)
        let step = pow(2, -0.7)
        #expect(abs(learner.actionValues[0] - (6 + step * (2 - 6))) < 1e-14)
        #expect(learner.value(1) == 0)
        let law = learner.policy
        #expect(abs(law[0] + law[1] - 1) < 1e-14)
        #expect(throws: ActionPriorError.self) {
            try TabularSoftQLearning(
                pairs, prior: .table([1, 1]), settings: .init(discount: 0.5))
        }
    }
}
