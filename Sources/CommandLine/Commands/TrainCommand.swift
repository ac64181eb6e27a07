import ArgumentParser
import Foundation
import OptimistAgents
import OptimistCore
import OptimistExperiments
import OptimistTorch

/// `optimist train`.
struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Train an agent, or go on training one.",
        discussion: """
            Examples:
              optimist train pets
              optimist train pets --env pendulum --env-set start=hanging --seeds 0-2
              optimist train pets --set planner.horizon=20 --set run.evaluateEvery=1000
              optimist train --resume runs/pets-pendulum-0 --steps 3200
            """)

    @Argument(help: "The algorithm; see optimist algorithms.")
    var algorithm: String?
    @Option(help: "A named set of settings; the environment's own, if any, unless named.")
    var preset: String?
    @Option(
        name: .customLong("env"),
        help: "The environment, else the one the algorithm is shown on; see optimist environments.")
    var environment: String?
    @Option(
        name: .customLong("env-set"), parsing: .singleValue,
        help: ArgumentHelp(
            "An argument of the environment or of a wrapper; see optimist environments show.",
            valueName: "key=value"))
    var environmentArguments: [String] = []
    @Option(help: "Steps in all, summed over copies of the environment; also when resuming.")
    var steps: Int?
    @Option(help: "The seed of all randomness, 0 unless given.")
    var seed: Int?
    @Option(help: "Several seeds, one run after the other, such as 0-4.")
    var seeds: String?
    @Option(help: "Threads that tensors use, one for each core unless given.")
    var threads: Int?
    @Option(help: "Where tensors live: cpu, cuda or cuda:N.")
    var device: String?
    @Option(
        help: ArgumentHelp(
            "A YAML or JSON file of settings, those of the run under 'run'; --set goes over it.",
            valueName: "file"))
    var config: String?
    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: ArgumentHelp(
            "A setting of the algorithm, or of the run under 'run.'; see optimist algorithms show.",
            valueName: "key=value"))
    var settings: [String] = []
    @Option(help: "The folder that runs lie in.")
    var runs = "runs"
    @Option(
        help: ArgumentHelp(
            "A run to go on with, from its newest checkpoint, in place of an algorithm.",
            valueName: "run"))
    var resume: String?
    @OptionGroup var output: OutputOptions

    func run() throws {
        PassiveThreads.ensure()
        try Engine.check()
        StopSignals.listen()
        if let resume {
            try refuseOptionsOfNewRuns()
            try resumeRun(RunLocation.folder(resume, in: runs))
        } else {
            guard let algorithm else {
                throw UsageError.needed(
                    "which algorithm? Name one, such as optimist train pets, or --resume a run")
            }
            try start(Catalogue.algorithm(algorithm))
        }
    }

    private func start(_ type: any Agent.Type) throws {
        let plan = try TrainingPlan(self, for: type)
        var results: [JSONValue] = []
        for seed in try allSeeds() {
            results.append(try Trainer(output: output).start(type, plan, seed: seed))
        }
        if output.format == .json {
            StandardOutput.print((seeds == nil ? results[0] : .list(results)).text(pretty: true))
        }
    }

    private func resumeRun(_ folder: RunFolder) throws {
        let type = try Catalogue.algorithm(of: folder)
        let result = try Trainer(output: output).resume(type, folder, steps: steps)
        if output.format == .json { StandardOutput.print(result.text(pretty: true)) }
    }

    /// `--seeds 0-4` or `--seed 3`.
    private func allSeeds() throws -> [Int] {
        guard let seeds else { return [seed ?? 0] }
        if seed != nil { throw UsageError.contradiction("give --seed or --seeds, not both") }
        let parts = seeds.split(separator: "-").map { Int($0) }
        guard let first = parts.first ?? nil, let last = parts.last ?? nil, parts.count <= 2,
            first <= last, last - first < 10_000
        else {
            throw UsageError.notAllowed(
                option: "--seeds", value: seeds, allowed: "a rising range such as 0-4")
        }
        return Array(first...last)
    }

    /// A resumed run keeps what it was started with; whatever is given must equal it.
    private func refuseOptionsOfNewRuns() throws {
        let saved = try RunLocation.folder(resume!, in: runs).readDescription()
        func agree(_ option: String, _ given: String?, _ value: String) throws {
            guard let given, given != value else { return }
            throw RunError.differs(option: option, saved: value, given: given)
        }
        try agree("the algorithm", algorithm, saved.algorithm)
        try agree("--env", environment, saved.environment)
        try agree("--seed", seed.map { "\($0)" }, "\(saved.seed)")
        try agree("--threads", threads.map { "\($0)" }, "\(saved.threads)")
        try agree("--device", device, saved.device)
        for (option, isGiven) in [
            ("--preset", preset != nil), ("--seeds", seeds != nil), ("--config", config != nil),
            ("--set", !settings.isEmpty), ("--env-set", !environmentArguments.isEmpty),
        ] where isGiven {
            throw UsageError.contradiction(
                "\(option) cannot be given with --resume: a resumed run keeps its settings")
        }
    }
}
