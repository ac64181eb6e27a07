import Foundation
import OptimistAgents
import OptimistCore
import OptimistExperiments
import OptimistReports
import OptimistTorch

/// Trains one run from the command line: progress, notices, and the result.
struct Trainer {
    let output: OutputOptions

    /// Starts a new run and trains it to its end.
    func start<A: Agent>(_ type: A.Type, _ plan: TrainingPlan, seed: Int) throws -> JSONValue {
        let settings = try plan.settings(of: type)
        let name = RunLocation.newName(
            A.algorithm.name, environment: plan.environment, seed: seed, in: plan.runs)
        let estimate = RunEstimate(
            steps: plan.steps, bytesPerStep: RunEstimate.bytesPerStep(in: plan))
        try estimate.refuseIfTooLarge()
        let run = try Run<A>(
            in: name, settings,
            environment: .named(plan.environment, plan.environmentArguments), steps: plan.steps,
            seed: seed, run: plan.run, threads: plan.threads, device: plan.device)
        notice(
            "\(run.folder.path): \(A.algorithm.name) on \(plan.environment), seed \(seed), "
                + "\(plan.preset.map { "preset \($0.name), " } ?? "")"
                + "\(plan.steps.counting("step")), \(Engine.threads.counting("thread")) (\(Engine.cpuCapability), wait policy "
                + "\(waitPolicy)), about \(estimate.sentence)")
        return try train(run)
    }

    /// Goes on with a run.
    func resume<A: Agent>(
        _ type: A.Type, _ folder: RunFolder, steps: Int?
    ) throws -> JSONValue {
        let run = try Run<A>(resuming: folder.path, steps: steps)
        let asked = steps.map { "--steps \($0) asks for no more" } ?? "that is all of them"
        notice(
            run.steps >= run.description.steps
                ? "\(folder.path) has \(run.steps.counting("step")), and \(asked): give more with "
                    + "--steps to go on"
                : "\(folder.path): resumed at step \(run.steps) of \(run.description.steps)")
        return try train(run)
    }

    private var waitPolicy: String {
        ProcessInfo.processInfo.environment["OMP_WAIT_POLICY"] ?? "active"
    }

    private func train<A: Agent>(_ run: Run<A>) throws -> JSONValue {
        let printer = output.quiet ? nil : ProgressPrinter()
        defer { printer?.finish() }
        let label = run.folder.name
        run.shouldStop = { _ in StopSignals.received != nil }
        run.onStep = { progress in
            printer?.update(
                ProgressState(
                    label: label, step: progress.steps, total: progress.totalSteps,
                    returns: progress.returns, bound: progress.bound),
                at: Double(DispatchTime.now().uptimeNanoseconds) * 1e-9)
        }
        // Agents that learn every few steps would fill the screen.
        var lastLearned = -Double.infinity
        run.onRecord = { row in
            if row.kind == .learning {
                let now = Double(DispatchTime.now().uptimeNanoseconds) * 1e-9
                if now - lastLearned < 1 { return }
                lastLearned = now
            }
            if let line = RecordLine(row).text { printer?.message(line) }
        }
        let outcome: RunOutcome
        do {
            outcome = try run.train()
        } catch RunError.interrupted(let step) where StopSignals.received != nil {
            printer?.finish()
            let byHand = StopSignals.received == SIGINT
            StandardError.print(
                "optimist: \(byHand ? "interrupted" : "stopped") at step \(step), checkpoint saved; go "
                    + "on with optimist train --resume \(run.folder.path)")
            exit((byHand ? ExitStatus.interrupted : .stopped).rawValue)
        }
        if output.format == .text { StandardOutput.print(TrainingResult(outcome).text) }
        return try TrainingResult(outcome).json
    }

    private func notice(_ text: String) {
        if !output.quiet { StandardError.print(text) }
    }
}

/// A stored record as a line for people; nil for those that only programs read.
struct RecordLine {
    let row: RunStore.Row

    init(_ row: RunStore.Row) { self.row = row }

    var text: String? {
        switch row.kind {
        case .notice: row.metrics.isEmpty ? row.message : times
        case .evaluation: "step \(row.step): evaluation \(numbers)"
        case .learning: "step \(row.step): learned \(numbers)"
        case .episode: nil
        }
    }

