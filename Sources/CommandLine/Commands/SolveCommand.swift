import ArgumentParser
import Foundation
import OptimistCore
import OptimistInference

/// `optimist solve`.
struct SolveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "solve",
        abstract: "Solve a finite model exactly: evidence, bound, values and policy.",
        discussion: """
            A model is a file, JSON or Cassandra's .MDP and .POMDP format; an environment of \
            Gymnasium with a table, as gym:Id; or a built-in environment with tables, such as \
            frozen-lake. Of a Markov decision process it gives the log evidence of optimality, \
            the best bound and their gap in nats, and for the objective values in reward units, \
            policy and state marginals; of a partially observed one the value at the first \
            belief, alpha vectors and policy.

            With --agent the model is the environment of a generative agent, whose own model and \
            habit are in a second file: the evidence, the best bound and the four terms of it, \
            for the best posterior and others, step by step.

            Examples:
              optimist solve model.json --horizon 10
              optimist solve gym:FrozenLake-v1 --discount 0.99 --objective hard
              optimist solve model.json --discount 0.9 --temperature 0.1 --format json
              optimist solve tiger.POMDP --simulate 1000 --seed 1
              optimist solve tiger.POMDP --horizon 3 --method exact --output tiger.json
              optimist solve machine.json --agent machine-agent.json --rounds 10
            """)

    @Argument(
        help: ArgumentHelp("A model's file, gym:Id, or a built-in environment.", valueName: "file"))
    var file: String
    @Option(help: "Steps, where the file gives none.")
    var horizon: Int?
    @Option(help: "The discount, where the file gives none.")
    var discount: Double?
    @Option(help: "The temperature in reward units; 1 unless given.")
    var temperature: Double?
    @Option(help: "The inverse of the temperature, in nats per unit of reward.")
    var rewardScale: Double?
    @Option(help: "What actions are like beforehand: uniform, none, or a JSON file of [s][a].")
    var prior = "uniform"
    @Option(
        help: """
            value-iteration, policy-iteration or modified-policy-iteration; of a partially \
            observed model exact, pbvi, qmdp, fib or soft.
            """)
    var method: SolveMethod?
    @Option(
        help: """
            What values and policy belong to: evidence, bound or hard. Bound unless given; of a \
            partially observed model hard, unless a temperature is given.
            """)
    var objective: ExactSolver.Objective?
    @Option(
        help: ArgumentHelp(
            "Solve the generative agent of this file in the model.", valueName: "file"))
    var agent: String?
    @Option(help: "With --agent: rounds in which the plan becomes habit.")
    var rounds: Int?
    @Option(help: "With --agent: how many beliefs are kept at most.")
    var beliefLimit: Int?
    @Option(help: ArgumentHelp("Start in this state, by name or number.", valueName: "state"))
    var start: String?
    @Option(help: "The largest error of values, in nats, or in reward units for hard ones.")
    var tolerance: Double?
    @Option(help: "How many beliefs point-based value iteration takes at most.")
    var points = 100
    @Option(help: ArgumentHelp("Simulate the policy for so many episodes.", valueName: "episodes"))
    var simulate: Int?
    @Option(help: "The seed of everything random.")
    var seed = 0
    @Option(help: "Threads that share a sweep; results do not depend on it.")
    var threads = ProcessInfo.processInfo.activeProcessorCount
    @Option(
        name: .customLong("env-set"), parsing: .singleValue,
        help: ArgumentHelp("An argument of the environment.", valueName: "key=value"))
    var arguments: [String] = []
    @Option(help: ArgumentHelp("Write the whole result in a file, as JSON.", valueName: "file"))
    var output: String?
    @OptionGroup var options: OutputOptions

    func run() throws {
        try check()
        let stages = StagePrinter(isQuiet: options.quiet)
        stages.begin("reading \(file)", isSlow: SolveModel.isLarge(file))
        let source = try SolveModel(file, arguments: arguments)
        if let notice = source.notice, start == nil, !options.quiet {
            StandardError.print(notice)
        }
        do {
            let report = try report(of: source.description, stages)
            stages.begin("writing")
            try write(report.document)
            if options.format == .text { StandardOutput.print(report.text) }
        } catch SolvingError.prior(let error) {
            throw ModelInputError.unsolvable(path: prior, .prior(error))
        } catch let error as SolvingError {
            throw ModelInputError.unsolvable(path: file, error)
        }
    }

    private func report(
        of description: ModelDescription, _ stages: StagePrinter
    ) throws -> any SolveReport {
        if let agent { return try AgentTask(self, agent, description, stages).report() }
        if description.stateRewards != nil {
            throw SolvingError.notOffered(
                "states that bring rewards themselves (\"stateRewards\") are for generative "
                    + "agents: give --agent")
        }
        return try SolveTask(self, description, stages).report()
    }

    private func write(_ document: ResultDocument) throws {
        if let output {
            var data = Data()
            try document.write { data.append($0) }
            try OutputFile.write(data, to: output)
        }
        if options.format == .json {
            do {
                try document.write { try FileHandle.standardOutput.write(contentsOf: $0) }
            } catch {
                let system = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
                throw ModelInputError.output(
                    system.map { String(cString: strerror(Int32($0.code))) }
                        ?? (error as NSError).localizedDescription)
            }
        }
    }

    private func check() throws {
        if temperature != nil && rewardScale != nil {
            throw UsageError.contradiction("give --temperature or --reward-scale, not both")
        }
        try check(horizon.map { $0 >= 1 }, "--horizon", horizon, "1 or more")
        try check(discount.map { (0...1).contains($0) }, "--discount", discount, "0 to 1")
        for (option, value) in [
            ("--temperature", temperature), ("--reward-scale", rewardScale),
            ("--tolerance", tolerance),
        ] {
            try check(value.map { $0 > 0 && $0.isFinite }, option, value, "positive numbers")
        }
        try check(
            simulate.map { (2...10_000_000).contains($0) }, "--simulate", simulate, "2 to 10000000")
        try check((1...100_000).contains(points), "--points", points, "1 to 100000")
        try check((1...1024).contains(threads), "--threads", threads, "1 to 1024")
        try check(rounds.map { (1...100_000).contains($0) }, "--rounds", rounds, "1 to 100000")
        try check(
            beliefLimit.map { (1...100_000_000).contains($0) }, "--belief-limit", beliefLimit,
            "1 to 100000000")
        try checkAgent()
    }

    /// An agent's file says itself what other options say of other models.
    private func checkAgent() throws {
        let others = [
            ("--prior", prior != "uniform"), ("--method", method != nil),
            ("--objective", objective != nil), ("--simulate", simulate != nil),
            ("--tolerance", tolerance != nil),
        ]
        if agent != nil, let (option, _) = others.first(where: { $0.1 }) {
            throw UsageError.contradiction(
                "--agent solves everything exactly, with the habit of its file: leave "
                    + "\(option) out")
        }
        if agent == nil, rounds != nil || beliefLimit != nil {
            throw UsageError.needed("--rounds and --belief-limit go with --agent")
        }
    }

    private func check<Value>(
        _ isAllowed: Bool?, _ option: String, _ value: Value?, _ allowed: String
    ) throws {
        if isAllowed == false, let value {
            throw UsageError.outOfRange(option: option, value: "\(value)", allowed: allowed)
        }
    }
}

extension ExactSolver.Objective: ExpressibleByArgument {}

/// How a model is solved.
enum SolveMethod: String, ExpressibleByArgument, CaseIterable {
    case valueIteration = "value-iteration"
    case policyIteration = "policy-iteration"
    case modifiedPolicyIteration = "modified-policy-iteration"
    /// Alpha vectors of a horizon.
    case exact
    /// Point-based value iteration.
    case pbvi
    /// The bound that knows the state from the next step on.
    case qmdp
    /// The fast informed bound.
    case fib
    /// The bound of control as inference on beliefs.
    case soft

    /// As a method for Markov decision processes; nil for those of partially observed ones.
    var tabular: SoftDynamicProgramming.Method? {
        switch self {
        case .valueIteration: .valueIteration
        case .policyIteration: .policyIteration
        case .modifiedPolicyIteration: .modifiedPolicyIteration(evaluationSweeps: 20)
        case .exact, .pbvi, .qmdp, .fib, .soft: nil
        }
    }
}
