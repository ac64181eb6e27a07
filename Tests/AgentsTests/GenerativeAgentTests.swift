import Foundation
import OptimistAgents
import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistTorch
import Testing

@Suite struct GenerativeAgentTests {
    private typealias Life = GenerativeLife

    @Test func `actions are random before the first update, then planned`() throws {
        let life = try Life([("planner.sufficientShare", "none")])
        try life.live(20)
        #expect(life.carry.features.abs().sum().item() == 0)
        let record = try life.learn()
        // Nothing was chosen yet that a bound could be reported of.
        #expect(record.bound == nil)
        try life.live(10)
        #expect(life.carry.features.abs().sum().item() > 0)
        let next = try life.learn()
        #expect(next.bound != nil)
        #expect(next.metrics.contains { $0.name == "plan.iterations" && $0.value == 2 })
    }

    @Test func `acting changes no parameter and records no gradient`() throws {
        let life = try Life()
        try life.live(20)
        _ = try life.learn()
        let before = try life.parameters
        try life.live(12)
        #expect(try life.parameters == before)
        #expect(!life.carry.features.requiresGradient)
        _ = try life.learn()
        #expect(try life.parameters != before)
    }

    @Test func `the bound has four terms, and every metric is finite`() throws {
        let life = try Life([
            ("planner.informationWeight", "1"), ("informationSamples", "4"),
            ("marginalWeight", "1"), ("marginalStart", "0"), ("marginalRise", "1"),
            ("marginal", "mixture:8"),
        ])
        try life.live(25)
        _ = try life.learn()
        try life.live(20)
        let record = try life.learn()
        let bound = try #require(record.bound)
        #expect(bound.informationGain != nil && bound.stateConsistency! >= 0)
        #expect(bound.actionConsistency! >= 0)
        let names = record.metrics.map(\.name)
        for name in [
            "loss.model", "loss.distillation", "loss.value", "plan.information",
            "plan.effectiveSampleSize", "logLikelihood", "logMarginal", "filterSlack",
            "marginalWeight", "rewardScale",
        ] { #expect(names.contains(name), "\(name)") }
        #expect(record.metrics.allSatisfy { $0.value.isFinite })
    }

    @Test func `planned and habitual actions come from one belief`() throws {
        let life = try Life()
        try life.live(20)
        _ = try life.learn()
        let arrival = try life.collector.arrive()
        func act(_ mode: ActingMode) throws -> (values: [Float], carry: GenerativeCarry) {
            var (carry, generator) = (life.carry, Generator(seed: 9))
            let action = try life.agent.act(
                on: arrival, carrying: &carry, mode: mode, using: &generator)
            return (action.values, carry)
        }
        let (planned, habit) = (try act(.planned), try act(.habit))
        #expect(planned.carry.features.floats() == habit.carry.features.floats())
        #expect(planned.values != habit.values)
        #expect(try act(.deterministic).values == planned.values)
        #expect(planned.values.allSatisfy { abs($0) <= 1 })
    }

    @Test func `a planner that ascends gradients takes its own while acting`() throws {
        let life = try Life([("planner.kind", "gradient")])
        try life.live(20)
        _ = try life.learn()
        try life.live(5)
        #expect(!life.carry.features.requiresGradient)
        let divergence = try life.learn().metrics.first { $0.name == "plan.divergence" }
        #expect(try #require(divergence).value > 0)
    }

    @Test func `a planner learns in training alone, and goes on from an archive`() throws {
        let life = try Life([("planner.kind", "amortized")])
        let network = "planner.network.network"
        try life.live(20)
        _ = try life.learn()
        let (before, untrained) = (try life.parameters, try life.stored(network))
        #expect(!untrained.isEmpty)
        func act(_ agent: GenerativeAgent, _ mode: ActingMode) throws -> [Float] {
            var (carry, generator) = (life.carry, Generator(seed: 9))
            return try agent.act(
                on: life.collector.arrive(), carrying: &carry, mode: mode, using: &generator
            ).values
        }
        _ = try act(life.agent, .planned)
        #expect(try life.stored(network) == untrained)
        try life.live(6)
        #expect(try life.stored(network) != untrained)
        #expect(try life.parameters == before)
        #expect(!life.carry.features.requiresGradient)
        #expect(
            life.agent.specification.posterior.contains {
                $0.role.hasPrefix("amortized") && $0.status == .learned
            })
        // Another agent that reads what this one wrote plans and learns on, bit for bit.
        let other = try Life([("planner.kind", "amortized")])
        let archive = Archive()
        try life.agent.save(to: archive)
        try other.agent.load(from: archive)
        for _ in 0..<3 {
            #expect(try act(life.agent, .explore) == act(other.agent, .explore))
        }
        #expect(try act(life.agent, .planned) == act(other.agent, .planned))
        #expect(try life.stored(network) == other.stored(network))
        let moments = "planner.optimizer.mean"
        #expect(try life.stored(moments) == other.stored(moments))
    }

