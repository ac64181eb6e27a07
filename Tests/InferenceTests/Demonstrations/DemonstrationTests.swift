import Foundation
import OptimistCore
import OptimistInference
import OptimistOracles
import Testing

@Suite struct DemonstrationTests {
    @Test func `optimism fades as futures are averaged`() {
        let lottery = OptimismDemonstration()
        #expect(abs(lottery.neutral - 0.622459) < 5e-7)
        #expect(abs(lottery.optimistic - 0.211890) < 5e-7)
        for (count, share) in [(1, 0.2119), (2, 0.3162), (5, 0.4749), (20, 0.5852), (100, 0.6151)] {
            #expect(abs(lottery.weighted(futures: count) - share) < 5.1e-5)
        }
        for (count, share) in [(1, 0.5359), (2, 0.5792), (5, 0.5978), (20, 0.6145), (100, 0.6207)] {
            #expect(abs(lottery.averaged(futures: count) - share) < 5.1e-5)
        }
    }

    @Test func `only the likelihood ratio is indifferent to a noisy TV`() {
        let demonstration = InformationDemonstration()
        let expected: [(InformationDemonstration.Score, [Double], [Double])] = [
            (.mutualInformation, [log(2), 0, 0], [0.5, 0.25, 0.25]),
            (.logLikelihood, [0, -log(2), 0], [0.4, 0.2, 0.4]),
            (.logMarginal, [-log(2), -log(2), 0], [0.25, 0.25, 0.5]),
            (.predictiveEntropy, [log(2), log(2), 0], [0.4, 0.4, 0.2]),
        ]
        for (score, values, choice) in expected {
            let found = demonstration.branches.map { demonstration.value(score, of: $0) }
            for (left, right) in zip(found, values) { #expect(abs(left - right) < 1e-12) }
            for (left, right) in zip(demonstration.choice(score), choice) {
                #expect(abs(left - right) < 1e-12)
            }
        }
    }

    @Test(arguments: [0.01, 0.1, 0.3, 0.5])
    func `emission noise takes the information away`(noise: Double) {
        let demonstration = InformationDemonstration(emissionNoise: noise)
        let entropy = -noise * log(noise) - (1 - noise) * log(1 - noise)
        let choice = demonstration.choice(.mutualInformation)
        let ratio = choice[0] / choice[2]
        #expect(abs(ratio - exp(log(2) - entropy)) < 1e-12)
    }

    @Test func `a cue informs a belief, and nobody who knows`() {
        let cue = CueDemonstration()
        #expect(abs(cue.cueInformation - 0.494632) < 5e-7)
        #expect(abs(CueDemonstration(validity: 1).cueInformation - 0.693147) < 5e-7)
        #expect(abs(cue.armInformation - 0.130812) < 5e-7)
        #expect(abs(cue.armInformationAfterCue - 0.025834) < 5e-7)
        #expect(cue.conditionalCueInformation == 0)
    }

    @Test func `a cue is worth going to for who sees what it says`() throws {
        let cue = CueDemonstration()
        #expect(abs(cue.directValue) < 1e-12 && abs(cue.cueFirstValue - 0.45) < 1e-12)
        // By looking ahead over beliefs in place of vectors; what is left is an arm, or the end.
        let tree = BeliefTree(cue.model, horizon: 2)
        let values = tree.actionValues(cue.model.initialBelief)
        for (value, expected) in zip(values, [0.45, 0, 0]) {
            #expect(abs(value - expected) < 1e-12)
        }
        // A cue that says nothing is worth nothing, one that is never wrong as much as the arm.
        #expect(abs(CueDemonstration(validity: 0.5).cueFirstValue) < 1e-12)
        #expect(abs(CueDemonstration(validity: 1).cueFirstValue - 0.5) < 1e-12)
        // A plan that cannot branch on what it will see: the best arm on average.
        let blind = (1...2).map { cue.model.expectedReward(cue.model.initialBelief, action: $0) }
        #expect(blind.max()! == 0)
    }

    @Test func `the light tells where one is`() {
        for (position, expected) in [(0.0, 0.00398), (2, 0.01099), (4, 0.09116), (5, 4.60522)] {
            #expect(abs(LightDarkDemonstration.information(at: position) - expected) < 5.1e-6)
        }
    }

    @Test func `invertible maps of what is seen keep the information, noise beside it too`() {
        let prior = [0.3, 0.7]
        let likelihood = [[0.6, 0.3, 0.1], [0.2, 0.2, 0.6]]
        let plain = EmittingProcess.mutualInformation(prior: prior, likelihood: likelihood)
        let mapped = EmittingProcess.mutualInformation(
            prior: prior, likelihood: likelihood.map { [$0[2], $0[0], $0[1]] })
        #expect(abs(plain - mapped) < 1e-15)
        let noisy = EmittingProcess.mutualInformation(
            prior: prior,
            likelihood: likelihood.map { row in row.flatMap { [0.25 * $0, 0.75 * $0] } })
        #expect(abs(plain - noisy) < 1e-15)
    }
}

@Suite struct DistractorDemonstrationTests {
    @Test(arguments: [(2, 1.7329), (4, 5.1986), (8, 12.1301)])
    func `the threshold is where both codes are worth the same`(copies: Int, threshold: Double) {
        var task = DistractorDemonstration(copies: copies, marginalWeight: 0, rewardScale: 1)
        #expect(abs(task.threshold - threshold) < 5e-5)
        task.rewardScale = task.threshold
        #expect(abs(task.taskCodeValue - task.distractorCodeValue) < 1e-12)
        task.marginalWeight = 1
        #expect(task.threshold == 0)
    }

