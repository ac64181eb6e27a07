import Foundation
import OptimistCore
import OptimistInference
import Testing

/// Models of files as environments of an agent that knows them, against solvers that share no
/// recursion with the generative agent.
@Suite struct GenerativeEnvironmentTests {
    private func problem(
        _ description: ModelDescription, horizon: Int, discount: Double = 1, scale: Double = 1,
        agent: String = "{\"model\": \"environment\"}"
    ) throws -> GenerativeProblem {
        let environment = try GenerativeEnvironment(description)
        let agent = try GenerativeAgentFile.read(Data(agent.utf8), for: environment)
        return try GenerativeProblem(
            environment: environment.process, agent: agent.tables, rewards: environment.rewards,
            horizon: environment.arrivals(ofHorizon: horizon), rewardScale: scale,
            rewardOffset: agent.rewardOffset, discount: discount,
            countsFirstReward: environment.first.isPaid)
    }

    /// Bound and evidence agree with exact inference in the same process.
    private func agree(
        _ description: ModelDescription, horizon: Int, discount: Double = 1, scale: Double = 1
    ) throws {
        var solver = ExactSolver()
        (solver.horizon, solver.discount, solver.rewardScale) = (horizon, discount, scale)
        let known = try solver.solve(
            description.model, addedStates: description.addedStates)
        let problem = try problem(
            description, horizon: horizon, discount: discount, scale: scale)
        let best = try problem.solve(.bound)
        #expect(abs(best.value - (try #require(known.bound.value))) < 1e-10)
        let evidence = try problem.solve(.evidence).value
        #expect(abs(evidence - (try #require(known.logEvidence.value))) < 1e-10)
        let terms = try problem.evaluate(best.posterior).total
        #expect(abs(terms.total! - best.value) < 1e-10)
        // Who sees the state believes in it: what the state tells is what it costs.
        #expect(abs(terms.informationGain! - terms.stateConsistency!) < 1e-10)
    }

    @Test(arguments: [(1, 1.0, 1.0), (4, 1.0, 2.0), (4, 0.7, 1.0)])
    func `a process whose states are seen`(
        horizon: Int, discount: Double, scale: Double
    ) throws {
        let models = [
            try ModelFixtures.three(), try ModelFixtures.three(edge: true),
            try ModelFixtures.lottery(), try ModelFixtures.grid(3),
        ]
        for model in models {
            try agree(
                ModelDescription(model: model), horizon: horizon, discount: discount, scale: scale)
        }
    }

    @Test func `ends and twins`() throws {
        let outcomes = [
            Outcome(state: 0, action: 0, next: nil, probability: 0.25, reward: 2),
            Outcome(state: 0, action: 0, next: nil, probability: 0.25, reward: 0),
            Outcome(state: 0, action: 0, next: 0, probability: 0.25, reward: -1),
            Outcome(state: 0, action: 0, next: 0, probability: 0.25, reward: 1),
            Outcome(state: 0, action: 1, next: 1, probability: 1, reward: 0.5),
            Outcome(state: 1, action: 0, next: 0, probability: 1, reward: 0),
            Outcome(state: 1, action: 1, next: nil, probability: 1, reward: 1),
        ]
        let description = try ModelDescription(
            states: 2, actions: 2, outcomes: outcomes, start: [0.5, 0.5])
        try agree(description, horizon: 3)
        let environment = try GenerativeEnvironment(description)
        #expect(environment.process.observationCount == 3)
        #expect(environment.label(observation: 2) == "end")
        #expect(environment.rewards == [-1, 0, 0.5, 1, 2])
    }

