import OptimistCore
import OptimistInference
import Testing

@Suite struct BayesAdaptiveLookaheadTests {
    /// Arms that pay 1 or 0, with these prior successes and failures.
    private func bandit(_ arms: [(Double, Double)], limit: Int = 1_000_000)
        -> BayesAdaptiveLookahead
    {
        BayesAdaptiveLookahead(
            outcomes: [
                arms.map { successes, failures in
                    [
                        .init(next: 0, reward: 1, concentration: successes),
                        .init(next: 0, reward: 0, concentration: failures),
                    ]
                }
            ], beliefLimit: limit)
    }

    /// The same by plain recursion over counts.
    private func enumerated(_ arms: [(Double, Double)], _ rounds: Int) -> Double {
        if rounds == 0 { return 0 }
        var best = 0.0
        for arm in arms.indices {
            let share = arms[arm].0 / (arms[arm].0 + arms[arm].1)
            var (won, lost) = (arms, arms)
            won[arm].0 += 1
            lost[arm].1 += 1
            let value =
                share * (1 + enumerated(won, rounds - 1))
                + (1 - share) * enumerated(lost, rounds - 1)
            best = max(best, value)
        }
        return best
    }

    @Test func `two rounds of two unknown arms are worth 13 twelfths`() throws {
        let unknown = bandit([(1, 1), (1, 1)])
        #expect(abs(try unknown.value(of: 0, horizon: 1) - 0.5) < 1e-15)
        #expect(abs(try unknown.value(of: 0, horizon: 2) - 13.0 / 12) < 1e-15)
        let uneven = [(1.0, 2.0), (3.0, 3.0), (0.5, 0.5)]
        for horizon in 1...6 {
            let found = try bandit(uneven).value(of: 0, horizon: horizon)
            #expect(abs(found - enumerated(uneven, horizon)) < 1e-12)
        }
    }

    @Test func `it explores what greed would leave`() throws {
        // A sure arm slightly better in the mean, an unknown one that may be much better.
        let arms = bandit([(550, 450), (1, 1)])
        let one = try arms.actionValues(of: 0, horizon: 1)
        let many = try arms.actionValues(of: 0, horizon: 12)
        #expect(one[0] > one[1] && many[1] > many[0])
    }

    @Test func `it lies between planning without learning and knowing everything`() throws {
        var posterior = TabularPosterior(states: 2, actions: 2)
        for (state, action, reward) in [(0, 0, 0.6), (1, 0, 2.0), (1, 1, -1)] {
            posterior.update(
                state: state, action: action, reward: reward, successor: .unrecorded)
        }
        let horizon = 5
        let adaptive = try BayesAdaptiveLookahead(posterior).value(of: 0, horizon: horizon)
        let mean = posterior.mean
        let plan = try SoftDynamicProgramming(mean, objective: .hard).solve(horizon: horizon).policy
        // Over models drawn from the posterior, with the mean rewards: what that plan brings, and
        // what knowing the model would.
        var generator = Generator(seed: 1)
        var (fixed, knowing) = ([Double](), [Double]())
        for _ in 0..<4_000 {
            let model = posterior.sample(using: &generator)
            let program = try SoftDynamicProgramming(
                TabularModel(
                    pairs: model.pairs, transitions: model.transitions,
                    rewards: .perPair(mean.rewards), start: model.start), objective: .hard)
            fixed.append(try program.evaluate(plan)[0][0])
            knowing.append(try program.solve(horizon: horizon).values[0][0])
        }
        let (low, high) = (Estimate(of: fixed), Estimate(of: knowing))
        #expect(adaptive > low.mean - 4.5 * (low.standardError ?? 0))
        #expect(adaptive < high.mean + 4.5 * (high.standardError ?? 0))
        // Adapting is worth something here, and knowing more.
        #expect(high.mean - low.mean > 9 * (high.standardError ?? 0))
    }

    @Test func `a concentrated belief gives the value of dynamic programming`() throws {
        let model = try ModelFixtures.three()
        let outcomes = (0..<3).map { state in
            (0..<2).map { action in
                var list: [BayesAdaptiveLookahead.Outcome] = []
                let pair = state * 2 + action
                model.forEachSuccessor(of: pair) {
                    if $1 > 0 {
                        list.append(
                            .init(next: $0, reward: model.rewards[pair], concentration: $1 * 1e9))
                    }
                }
                return list
            }
        }
        let exact = try SoftDynamicProgramming(model, objective: .hard)
            .solve(horizon: 4, discount: 0.9)
        let lookahead = BayesAdaptiveLookahead(outcomes: outcomes, discount: 0.9)
        for state in 0..<3 {
            let found = try lookahead.value(of: state, horizon: 4)
            #expect(abs(found - exact.values[0][state]) < 1e-7)
        }
    }

    @Test func `ends bring no more, and too many beliefs are refused`() throws {
        let ending = BayesAdaptiveLookahead(
            outcomes: [[[.init(next: nil, reward: 1, concentration: 1)]], []])
        #expect(try ending.value(of: 0, horizon: 5) == 1)
        #expect(try ending.value(of: 1, horizon: 5) == 0)
        let error = try #require(throws: PosteriorSamplingError.self) {
            try bandit([(1, 1), (1, 1), (1, 1)], limit: 100).value(of: 0, horizon: 8)
        }
        #expect(error == .tooManyBeliefs(limit: 100, horizon: 8))
        #expect(
            error.description == "8 steps ahead there are more than 100 beliefs: shorten the "
                + "horizon or raise the limit of beliefs")
    }
}