    @Test(arguments: [2, 4, 8], [0.0, 0.5, 1])
    func `codes are worth what the formulas say`(copies: Int, weight: Double) {
        let task = DistractorDemonstration(
            copies: copies, marginalWeight: weight, rewardScale: 1.7)
        let rest = (1 - weight) * log(2)
        let (coded, loud) = (task.value(coding: .task), task.value(coding: .distractor))
        #expect(abs(coded.objective - (0.9 * 1.7 - rest * Double(copies + 1))) < 1e-12)
        #expect(abs(loud.objective - (0.5 * 1.7 - rest * 2)) < 1e-12)
        #expect(abs(coded.accuracy - 0.9) < 1e-12 && abs(loud.accuracy - 0.5) < 1e-12)
    }

    // Of 200 starts a side, none finds anything better than the better code.
    @Test(arguments: [2, 4, 8], [0.9, 1.1])
    func `no start finds a better code, either side of the threshold`(
        copies: Int, share: Double
    ) {
        var task = DistractorDemonstration(
            copies: copies, marginalWeight: 0, rewardScale: 1, initialDeviation: 2)
        task.rewardScale = share * task.threshold
        let known = max(task.taskCodeValue, task.distractorCodeValue)
        #expect((task.taskCodeValue > task.distractorCodeValue) == (share > 1))
        var best = -Double.infinity
        for start in 0..<200 {
            var generator = Generator(seed: 1).split(start)
            best = max(best, task.train(steps: 500, using: &generator).objective)
        }
        #expect(best < known + 1e-9)
        // Logits end at 8 at most, and creep there.
        #expect(best > known - 0.05)
    }

    // Shares of 400 starts here and in the table: of a share p each knows √(p (1 − p) / 400).
    @Test(arguments: [
        (8, 0.0, 2.0, 0.5, 0.03), (8, 0.5, 2, 0.5, 0.78), (8, 0.5, 2, 0.25, 0.89),
    ])
    func `in between, chance decides what is learned`(
        copies: Int, weight: Double, scale: Double, deviation: Double, expected: Double
    ) {
        let task = DistractorDemonstration(
            copies: copies, marginalWeight: weight, rewardScale: scale,
            initialDeviation: deviation)
        let share = task.shareOfTaskCodes(starts: 400).mean
        let error = (2 * expected * (1 - expected) / 400).squareRoot()
        #expect(abs(share - expected) < 3 * error, "\(share)")
        // Where only some learn the task, the loud bit is the better code.
        #expect(task.taskCodeValue < task.distractorCodeValue)
    }

    @Test(arguments: [
        (8, 0.0, 0.5, 0.0), (8, 0.9, 2, 1), (8, 1, 0.5, 1), (8, 1, 2, 1), (4, 0, 0.5, 0),
        (4, 1, 0.5, 1),
    ])
    func `the marginal weight decides what is learned`(
        copies: Int, weight: Double, scale: Double, expected: Double
    ) {
        let task = DistractorDemonstration(
            copies: copies, marginalWeight: weight, rewardScale: scale)
        let share = task.shareOfTaskCodes(starts: 100).mean
        // The table has two digits.
        #expect(abs(share - expected) <= 0.03, "\(share)")
    }

    @Test func `training ends at one of the two codes' values`() {
        let task = DistractorDemonstration(copies: 4, marginalWeight: 1, rewardScale: 2)
        var generator = Generator(seed: 3)
        let result = task.train(using: &generator)
        #expect(abs(result.accuracy - 0.9) < 0.01)
        #expect(abs(result.objective - task.taskCodeValue) < 0.02)
        let loud = DistractorDemonstration(copies: 8, marginalWeight: 0, rewardScale: 0.5)
        let other = loud.train(using: &generator)
        #expect(abs(other.accuracy - 0.5) < 0.02)
        #expect(abs(other.objective - loud.distractorCodeValue) < 0.05)
    }
}
