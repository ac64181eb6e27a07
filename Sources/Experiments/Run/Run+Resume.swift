import Foundation
import OptimistAgents
import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistTorch

extension Run {
    /// A run that starts from nothing, in a folder that holds none yet.
    ///
    /// - Parameters:
    ///   - path: the run's folder, made here.
    ///   - settings: the algorithm's; its warm-up is capped at a quarter of the steps.
    ///   - environment: where environments come from.
    ///   - steps: steps in all, summed over copies.
    ///   - seed: the seed of all randomness.
    ///   - run: the run's own settings.
    ///   - threads: threads that tensors use; nil for as many as they use now.
    ///   - device: where tensors live: `cpu`, `cuda` or `cuda:N`.
    /// - Throws: `RunError.exists`, `FileError`, `ConfigurationError`, or what the environment or
    ///   the agent throws; nothing is left then.
    public convenience init(
        in path: String, _ settings: A.Settings = A.Settings(), environment: EnvironmentSource,
        steps: Int, seed: Int = 0, run: RunSettings = RunSettings(), threads: Int? = nil,
        device: String = "cpu"
    ) throws {
        try settings.check()
        try run.check()
        if steps < 1 { fail("Run", "\(steps) steps") }
        let folder = RunFolder(path)
        guard !FileManager.default.fileExists(atPath: folder.description) else {
            throw RunError.exists(path: path)
        }
        let (capped, notice) = settings.cappingWarmUp(at: steps)
        let description = RunDescription(
            algorithm: A.algorithm.name, environment: environment.name,
            environmentArguments: environment.arguments,
            settings: try JSONValue(encoding: capped), run: run, seed: seed, steps: steps,
            threads: threads ?? Engine.threads, device: device)
        let made = try folder.make()
        do {
            try self.init(
                folder: folder, description: description, settings: capped,
                environment: environment, resumingAt: nil)
            try agent.prepare()
            try folder.write(description)
        } catch {
            folder.unmake(made)
            throw error
        }
        if let notice { try report(Record(.notice, message: notice)) }
        try report(worldNotice)
        try saveCheckpoint()
    }

    /// A run that goes on from the newest checkpoint in its folder, as if it had never stopped.
    ///
    /// - Parameters:
    ///   - path: the run's folder.
    ///   - environment: the run's own environment where it is not in the registry.
    ///   - steps: the new number of steps in all, where more are wanted.
    /// - Throws: `RunError` where there is no checkpoint, it is damaged, or of another algorithm.
    public convenience init(
        resuming path: String, environment: EnvironmentSource? = nil, steps: Int? = nil
    ) throws {
        let folder = RunFolder(path)
        var description = try folder.readDescription()
        guard description.algorithm == A.algorithm.name else {
            throw RunError.algorithm(
                path: path, found: description.algorithm, expected: A.algorithm.name)
        }
        guard let step = folder.checkpointSteps().last else {
            throw RunError.noCheckpoint(path: path, wanted: nil, others: folder.checkpointNames)
        }
        if let steps { description.steps = max(steps, step) }
        let source = environment ?? .saved(description, in: folder)
        let checkpoint = folder.checkpoint(step)
        let saved = try folder.reading(checkpoint) {
            try CheckpointState(readingFrom: checkpoint)
        }
        try self.init(
            folder: folder, description: description,
            settings: folder.settings(A.Settings.self, in: description), environment: source,
            resumingAt: saved.writers)
        try restore(saved, from: checkpoint)
        if steps != nil { try folder.write(description) }
    }