    private var numbers: String {
        row.metrics.prefix(4).map { "\($0.name) \(Self.short($0.value))" }.joined(separator: ", ")
    }

    private var times: String {
        let shares = Stage.allCases.compactMap { stage in
            value("time.\(stage.rawValue)").map { "\(stage) \(Int(($0 * 100).rounded())) %" }
        }
        let acting = value("time.actingMilliseconds").map { "an action took \(Self.short($0)) ms" }
        let parts = shares + [acting].compactMap(\.self)
        return "\(row.message ?? ""): \(parts.joined(separator: ", "))"
    }

    private func value(_ name: String) -> Double? {
        row.metrics.first { $0.name == name }?.value
    }

    static func short(_ value: Double) -> String { String(format: "%.4g", value) }
}

/// What training came to, as it is printed.
struct TrainingResult {
    let outcome: RunOutcome

    init(_ outcome: RunOutcome) { self.outcome = outcome }

    var text: String {
        var lines = ["run: \(outcome.run)", "steps: \(outcome.steps)"]
        if let evaluation = outcome.evaluation {
            lines.append("evaluation: \(EvaluationResult(evaluation).sentence)")
        }
        if let bound = outcome.bound {
            let terms = bound.terms.map { "\($0.name) \(RecordLine.short($0.value))" }
            lines.append("bound (nats a step): \(terms.joined(separator: ", "))")
        }
        lines.append("look closer: optimist runs show \(outcome.run)")
        return lines.joined(separator: "\n")
    }

    var json: JSONValue {
        get throws {
            var object: [String: JSONValue] = [
                "run": .text(outcome.run), "steps": .number(Double(outcome.steps)),
                "evaluation": outcome.evaluation.map { EvaluationResult($0).json } ?? .null,
            ]
            if let bound = outcome.bound {
                object["bound"] = try JSONValue(encoding: bound)
            } else {
                object["bound"] = .null
                object["boundReason"] = .text("the run made no bound")
            }
            return .object(object)
        }
    }
}

/// An evaluation, as it is printed.
struct EvaluationResult {
    let evaluation: Evaluation
    /// How long each choice of actions took, all episodes side by side; empty if not measured.
    private let secondsOfChoices: [Double]

    init(_ evaluation: Evaluation, secondsOfChoices: [Double] = []) {
        self.evaluation = evaluation
        self.secondsOfChoices = secondsOfChoices
    }

    /// The mean time that the agent took to choose one action in every episode.
    private var millisecondsOfChoice: Double? {
        if secondsOfChoices.isEmpty { return nil }
        return secondsOfChoices.reduce(0, +) / Double(secondsOfChoices.count) * 1_000
    }

    var sentence: String {
        let estimate = evaluation.estimate
        let error =
            estimate.standardError.map { " ± \(RecordLine.short($0)) (standard error)" } ?? ""
        return "mean return \(RecordLine.short(estimate.mean))\(error) over "
            + "\(evaluation.returns.count.counting("episode"))\(choice)"
    }

    private var choice: String {
        guard let milliseconds = millisecondsOfChoice else { return "" }
        let together = evaluation.returns.count > 1 ? " for all of them" : ""
        return "; choosing took \(RecordLine.short(milliseconds)) ms a step\(together)"
    }

    var json: JSONValue {
        var object: [String: JSONValue] = [
            "episodes": .number(Double(evaluation.returns.count)),
            "returns": .list(evaluation.returns.map { .number($0) }),
            "lengths": .list(evaluation.lengths.map { .number(Double($0)) }),
            "step": .number(Double(evaluation.step)),
        ]
        object.merge(JSONValue.named("meanReturn", evaluation.meanReturn)) { $1 }
        if let milliseconds = millisecondsOfChoice {
            object["millisecondsPerStep"] = .number(milliseconds)
        }
        if let error = evaluation.estimate.standardError {
            object["standardError"] = .number(error)
        } else {
            object["standardError"] = .null
            object["standardErrorReason"] = .text("one episode has no standard error")
        }
        return .object(object)
    }
}
