import OptimistAgents
import OptimistCore
import OptimistExperience
import OptimistProbability
import OptimistTorch
import Testing

/// The bound of a trained agent on episodes, and what records say of it.
@Suite struct GenerativeBoundTests {
    /// Two learned rounds, then two whole planned episodes.
    private func lived(
        _ changes: [(String, String)] = [], environment: String = "pendulum-masked",
        steps: Int = 40
    ) throws -> (life: GenerativeLife, episodes: [Episode]) {
        let life = try GenerativeLife(changes, environment: environment)
        try life.live(20)
        _ = try life.learn()
        try life.live(steps)
        return (life, life.collector.replay.episodes.filter { $0.ending != .none })
    }

    private static let discrete = [
        ("planner.kind", "enumeration"), ("planner.maximumRollouts", "16"),
        ("model.latentKind", "categorical"), ("model.latent", "4"),
        ("model.binaryRewards", "true"), ("marginal", "exact"),
    ]

    @Test func `a trained agent's episodes have four terms with errors`() throws {
        let (life, episodes) = try lived()
        let planned = episodes.filter { $0.identifier > 1 }
        #expect(planned.count == 2)
        var generator = Generator(seed: 5)
        let found = try life.agent.bound(of: planned, using: &generator)
        #expect(found.episodes == 2)
        for evaluation in [found.perEpisode, found.perStep] {
            let bound = evaluation.bound
            #expect(bound.terms.count == 4 && bound.terms.allSatisfy { $0.value.isFinite })
            #expect(bound.context.standardErrors.count == 5)
            #expect(bound.stateConsistency! >= 0 && bound.actionConsistency! > 0)
            #expect(bound.context.source == .rollout)
        }
        // 30 steps an episode; every reward of them counts, none at the start.
        #expect(
            abs(
                found.perEpisode.bound.actionConsistency! - 30 * found.perStep.bound
                    .actionConsistency!)
                < 1e-3)
        let rewards = planned.reduce(0) { $0 + $1.totalReward } / 2
        let scale = found.perEpisode.bound.context.rewardScale
        #expect(abs(found.perEpisode.bound.reward! - rewards * scale) < 1e-3 * abs(rewards * scale))
        // By default samples were doubled until that made no difference, or to the limit.
        #expect(found.marginal.sampleCount! >= 32 && found.isSettled != nil)
    }

    @Test func `the kind of marginal and its weight are the caller's`() throws {
        let (life, episodes) = try lived()
        func bound(
            _ kind: MarginalLikelihood, weight: Double = 1
        ) throws -> EpisodeBound {
            var generator = Generator(seed: 6)
            return try life.agent.bound(
                of: episodes, marginal: kind, marginalWeight: weight, using: &generator)
        }
        let (few, many) = (try bound(.prior(2)), try bound(.prior(256)))
        #expect(few.isSettled == nil && few.marginal == .prior(2))
        // A marginal of few samples is too low, and the slack too high, by much.
        #expect(few.perStep.logMarginal!.mean < many.perStep.logMarginal!.mean)
        #expect(few.perStep.filterSlack!.mean > many.perStep.filterSlack!.mean)
        let jackknife = try bound(.jackknife(64)).perStep.logMarginal!
        #expect(
            abs(jackknife.mean - many.perStep.logMarginal!.mean) < 0.1 * jackknife.standardError!)
        let lower = try bound(.prior(256), weight: 0)
        #expect(
            abs(lower.perStep.bound.informationGain! - lower.perStep.logLikelihood!.mean) < 1e-9)
        #expect(abs(lower.perStep.logMarginal!.mean - many.perStep.logMarginal!.mean) < 1e-9)
        #expect(throws: ConfigurationError.self) { try bound(.exact) }
    }

    @Test func `without lived episodes there is no bound`() throws {
        let life = try GenerativeLife()
        try life.live(35)
        var generator = Generator(seed: 5)
        let random = life.collector.replay.episodes.filter { $0.ending != .none }
        #expect(throws: AgentError.self) {
            try life.agent.bound(of: random, using: &generator)
        }
        _ = try life.learn()
        #expect(throws: AgentError.self) {
            try life.agent.bound(of: random, using: &generator)
        }
        #expect(throws: AgentError.self) { try life.agent.bound(of: [], using: &generator) }
    }

    // A world of indices: the agent's filter can only lose against its own model's.
    @Test func `in a discrete world every sum is exact`() throws {
        let (life, episodes) = try lived(
            Self.discrete + [
                ("marginalWeight", "1"), ("marginalStart", "0"), ("marginalRise", "1"),
            ], environment: "frozen-lake", steps: 60)
        let record = try life.learn()
        #expect(record.metrics.allSatisfy { $0.value.isFinite })
        let names = record.metrics.map(\.name)
        #expect(names.contains("logMarginal") && !names.contains("marginalSamples"))
        var generator = Generator(seed: 7)
        let found = try life.agent.bound(of: episodes, using: &generator)
        #expect(found.marginal == .exact && found.isSettled == true)
        let slack = try #require(found.perEpisode.filterSlack)
        #expect(slack.mean < 3 * slack.standardError!)
        // Online the state was a single class.
        let z = life.agent.beliefFeatures(of: life.carry).slice(axis: 1, 8..<12)
        #expect(z.sum(axis: 1).floats() == [1, 1] && z.square().sum(axis: 1).floats() == [1, 1])
    }

    @Test(arguments: ["importance-weighting", "gradient", "cem", "smc"])
    func `every planner imagines in classes`(planner: String) throws {
        let life = try GenerativeLife([
            ("model.latentKind", "categorical"), ("model.latent", "4"), ("marginal", "exact"),
            ("marginalWeight", "1"), ("marginalStart", "0"), ("marginalRise", "1"),
            ("planner.kind", planner), ("planner.elites", "4"),
        ])
        try life.live(20)
        _ = try life.learn()
        try life.live(5)
        let record = try life.learn()
        #expect(record.metrics.allSatisfy { $0.value.isFinite })
        #expect(record.bound?.informationGain != nil)
        #expect(life.agent.specification.stateInference.contains("over 4 classes"))
    }

    @Test func `what is saved of a discrete agent goes on alike`() throws {
        let (life, _) = try lived(Self.discrete, environment: "frozen-lake", steps: 10)
        let archive = Archive()
        try life.agent.save(to: archive)
        let twin = try GenerativeLife(Self.discrete, environment: "frozen-lake")
        try twin.agent.load(from: archive)
        let arrival = try life.collector.arrive()
        func act(_ agent: GenerativeAgent) throws -> (Action, GenerativeCarry) {
            var (carry, generator) = (life.carry, Generator(seed: 9))
            let action = try agent.act(
                on: arrival, carrying: &carry, mode: .sample, using: &generator)
            return (action, carry)
        }
        let (own, other) = (try act(life.agent), try act(twin.agent))
        #expect(own.0.values == other.0.values)
        #expect(own.1.features.floats() == other.1.features.floats())
    }

    @Test func `rewards that were promised to be 0 or 1 are`() throws {
        let life = try GenerativeLife([("model.binaryRewards", "true")])
        try life.live(20)
        let error = #expect(throws: AgentError.self) { try life.learn() }
        #expect(error?.description.contains("promises rewards of 0 and 1") == true)
    }

    @Test func `the marginal is in every record, though it has no weight`() throws {
        let life = try GenerativeLife([
            ("measuresInformation", "true"), ("informationSamples", "8"),
        ])
        try life.live(20)
        _ = try life.learn()
        try life.live(20)
        let record = try life.learn()
        func value(_ name: String) throws -> Double {
            try #require(record.metrics.first { $0.name == name }, "\(name)").value
        }
        #expect(try value("marginalWeight") == 0)
        #expect(try value("marginalSamples") == 16)
        let effective = try value("marginalEffectiveSampleSize")
        #expect(effective > 1 && effective <= 16)
        let slack =
            try value("logLikelihood") - value("logMarginal") - record.bound!.stateConsistency!
        #expect(abs(try value("filterSlack") - slack) < 1e-6)
        for name in ["logLikelihood", "logMarginal", "filterSlack"] {
            #expect(try value("standardError." + name) > 0)
        }
        // What is lowered is the bound with the weight that it has.
        #expect(record.bound!.informationGain! == (try value("logLikelihood")))
        #expect(try value("information.contrastive") <= value("information.nested"))
        #expect(try value("plan.information") > 0)
    }

    @Test func `what is measured for the record changes nothing that is learned`() throws {
        func parameters(_ marginal: String) throws -> [[Float]] {
            let life = try GenerativeLife([("marginal", marginal)])
            try life.live(20)
            _ = try life.learn()
            try life.live(5)
            _ = try life.learn()
            return try life.parameters
        }
        #expect(try parameters("mixture:4") == parameters("jackknife:3"))
    }

    @Test func `sequential Monte Carlo tells how many roots survive`() throws {
        let life = try GenerativeLife([("planner.kind", "smc")])
        try life.live(20)
        _ = try life.learn()
        try life.live(5)
        let record = try life.learn()
        let roots = try #require(
            record.metrics.first { $0.name == "plan.distinctRoots" }
        ).value
        #expect(roots >= 1 && roots <= 16)
    }
}