    /// What agents with a marginal likelihood of some kind have learned after three updates, and
    /// what they say of the last.
    private func learned(
        marginal weight: String, _ gradient: String
    ) throws -> (parameters: [[Float]], metrics: [String: Double]) {
        let life = try Life([
            ("marginalWeight", weight), ("marginalGradient", gradient), ("marginalStart", "0"),
            ("marginalRise", "1"), ("marginal", "mixture:4"), ("learning.pretraining", "0"),
            ("learning.updates", "3"), ("warmUpSteps", "1"),
        ])
        try life.live(20)
        let record = try life.learn()
        return (
            try life.parameters,
            Dictionary(uniqueKeysWithValues: record.metrics.map { ($0.name, $0.value) })
        )
    }

    @Test func `a marginal that gradients do not see is for reporting alone`() throws {
        let evidence = try learned(marginal: "0", "full")
        for weight in ["0.3", "1"] {
            let detached = try learned(marginal: weight, "detached")
            // Bit for bit what learning by the evidence lower bound comes to.
            #expect(detached.parameters == evidence.parameters)
            #expect(detached.metrics["marginalWeight"] == Double(weight))
            let off = try learned(marginal: weight, "off")
            #expect(off.parameters == evidence.parameters)
            #expect(off.metrics["marginalWeight"] == 0 && off.metrics["logMarginal"] == nil)
            let full = try learned(marginal: weight, "full")
            #expect(full.parameters != evidence.parameters)
            #expect(full.metrics["marginalWeight"] == Double(weight))
        }
        #expect(evidence.metrics["marginalWeight"] == 0)
    }

    @Test func `the encoder's posterior is refined, online and in replay`() throws {
        let life = try Life([("model.inferenceIterations", "1")])
        try life.live(20)
        let record = try life.learn()
        let gain = record.metrics.first { $0.name == "inference.improvement" }
        #expect(try #require(gain).value.isFinite)
        try life.live(10)
        #expect(!life.carry.features.requiresGradient)
        #expect(life.carry.features.isFinite().all().item() == 1)
        #expect(life.agent.specification.stateInference.contains("learned iterations (1)"))
        let archive = Archive()
        try life.agent.save(to: archive)
        #expect(archive.names.contains { $0.contains("model.refinement.heads.weight") })
        // Without iterations there is nothing to report or to store.
        let plain = try Life()
        try plain.live(20)
        #expect(try !plain.learn().metrics.contains { $0.name == "inference.improvement" })
    }