    private func restore(_ saved: CheckpointState, from path: String) throws {
        guard saved.algorithm == A.algorithm.name else {
            throw RunError.algorithm(
                path: path, found: saved.algorithm, expected: A.algorithm.name)
        }
        try folder.reading(path) {
            let archive = try Archive(contentsOf: path + "/agent.safetensors")
            try agent.load(from: archive.scope("agent"))
            try carry.load(from: archive.scope("carry"))
            try collector.replay.restore(
                saved.replay, from: segments.read(saved.segments, layout: collector.replay.layout))
        }
        try agent.prepare()
        generators = saved.generators
        feeder = Feeder(
            diet: agent.diet, warmUp: feeder.warmUp, environments: feeder.environments,
            state: saved.feeder)
        clocks = saved.clocks
        bestEvaluation = saved.bestEvaluation
        lastEvaluation = saved.lastEvaluation
        lastBound = saved.lastBound
        lastReturns = saved.lastReturns
        alarm = saved.alarm
        attempt = (try store.rows().last?.attempt ?? 0) + 1
        try store.truncate(to: saved.records)
        let different = try collector.restore(saved.collector)
        if !different.isEmpty { try report(notDeterministic(different)) }
    }

    private func notDeterministic(_ copies: [Int]) -> Record {
        let names = copies.map(String.init).joined(separator: ", ")
        return Record(
            .notice,
            message:
                "\(description.environment) is not deterministic: with the same seed and actions "
                + "it did something else, so copy \(names) goes on at its next episode")
    }

    /// Which of the world's functions are known, so that nobody has to guess later.
    private var worldNotice: Record {
        let world = World(collector.environments)
        func word(_ known: Bool) -> String { known ? "known" : "learned or not used" }
        return Record(
            .notice,
            message: "reward function: \(word(world.knownReward != nil)); termination function: "
                + word(world.knownTermination != nil))
    }
}

extension AgentSettings {
    /// These settings with a warm-up of at most a quarter of the steps, and a sentence if that
    /// changed it.
    func cappingWarmUp(at steps: Int) -> (Self, notice: String?) {
        let cap = max(1, steps / 4)
        guard warmUpSteps > cap else { return (self, nil) }
        var capped = self
        capped.warmUpSteps = cap
        return (
            capped,
            "the warm-up of \(warmUpSteps) steps is capped at \(cap), a quarter of the steps"
        )
    }
}

extension Agent {
    /// A trained agent, loaded from a run to act.
    ///
    /// - Parameters:
    ///   - path: the run's folder.
    ///   - checkpoint: which one; the newest unless said otherwise.
    ///   - environment: the run's own environment where it is not in the registry.
    /// - Throws: `RunError` where there is none, it is damaged, or of another algorithm.
    public init(
        run path: String, checkpoint: CheckpointChoice = .last,
        environment: EnvironmentSource? = nil
    ) throws {
        let folder = RunFolder(path)
        let description = try folder.readDescription()
        guard description.algorithm == Self.algorithm.name else {
            throw RunError.algorithm(
                path: path, found: description.algorithm, expected: Self.algorithm.name)
        }
        let environments = try (environment ?? .saved(description, in: folder))
            .agentUnits(copies: 1, workingFolder: path)
        defer { environments.close() }
        var generator = RunGenerators(seed: description.seed).agent
        try self.init(
            folder.settings(Settings.self, in: description), world: World(environments),
            using: &generator)
        let chosen = try checkpoint.folder(in: folder)
        try folder.reading(chosen) {
            let archive = try Archive(contentsOf: chosen + "/agent.safetensors")
            try load(from: archive.scope("agent"))
        }
    }
}

/// Which checkpoint of a run is meant.
public enum CheckpointChoice: Equatable, Sendable {
    /// The newest.
    case last
    /// The one with the best evaluation.
    case best
    /// The one at a step.
    case step(Int)

    /// The checkpoint's folder.
    ///
    /// - Throws: `RunError.noCheckpoint` where there is none.
    func folder(in run: RunFolder) throws -> String {
        let (path, name): (String?, String?) =
            switch self {
            case .last: (run.checkpointSteps().last.map(run.checkpoint), nil)
            case .best: (run.best, "best")
            case .step(let step): (run.checkpoint(step), "\(step)")
            }
        guard let path, DurableFiles.isFolder(path) else {
            throw RunError.noCheckpoint(path: run.path, wanted: name, others: run.checkpointNames)
        }
        return path
    }
}