    @Test func `actions that are not everywhere`() throws {
        let text = """
            {"states": 3, "actions": 2, "start": 0,
             "transitions": [[0, 0, 1, 1], [0, 1, 0, 0.5], [0, 1, 2, 0.5], [1, 1, 0, 1]],
             "rewards": [[0, 0, 1], [0, 1, 2], [1, 1, -1]]}
            """
        let description = try ModelFile.read(Data(text.utf8))
        try agree(description, horizon: 4)
        let error = #expect(throws: ModelFileError.self) {
            try problem(
                description, horizon: 2,
                agent: """
                    {"model": "environment", "habit": [[0.5, 0.5], [0.1, 0.9], [0.5, 0.5]]}
                    """)
        }
        #expect(
            error?.description
                == "the habit does 0 in state 1, where it is not available")
    }

    /// A random process that is seen dimly, as a file; and the same where the last reward is part of
    /// the state and of what is seen.
    private func dimModels(seed: UInt64) throws -> (
        plain: ModelDescription, paired: ModelDescription
    ) {
        var generator = Generator(seed: seed)
        func law(_ count: Int) -> [Double] {
            let weights = (0..<count).map { _ in 0.1 + generator.uniform() }
            return weights.map { $0 / weights.reduce(0, +) }
        }
        let transition = (0..<3).map { _ in (0..<2).map { _ in law(3) } }
        let seen = (0..<2).map { _ in (0..<3).map { _ in law(2) } }
        let reward = [[0, 1], [1, 0], [1, 1]]
        let start = law(3)
        var (plain, plainSeen, paired, pairedSeen) = (
            [String](), [String](), [String](), [String]()
        )
        for s in 0..<3 {
            for a in 0..<2 {
                for next in 0..<3 {
                    let p = transition[s][a][next]
                    plain.append("[\(s), \(a), \(next), \(p)]")
                    for last in 0..<2 {
                        paired.append("[\(2 * s + last), \(a), \(2 * next + reward[s][a]), \(p)]")
                    }
                }
                for x in 0..<2 {
                    plainSeen.append("[\(s), \(a), \(x), \(seen[a][s][x])]")
                    for last in 0..<2 {
                        pairedSeen.append(
                            "[\(2 * s + last), \(a), \(2 * x + last), \(seen[a][s][x])]")
                    }
                }
            }
        }
        func description(
            _ states: Int, _ transitions: [String], _ rewards: [[Int]], _ observations: Int,
            _ laws: [String], _ start: [Double]
        ) throws -> ModelDescription {
            let text = """
                {"states": \(states), "actions": 2, "start": \(start), "rewards": \(rewards),
                 "rewardFormat": "dense", "transitions": [\(transitions.joined(separator: ", "))],
                 "observationNames": \(observations), "observationFormat": "sparse",
                 "observations": [\(laws.joined(separator: ", "))]}
                """
            return try ModelFile.read(Data(text.utf8))
        }
        return (
            try description(3, plain, reward, 2, plainSeen, start),
            try description(
                6, paired, reward.flatMap { [$0, $0] }, 4, pairedSeen, start.flatMap { [$0, 0] })
        )
    }

    @Test(arguments: [0.6, 1])
    func `who has one state plans on the beliefs of what is seen and paid`(
        discount: Double
    ) throws {
        let agent = """
            {"states": 1, "transitions": [[[1], [1]]], "observations": [[0.5, 0.5]],
             "rewards": {"values": [0, 1], "laws": [[0.5, 0.5]]}}
            """
        for seed in 0..<3 {
            let (plain, paired) = try dimModels(seed: UInt64(seed))
            var solver = ExactSolver()
            (solver.horizon, solver.discount, solver.rewardScale) = (3, discount, 1.5)
            let known = try solver.solve(paired, method: .soft, using: Generator(seed: 0))
            let problem = try problem(
                plain, horizon: 3, discount: discount, scale: 1.5, agent: agent)
            let best = try problem.solve(.bound)
            #expect(abs(best.value - 1.5 * known.value) < 1e-10)
            let first = problem.firstArrivals
            #expect(first.count == 1 && first[0].arrival.filter == first[0].arrival.prior)
            let laws = problem.actionLaw(
                best.posterior, step: 0, belief: first[0].belief, state: 0)
            for (law, expected) in zip(laws, known.policy) { #expect(abs(law - expected) < 1e-10) }
        }
    }

    @Test func `an offset shifts each reward that is paid, and nothing else`() throws {
        let description = ModelDescription(model: try ModelFixtures.three())
        let plain = try problem(description, horizon: 4, scale: 2)
        let shifted = try problem(
            description, horizon: 4, scale: 2,
            agent: "{\"model\": \"environment\", \"rewardOffset\": 0.5}")
        let (before, after) = (try plain.solve(.bound), try shifted.solve(.bound))
        #expect(abs(before.value - after.value - 4 * 2 * 0.5) < 1e-10)
        #expect(
            abs(
                try plain.evaluate(before.posterior).expectedReturn
                    - shifted.evaluate(after.posterior).expectedReturn) < 1e-10)
    }

    @Test func `a discount of nothing leaves one step, also where a belief is impossible`() throws {
        let problem = try problem(
            ModelDescription(model: try ModelFixtures.three()), horizon: 3, discount: 0)
        let blind = try problem.evaluate(problem.blind)
        #expect(blind.total.informationGain == -.infinity)
        #expect(blind.steps[3].informationGain == 0 && blind.steps[3].reward == 0)
        let best = try problem.evaluate(problem.solve(.bound).posterior)
        #expect(best.total.firstNotFinite == nil)
    }

    @Test func `what cannot be an environment is refused`() throws {
        let text = """
            {"states": 2, "actions": 1, "transitions": [[[0.5, 0.5]], [[0, 1]]],
             "stateRewards": [3, -1], "observationNames": 2,
             "observations": [[0, 0, 0, 1], [1, 0, 1, 1]], "observationFormat": "sparse"}
            """
        let description = try ModelFile.read(Data(text.utf8))
        let error = #expect(throws: SolvingError.self) {
            try GenerativeEnvironment(description)
        }
        #expect(error?.description.contains("before the first action") == true)
        let tiger = try PartiallyObservedFixture.tiger()
        let large = ModelDescription(
            model: tiger.dynamics, observations: PartiallyObservedFixture.table(tiger))
        let fails = #expect(throws: GenerativeAgentError.self) {
            let environment = try GenerativeEnvironment(large)
            let agent = try GenerativeAgentFile.read(
                Data("{\"model\": \"environment\"}".utf8), for: environment)
            _ = try GenerativeProblem(
                environment: environment.process, agent: agent.tables,
                rewards: environment.rewards, horizon: 9, beliefLimit: 3)
        }
        #expect(fails == .tooManyBeliefs(limit: 3, step: 2))
    }
}