    @Test func `observations are predicted by those before, online and in replay`() throws {
        let changes = [("model.observationLags", "2"), ("model.inferenceIterations", "1")]
        let life = try Life(changes)
        try life.live(20)
        _ = try life.learn()
        try life.live(45)
        let record = try life.learn()
        #expect(record.metrics.allSatisfy { $0.value.isFinite })
        let archive = Archive()
        try life.agent.save(to: archive)
        #expect(archive.names.contains { $0.contains("model.flow.network") })
        #expect(life.agent.specification.joint.contains { $0.density == "p(x|z',x⁻)" })
        // Whole episodes have a bound, whose likelihood the flow is part of.
        var generator = Generator(seed: 5)
        let lived = life.collector.replay.episodes.filter {
            $0.ending != .none && $0.identifier > 1
        }
        let bound = try life.agent.bound(of: lived, using: &generator)
        #expect(bound.perStep.bound.informationGain!.isFinite)
        // What the carry holds is what a replay finds before the next arrival.
        try life.carry.save(to: archive.scope("carry"))
        let past = try archive.scope("carry").tensor("past")
        #expect(past.shape == [2, 4] && past.abs().min().item() > 0)
        // An index cannot be moved and scaled.
        #expect(throws: ConfigurationError.self) {
            try Life(
                [("model.observationLags", "1"), ("planner.kind", "enumeration")],
                environment: "frozen-lake")
        }
    }

    // What is evaluated leaves no trace in the records of training.
    @Test func `plans are counted in training alone`() throws {
        let life = try Life([("habitEvery", "1")])
        try life.live(20)
        _ = try life.learn()
        // Every episode of training is the habit's own; the plan is somebody else's.
        var (carry, generator) = (life.carry, Generator(seed: 9))
        _ = try life.agent.act(
            on: life.collector.arrive(), carrying: &carry, mode: .planned, using: &generator)
        try life.live(5)
        let names = try life.learn().metrics.map(\.name)
        #expect(!names.contains { $0.hasPrefix("plan.") })
    }

    @Test func `a habit's own episodes are lived without a plan`() throws {
        let life = try Life([("habitEvery", "2")], copies: 1)
        try life.live(20)
        _ = try life.learn()
        // The first episode ends after 30 steps; the second is the habit's.
        try life.live(40)
        let batch = life.collector.replay.allTransitions()
        let origins = try #require(batch.columns["plan"]).select(axis: 2, 0).floats()
        #expect(origins.prefix(20).allSatisfy { $0 == 0 })
        #expect(origins[20..<30].allSatisfy { $0 == 1 })
        #expect(origins[30..<60].allSatisfy { $0 == 2 })
    }

    @Test func `discrete actions are planned by enumeration`() throws {
        let life = try Life(
            [("planner.kind", "enumeration"), ("planner.maximumRollouts", "16")],
            environment: "cartpole-masked")
        try life.live(20)
        _ = try life.learn()
        try life.live(12)
        let record = try life.learn()
        #expect(record.bound?.actionConsistency.map { $0 >= 0 } == true)
        let error = record.metrics.first { $0.name == "plan.standardError" }
        #expect(try #require(error).value > 0)
        let plans = try #require(life.collector.replay.allTransitions().columns["plan"])
        let laws = plans.slice(axis: 2, 2..<4).sum(axis: 2).floats()
        // A law where it was planned, nothing before.
        #expect(laws.prefix(40).allSatisfy { $0 == 0 })
        #expect(laws.suffix(8).allSatisfy { abs($0 - 1) < 1e-5 })
    }

    @Test(arguments: [
        ("bouncing-ball", "generative-agent cannot act in bouncing-ball: it models vectors"),
        ("pendulum-pixels", "generative-agent cannot act in pendulum-pixels: it models vectors"),
    ])
    func `worlds it cannot act in are refused in words`(name: String, sentence: String) throws {
        var generator = Generator(seed: 0)
        let world = World(
            AgentUnits(try EnvironmentRegistry.standard.makeVector(name: name, count: 1)))
        let error = #expect(throws: AgentError.self) {
            try GenerativeAgent(GenerativeAgentSettings(), world: world, using: &generator)
        }
        #expect(error?.description.hasPrefix(sentence) == true)
    }

    @Test func `planners that do not fit the actions are refused in words`() throws {
        #expect(throws: ConfigurationError.self) { try Life(environment: "cartpole-masked") }
        #expect(throws: ConfigurationError.self) { try Life([("planner.kind", "enumeration")]) }
    }

    @Test func `its presets are within range`() throws {
        for preset in GenerativeAgent.algorithm.presets {
            try GenerativeAgent.settings(preset: preset.name).check()
        }
    }

    @Test func `all factors of the joint are drawn`() throws {
        let specification = try Life().agent.specification
        #expect(specification.terms == BoundTerm.allCases)
        #expect(specification.joint.contains { $0.role == "habit" && $0.status == .learned })
    }
}
