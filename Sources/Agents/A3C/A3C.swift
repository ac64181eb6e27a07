import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistModels
import OptimistTorch

/// Asynchronous advantage actor-critic (Mnih et al. 2016, arXiv 1602.01783, algorithm S3).
///
/// As inference: the ascent of the bound that `A2C` makes, by several threads at once. Each copies the
/// shared parameters, acts some steps in an environment of its own, finds the gradient, and changes the
/// shared parameters where they are by then, without a lock. Where `synchronous` is set, environments
/// wait for one another, and this is `A2C`.
public final class A3C: ActorCriticAgent {
    /// The algorithm's settings.
    public let settings: A3CSettings
    /// The parameters as they were when all threads last met, and the encoder.
    private let actorCritic: A2C
    /// What threads share; nil where there are none.
    private let optimizer: SharedRMSProp?
    private var threads: [ActorThread] = []

    /// An actor-critic that has seen nothing.
    ///
    /// - Throws: `AgentError.unsuitable` for actions that no policy here has, or a prior that
    ///   does not suit them.
    public init(_ settings: A3CSettings, world: World, using generator: inout Generator) throws {
        self.settings = settings
        var optimizer: SharedRMSProp?
        func share(_ parameters: [NamedTensor]) -> any Optimizer {
            let shared = SharedRMSProp(parameters, learningRate: settings.descent.learningRate)
            optimizer = shared
            return shared
        }
        actorCritic = try A2C(
            settings.actorCritic, world: world,
            optimizer: settings.synchronous ? nil : share, using: &generator)
        self.optimizer = optimizer
    }

    /// Where it acts.
    public var world: World { actorCritic.world }
    /// Policy and value.
    public var networks: ActorCritic { actorCritic.networks }

    /// The last few steps of every environment, or what threads collect.
    public var diet: Diet {
        settings.synchronous ? .rollouts(steps: settings.steps) : .own
    }

    /// One step of the optimizer on a rollout of all environments.
    public func learn(
        from material: Material, using generator: inout Generator
    ) throws -> [Record] {
        try actorCritic.learn(from: material, using: &generator)
    }

    /// Some updates of every thread, one thread for each copy of the environment, until all meet.
    ///
    /// With one copy this is `A2C` with one environment, bit for bit.
    public func learn(
        with collector: Collector, using generator: inout Generator
    ) throws -> [Record] {
        // What was learned from last time stays until now, so that a run can report its episodes.
        collector.replay.discard(before: collector.replay.appended)
        try hire(collector.environments.count)
        let commons = Commons(collector, networks, steps: actorCritic.steps)
        let records =
            threads.count == 1
            ? try alone(commons, using: &generator) : try together(commons, using: &generator)
        optimizer?.pull()
        actorCritic.steps = commons.steps
        return records
    }

    private func alone(
        _ commons: Commons, using generator: inout Generator
    ) throws -> [Record] {
        var records: [Record] = []
        for _ in 0..<settings.updates {
            records += try threads[0].update(commons, using: &generator)
        }
        return records
    }

    /// Each thread has random numbers of its own and tensors that use no further threads.
    private func together(
        _ commons: Commons, using generator: inout Generator
    ) throws -> [Record] {
        let before = Engine.threads
        Engine.threads = 1
        defer { Engine.threads = before }
        let root = Generator(seed: generator.next())
        let (threads, updates) = (threads, settings.updates)
        let outcomes = threads.map { _ in Outcome() }
        ThreadTeam.run(threads.count) { index in
            var own = root.split(index)
            do {
                for _ in 0..<updates {
                    outcomes[index].records += try threads[index].update(commons, using: &own)
                }
            } catch {
                outcomes[index].error = error
            }
        }
        if let error = outcomes.lazy.compactMap(\.error).first { throw error }
        return outcomes.flatMap(\.records)
    }

    /// What a thread brought back.
    private final class Outcome {
        var records: [Record] = []
        var error: (any Error)?
    }

    /// More copies of an environment than any machine has threads for.
    private static let mostThreads = 65_536

    private func hire(_ count: Int) throws {
        guard let optimizer, threads.count != count else { return }
        threads = try (0..<count).map {
            try ActorThread(
                copy: $0, settings.actorCritic, world: world, sharingWith: optimizer)
        }
    }

    /// Which factors are known, assumed or learned.
    public var specification: BoundSpecification { actorCritic.specification }

    /// Writes optimizer, counts and what threads carry.
    public func saveProgress(to archive: Archive) throws {
        try actorCritic.saveProgress(to: archive)
        archive.store(threads.count, as: "threads")
        for (index, thread) in threads.enumerated() {
            try thread.carry.save(to: archive.scope("thread\(index)"))
        }
    }

    /// Reads what `saveProgress` wrote.
    public func loadProgress(from archive: Archive) throws {
        optimizer?.publish()
        try actorCritic.loadProgress(from: archive)
        let count: Int = try archive.value("threads")
        guard (0...Self.mostThreads).contains(count) else {
            throw archive.invalid("threads", "there are \(count) of them")
        }
        try hire(count)
        for (index, thread) in threads.enumerated() {
            try thread.carry.load(from: archive.scope("thread\(index)"))
        }
    }
}
