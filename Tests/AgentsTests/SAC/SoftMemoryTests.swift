import OptimistAgents
import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistModels
import OptimistTorch
import Testing

/// Soft actor-critic where observations do not tell the state.
@Suite struct SoftMemoryTests {
    /// A learner with a memory, and episodes of seven steps that it lived through.
    private final class Life {
        let learner: SoftLearner
        let encoder: ObservationEncoder
        let replay: Replay
        let kind: ActionKind
        var settings = SACSettings()
        var generator = Generator(seed: 11)
        /// What the policy read when it acted, step after step.
        var lived: [Tensor] = []

        init(_ environment: String, window: Int, burnIn: Int) throws {
            settings.networks.memory = 5
            settings.networks.units = [8]
            settings.batch = 24
            settings.window = window
            settings.burnIn = burnIn
            let environments = AgentUnits(
                try EnvironmentRegistry.standard.makeVector(
                    name: environment, arguments: [("time-limit", "7")], count: 1))
            let world = World(environments)
            kind = ActionKind(world.actionSpace)!
            encoder = ObservationEncoder(world.observationSpace, isStandardizing: false)
            learner = SoftLearner(
                settings, kind: kind, observation: encoder.width, using: &generator)
            replay = Replay(
                layout: EpisodeLayout(
                    observations: environments.observationSpace,
                    actions: environments.actionSpace), generator: generator.split("replay"))
            let collector = Collector(
                environments: environments, replay: replay, generator: generator.split("seeds"))
            var carry = PolicyCarry(of: learner.memory, environments: 1)
            for _ in 0..<21 {
                let arrival = try collector.arrive()
                carry.reset(arrival.isFirst)
                let features = carry.features(of: arrival, encoder, learner.memory)
                let actions = learner.policy.predict(features).sample(using: &generator)
                carry.remember(actions, kind)
                lived.append(features)
                _ = try collector.step(Action(values: ActionLaw.values(actions)))
            }
        }

        func rows(_ batch: Batch) -> SoftRows {
            SoftRows(
                batch, encoder, kind,
                memories: (
                    learner.memory!, learner.critics.memory!, learner.critics.olderMemory!
                ), burnIn: settings.burnIn)
        }
    }

    @Test(arguments: ["pendulum-masked", "cartpole-masked"])
    func `replayed from its start an episode is read as it was lived`(name: String) throws {
        let life = try Life(name, window: 7, burnIn: 3)
        let rows = life.rows(Batch(Array(life.replay.episodes[0...0])))
        let count = life.replay.episodes[0].count
        #expect(rows.rewards.count == count)
        let lived = Tensor.concatenated(Array(life.lived[0..<count]))
        #expect(rows.policyFeatures.isClose(to: lived, relative: 1e-4, absolute: 1e-6))
        #expect(
            rows.nextPolicyFeatures.slice(axis: 0, 0..<count - 1).isClose(
                to: lived.slice(axis: 0, 1..<count), relative: 1e-4, absolute: 1e-6))
        // The last successor is the true last observation, not the next episode's first.
        let last = rows.nextPolicyFeatures.slice(axis: 1, 5..<5 + life.encoder.width)[count - 1]
        guard case .floats(let final) = life.replay.episodes[0].observation(count) else { return }
        #expect(last.floats() == final)
        // Memories differ.
        #expect(!rows.criticFeatures.isClose(to: rows.policyFeatures, relative: 0.1))
    }

    @Test func `a truncation is no end, and padding takes no part`() throws {
        let life = try Life("pendulum-masked", window: 7, burnIn: 0)
        let episodes = Array(life.replay.episodes.prefix(2))
        #expect(episodes[0].ending == .truncated)
        let whole = life.rows(Batch(episodes))
        #expect(whole.rewards.count == 14)
        #expect(whole.continuation.min().item() == 1)
        // A shorter neighbour leaves the rows of the longer one as they are.
        let long = life.rows(Batch([episodes[0]]))
        let batch = life.replay.sampleWindows(4, length: 50)
        #expect(batch.time == 50 && batch.valid.sum().item() <= 28)
        let padded = life.rows(batch)
        #expect(padded.rewards.count == Int(batch.valid.sum().item()))
        let own = stride(from: 0, to: 14, by: 2).map { $0 }
        #expect(
            whole.policyFeatures.indexSelect(axis: 0, Tensor(own)).isClose(
                to: long.policyFeatures, relative: 1e-4, absolute: 1e-6))
    }

    @Test func `the beginning of a sequence only fills the memory, but for an episode's own`()
        throws
    {
        let life = try Life("pendulum-masked", window: 5, burnIn: 2)
        var late = 0
        for _ in 0..<20 {
            let batch = life.replay.sampleWindows(4, length: 5)
            let firsts = batch.beginning.isFirst.floats()
            let expected = (0..<5).flatMap { step in
                (0..<4).filter { step >= (firsts[$0] == 1 ? 0 : 2) }.map { step * 4 + $0 }
            }
            #expect(SoftRows.counted(batch, burnIn: 2) == expected)
            late += firsts.count { $0 == 0 }
            // Something is left of each.
            #expect(SoftRows.counted(batch, burnIn: 9).count >= 4)
        }
        #expect(late > 0)
    }

    @Test(arguments: ["pendulum-masked", "cartpole-masked"])
    func `an update moves both memories, the older one a little`(name: String) throws {
        let life = try Life(name, window: 7, burnIn: 2)
        let critics = life.learner.critics
        func numbers(_ memory: PolicyMemory?) -> [Float] {
            memory!.parameters.flatMap { $0.tensor.floats() }
        }
        let memories = [life.learner.memory, critics.memory, critics.olderMemory]
        let before = memories.map(numbers)
        for _ in 0..<2 {
            let rows = life.learner.rows(from: life.replay, life.encoder)
            _ = try life.learner.update(rows, using: &life.generator)
        }
        let after = memories.map(numbers)
        let moved = zip(before, after).map { zip($0, $1).map { abs($1 - $0) }.max()! }
        // Two steps of Adam.
        #expect(moved[0] > 1e-4 && moved[1] > 1e-4)
        #expect(moved[2] > 0 && moved[2] < 0.02 * moved[1])
    }
}
