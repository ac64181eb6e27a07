import ArgumentParser
import Foundation
import OptimistAgents
import OptimistCore
import OptimistEnvironments
import OptimistExperiments
import OptimistReports
import OptimistTorch

/// `optimist evaluate`.
struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate", abstract: "Play episodes with a trained agent.",
        discussion: """
            Examples:
              optimist evaluate runs/pets-cartpole-swingup-0
              optimist evaluate pets-pendulum-0 --checkpoint best --render best.gif
              optimist evaluate generative-agent-pendulum-masked-0 --mode habit
              optimist evaluate generative-agent-pendulum-masked-0 --probe
              optimist evaluate runs/mine --bound --marginal jackknife:64
            """)

    @Argument(
        help: ArgumentHelp(
            "A run: a path, or a name under the folder of runs.", valueName: "run"))
    var selected: String
    @Option(help: "Episodes to play, side by side.")
    var episodes = 10
    @Option(help: "How the agent chooses: deterministic, sample, explore or a mode of its own.")
    var mode: String?
    @Flag(help: "The same as --mode sample.")
    var stochastic = false
    @Option(help: "Which checkpoint: last, best, or a step.")
    var checkpoint = "last"
    @Option(
        help: ArgumentHelp("Draw the first episode in a file, .gif.", valueName: "file"))
    var render: String?
    @Flag(
        help: ArgumentHelp(
            "Read what the environment hides off the agent's beliefs by a linear probe, fitted to "
                + "the first half of the episodes and judged by the others."))
    var probe = false
    @Flag(
        help: ArgumentHelp(
            "Evaluate the four terms of the bound on the episodes, with actions drawn from the "
                + "posterior unless --mode says otherwise."))
    var bound = false
    @Option(
        help: ArgumentHelp(
            "How the bound's marginal likelihood is estimated: exact, prior:K, posterior:K, "
                + "mixture:K or jackknife:K; by default the agent's own kind, with K doubled until "
                + "it makes no difference.", valueName: "kind"))
    var marginal: String?
    @Option(help: "The seed of the episodes: the same seed, the same starts.")
    var seed = 0
    @Option(help: "The folder that runs lie in.")
    var runs = "runs"
    @OptionGroup var output: OutputOptions

    func run() throws {
        PassiveThreads.ensure()
        try Engine.check()
        guard (1...100_000).contains(episodes) else {
            throw UsageError.outOfRange(
                option: "--episodes", value: "\(episodes)", allowed: "1 to 100000")
        }
        try checkQuestions()
        let folder = try RunLocation.folder(selected, in: runs)
        let algorithm = try Catalogue.algorithm(of: folder)
        if bound {
            let result = try evaluateBound(algorithm, folder)
            return try output.print(text: result.text, json: result.json)
        }
        let result = try play(algorithm, folder)
        try output.print(
            text: result.text + (render.map { "\nwrote \($0)" } ?? ""), json: drawn(result.json))
    }

    /// A result with the picture that was written, if any.
    private func drawn(_ json: JSONValue) -> JSONValue {
        guard let render, case .object(var object) = json else { return json }
        object["render"] = .text(render)
        return .object(object)
    }

    private func play<A: Agent>(_ type: A.Type, _ folder: RunFolder) throws -> ProbedEvaluation {
        let mode = try chosenMode(of: type)
        let description = try folder.readDescription()
        Engine.threads = description.threads
        let choice = try choice()
        let agent = try A(run: folder.path, checkpoint: choice)
        let environments = try EnvironmentSource.named(
            description.environment, description.environmentArguments
        ).agentUnits(copies: episodes, workingFolder: folder.path, rendering: render != nil)
        defer { environments.close() }
        var evaluator = Evaluator<A>(
            mode: mode, generator: Generator(seed: UInt64(bitPattern: Int64(seed))))
        var film = try render.map { try Film(path: $0) }
        evaluator.onStep = { copy in
            if copy == 0, film != nil {
                try film?.add(environments.render(0, width: 300, height: 300))
            }
        }
        var choosing: [Double] = []
        evaluator.onChoice = { choosing.append($0) }
        let found = try probe ? BeliefCollection(agent, of: description.algorithm, episodes) : nil
        evaluator.onBelief = { found?.add($0, $1, environments) }
        let evaluation = try evaluator.evaluate(
            agent, in: environments, at: step(of: choice, folder))
        try film?.write()
        return ProbedEvaluation(
            evaluation: EvaluationResult(evaluation, secondsOfChoices: choosing),
            entries: try found?.probe.entries())
    }

    func chosenMode(
        of type: any Agent.Type, otherwise: ActingMode = .deterministic
    ) throws -> ActingMode {
        if stochastic {
            if let mode, mode != "sample" {
                throw UsageError.contradiction("--stochastic and --mode \(mode) contradict")
            }
            return .sample
        }
        guard let mode else { return otherwise }
        let allowed = [ActingMode.deterministic, .sample, .explore] + type.algorithm.modes
        guard let chosen = allowed.first(where: { $0.name == mode }) else {
            throw UsageError.unknownMode(mode, allowed: allowed.map(\.name))
        }
        return chosen
    }

    /// The step of training at which a checkpoint was written.
    func step(of choice: CheckpointChoice, _ folder: RunFolder) throws -> Int {
        switch choice {
        case .last: folder.checkpointSteps().last ?? 0
        case .step(let step): step
        case .best: try Archive(contentsOf: folder.best + "/agent.safetensors").value("step")
        }
    }

    func choice() throws -> CheckpointChoice {
        switch checkpoint {
        case "last": return .last
        case "best": return .best
        default:
            guard let step = Int(checkpoint), step >= 0 else {
                throw UsageError.notAllowed(
                    option: "--checkpoint", value: checkpoint, allowed: "last, best, or a step")
            }
            return .step(step)
        }
    }
}

/// Frames of an episode, written as an animated picture.
private struct Film {
    let path: String
    private var picture: AnimatedGIF?

    init(path: String) throws {
        guard path.hasSuffix(".gif") else {
            throw UsageError.notAllowed(
                option: "--render", value: path, allowed: "a file that ends in .gif")
        }
        self.path = path
    }

    mutating func add(_ frame: Picture?) throws {
        guard let frame else {
            throw UsageError.contradiction("this environment cannot be drawn: leave --render out")
        }
        if picture == nil {
            picture = AnimatedGIF(width: frame.width, height: frame.height, framesPerSecond: 20)
        }
        picture?.append(rgb: frame.pixels)
    }

    func write() throws {
        guard let picture else { return }
        try OutputFile.write(Data(picture.finished()), to: path)
    }
}
