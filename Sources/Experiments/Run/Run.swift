import Foundation
import OptimistAgents
import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistReports
import OptimistTorch

/// An agent learning in an environment, with everything needed to stop at any moment and go on
/// as if it had not.
///
///     let run = try Run<PETS>(
///         in: "runs/mine", PETS.Settings(), environment: .named("pendulum"), steps: 1_600)
///     try run.train()
///
/// One run is one thread. Nobody but the run decides when something is written.
public final class Run<A: Agent> {
    /// Where its files lie.
    public let folder: RunFolder
    /// What decides what it computes.
    public internal(set) var description: RunDescription
    /// The agent that learns.
    public let agent: A
    /// Called with each record as it is made.
    public var onRecord: ((RunStore.Row) -> Void)?
    /// Called after each step.
    public var onStep: ((RunProgress) -> Void)?
    /// Asked after each step: true stops training with a checkpoint.
    public var shouldStop: (RunProgress) -> Bool = { _ in false }

    let environment: EnvironmentSource
    let collector: Collector
    let store: RunStore
    let writers: RecordFiles
    let lock: RunLock
    var carry: A.Carry
    var feeder: Feeder
    var clocks: RunClocks
    var generators: RunGenerators
    var segments: ReplaySegments
    var times = StageTimes()
    var attempt = 1
    var bestEvaluation: Double?
    var lastEvaluation: Evaluation?
    var lastBound: Bound<Double>?
    var lastReturns: [Double] = []
    var alarm = DivergenceAlarm()
    /// Called at each stage of writing a checkpoint, so that tests can stop there.
    package var onCheckpointStage: (CheckpointStage) -> Void = { _ in }

    init(
        folder: RunFolder, description: RunDescription, settings: A.Settings,
        environment: EnvironmentSource, resumingAt positions: [String: WriterPosition]?
    ) throws {
        self.folder = folder
        self.description = description
        self.environment = environment
        lock = try RunLock(path: folder.lock)
        store = try RunStore(path: folder.store)
        generators = RunGenerators(seed: description.seed)
        Engine.threads = description.threads
        let device = try Run.device(named: description.device)
        let environments = try environment.agentUnits(
            copies: description.run.environments, workingFolder: folder.path)
        let replay = Replay(
            layout: EpisodeLayout(
                observations: environments.observationSpace, actions: environments.actionSpace),
            capacity: description.run.replayCapacity, generator: generators.replay)
        collector = Collector(
            environments: environments, replay: replay, generator: generators.environment,
            device: device)
        agent = try A(settings, world: World(environments), using: &generators.agent)
        try Run.check(description.run, for: agent)
        carry = agent.carry(for: environments.count)
        feeder = Feeder(
            diet: agent.diet, warmUp: settings.warmUpSteps, environments: environments.count)
        clocks = RunClocks(description.run)
        segments = ReplaySegments(folder: folder.segments)
        let now = Date().timeIntervalSince1970
        writers =
            if let positions {
                try RecordFiles(folder: folder.path, resumingAt: positions, wallTime: now)
            } else {
                try RecordFiles(
                    folder: folder.path, formats: description.run.formats, wallTime: now)
            }
    }

    /// A replay that is learned from once is emptied by that; a capacity would lose what still waits.
    private static func check(_ settings: RunSettings, for agent: A) throws {
        guard settings.replayCapacity != nil, !agent.diet.learnsFromReplay else { return }
        throw ConfigurationError.inconsistent(
            "run.replayCapacity limits a replay, and \(A.algorithm.name) learns from each step once: "
                + "leave it out")
    }

    private static func device(named name: String) throws -> Device {
        guard let device = Device(name) else {
            throw ConfigurationError.outOfRange(
                key: "device", value: name, allowed: "cpu, cuda, cuda:N")
        }
        if case .cuda(let index) = device, index >= Engine.cudaDeviceCount {
            throw RunError.noDevice(name: "\(device)", found: Engine.cudaDeviceCount)
        }
        return device
    }

    deinit { collector.environments.close() }

    /// Steps taken so far, summed over copies.
    public var steps: Int { collector.steps }

    /// Trains until the described number of steps, evaluates, and writes a last checkpoint.
    ///
    /// - Throws: what the environment or the agent throws; `RunError.interrupted` when asked to
    ///   stop. The newest checkpoint stays whatever happens.
    @discardableResult
    public func train() throws -> RunOutcome {
        let began = steps
        while steps < description.steps {
            try advance()
            if shouldStop(progress) {
                try saveCheckpoint()
                throw RunError.interrupted(step: steps)
            }
        }
        if steps > began || lastEvaluation?.step != steps { try finish() }
        return RunOutcome(
            run: folder.path, steps: steps, evaluation: lastEvaluation, bound: lastBound)
    }

    /// One turn of the loop: act, step, learn, evaluate, save.
    private func advance() throws {
        let finished =
            if case .own = agent.diet { try learnAlone() } else { try stepAndLearn() }
        for episode in finished { try record(episode) }
        if clocks.evaluation.fires(at: steps) { try evaluateAndRecord() }
        if clocks.checkpoint.fires(at: steps) { try saveCheckpoint() }
        onStep?(progress)
    }

    private func stepAndLearn() throws -> [Episode] {
        let arrival = try times.measure(.environment) { try collector.arrive() }
        let action = try times.measure(.acting) {
            try agent.act(
                on: arrival, carrying: &carry, mode: .explore, using: &generators.acting)
        }
        let finished = try times.measure(.environment) { try collector.step(action) }
        let material = feeder.material(at: steps, finished: finished, replay: collector.replay)
        if let material { try learn(from: material) }
        return finished
    }

    private func learnAlone() throws -> [Episode] {
        collector.forgetFinished()
        let records = try times.measure(.learning) {
            try agent.learn(with: collector, using: &generators.learning)
        }
        for record in records { try report(record) }
        return collector.finished
    }

    private func learn(from material: Material) throws {
        let records = try times.measure(.learning) {
            try agent.learn(from: material, using: &generators.learning)
        }
        for record in records { try report(record) }
    }

    private func finish() throws {
        if let material = feeder.last(at: steps, replay: collector.replay) {
            try learn(from: material)
        }
        if lastEvaluation?.step != steps { try evaluateAndRecord() }
        try report(timesRecord)
        try saveCheckpoint()
    }
}
