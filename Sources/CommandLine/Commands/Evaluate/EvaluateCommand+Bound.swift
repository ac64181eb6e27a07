import OptimistAgents
import OptimistCore
import OptimistExperience
import OptimistExperiments
import OptimistProbability
import OptimistReports
import OptimistTorch

extension EvaluateCommand {
    /// Plays episodes and evaluates the bound on them.
    func evaluateBound<A: Agent>(_ type: A.Type, _ folder: RunFolder) throws -> BoundResult {
        let mode = try chosenMode(of: type, otherwise: .sample)
        let kind = try chosenMarginal()
        let description = try folder.readDescription()
        Engine.threads = description.threads
        let choice = try choice()
        guard let agent = try A(run: folder.path, checkpoint: choice) as? GenerativeAgent else {
            throw UsageError.contradiction(
                "\(description.algorithm) infers no state, so that its bound has no four terms to "
                    + "evaluate: leave --bound out")
        }
        var generator = Generator(seed: UInt64(bitPattern: Int64(seed)))
        let lived = try live(agent, mode, description, folder, &generator)
        let found = try agent.bound(of: lived, marginal: kind, using: &generator)
        let evaluation = Evaluation(
            step: try step(of: choice, folder), returns: lived.map(\.totalReward),
            lengths: lived.map(\.count))
        return BoundResult(evaluation: EvaluationResult(evaluation), bound: found)
    }

    private func chosenMarginal() throws -> MarginalLikelihood? {
        guard let marginal else { return nil }
        guard let kind = MarginalLikelihood(rawValue: marginal) else {
            throw UsageError.notAllowed(
                option: "--marginal", value: marginal, allowed: MarginalLikelihood.grammar)
        }
        return kind
    }

    /// The first episode of each copy, whole, with all that the agent stores beside its actions.
    private func live(
        _ agent: GenerativeAgent, _ mode: ActingMode, _ description: RunDescription,
        _ folder: RunFolder, _ generator: inout Generator
    ) throws -> [Episode] {
        let environments = try EnvironmentSource.named(
            description.environment, description.environmentArguments
        ).agentUnits(copies: episodes, workingFolder: folder.path)
        defer { environments.close() }
        let collector = Collector(
            environments: environments,
            replay: Replay(
                layout: EpisodeLayout(
                    observations: environments.observationSpace,
                    actions: environments.actionSpace), generator: generator.split("replay")),
            generator: generator.split("seeds"))
        var carry = agent.carry(for: episodes)
        var arrival = try collector.arrive()
        let first = collector.replay.episodes.map(\.identifier)
        while first.contains(where: { collector.replay.episode($0).ending == .none }) {
            let action = try agent.act(
                on: arrival, carrying: &carry, mode: mode, using: &generator)
            _ = try collector.step(action)
            arrival = try collector.arrive()
        }
        return first.map { collector.replay.episode($0) }
    }
}

/// The bound of evaluated episodes, as it is printed.
struct BoundResult {
    let evaluation: EvaluationResult
    let bound: EpisodeBound

    var text: String {
        var table = TextTable([
            .words("term"), .numbers("a step"), .numbers("standard error"),
            .numbers("an episode"), .numbers("standard error"),
        ])
        for (step, episode) in zip(rows(bound.perStep), rows(bound.perEpisode)) {
            table.append([
                step.title, step.estimate.mean.text(decimals: 4), error(step.estimate),
                episode.estimate.mean.text(decimals: 4), error(episode.estimate),
            ])
        }
        return [evaluation.sentence, "bound in nats, \(marginal):", table.text()]
            .joined(separator: "\n")
    }

    private func error(_ estimate: Estimate) -> String {
        estimate.standardError?.text(decimals: 4) ?? "unknown"
    }

    private var marginal: String {
        let kind = "marginal likelihood by \(bound.marginal.rawValue)"
        return switch bound.isSettled {
        case true?: kind + ", after which more samples make no difference"
        case false?: kind + ", with which it is not settled yet: the bound is too high"
        case nil: kind
        }
    }

    private func rows(
        _ evaluation: SequenceEvaluation
    ) -> [(key: String, title: String, estimate: Estimate)] {
        let errors = evaluation.bound.context.standardErrors
        func term(_ key: String, _ title: String, _ mean: Double?) -> [(String, String, Estimate)] {
            guard let mean else { return [] }
            return [
                (
                    key, title,
                    Estimate(mean: mean, standardError: errors[key], count: bound.episodes)
                )
            ]
        }
        func part(
            _ key: String, _ title: String, _ estimate: Estimate?
        ) -> [(String, String, Estimate)] {
            estimate.map { [(key, title, $0)] } ?? []
        }
        let found = evaluation.bound
        return term("reward", "log-optimality", found.reward)
            + term("informationGain", "information gain", found.informationGain)
            + term("stateConsistency", "state consistency", found.stateConsistency)
            + term("actionConsistency", "action consistency", found.actionConsistency)
            + term("total", "bound", found.total)
            + part("logLikelihood", "log-likelihood", evaluation.logLikelihood)
            + part("logMarginal", "log marginal likelihood", evaluation.logMarginal)
            + part("filterSlack", "gain less state consistency", evaluation.filterSlack)
    }

    var json: JSONValue {
        guard case .object(var object) = evaluation.json else { return evaluation.json }
        var terms: [String: JSONValue] = ["marginal": .text(bound.marginal.rawValue)]
        terms["isSettled"] = bound.isSettled.map { .truth($0) } ?? .null
        if bound.isSettled == nil {
            terms["isSettledReason"] = .text("the number of samples was given")
        }
        for (key, evaluation) in [("perStep", bound.perStep), ("perEpisode", bound.perEpisode)] {
            terms[key] = .object(
                Dictionary(
                    uniqueKeysWithValues: rows(evaluation).map { ($0.key, json(of: $0.estimate)) }))
        }
        object["bound"] = .object(terms)
        return .object(object)
    }

    private func json(of estimate: Estimate) -> JSONValue {
        var pair = JSONValue.named("mean", estimate.mean)
        if let error = estimate.standardError {
            pair.merge(JSONValue.named("standardError", error)) { $1 }
        } else {
            pair["standardError"] = .null
            pair["standardErrorReason"] = .text("one episode has no standard error")
        }
        return .object(pair)
    }
}
