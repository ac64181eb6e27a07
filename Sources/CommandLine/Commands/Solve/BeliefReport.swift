import OptimistCore
import OptimistInference
import OptimistReports

/// A solved partially observed model, for people and for programs.
struct BeliefReport: SolveReport {
    let solution: BeliefSolution
    let solver: ExactSolver
    let observationNames: [String]?
    /// Simulated returns, if they were asked for.
    let simulation: PolicySimulation?

    private var model: PartiallyObservedModel { solution.model }
    private var dynamics: TabularModel { model.dynamics }

    // MARK: - For programs

    var document: ResultDocument {
        var document = ResultDocument()
        document.setRequest(solver, solution.span, dynamics, listedStates: dynamics.states)
        document["observations"] = .json(
            ResultDocument.names(observationNames, model.observationCount))
        document["method"] = .json(.text(solution.method.rawValue))
        document["objective"] = .json(.text(solution.method == .soft ? "bound" : "hard"))
        document["value"] = .json(.number(solution.value))
        document["valueKind"] = .json(.text(solution.kind.rawValue))
        if solution.method == .soft {
            document["bound"] = .json(.number(solution.value * solver.rewardScale))
        }
        if let upper = solution.upperBound { document["upperBound"] = .json(.number(upper)) }
        document["belief"] = .numbers(model.initialBelief)
        document["actionValues"] = .numbers(solution.actionValues)
        document["policy"] = .numbers(solution.policy)
        set(solution.form, in: &document)
        if let simulation { document["simulation"] = .json(simulation.json) }
        return document
    }

    private func set(_ form: BeliefSolution.Form, in document: inout ResultDocument) {
        switch form {
        case .start: break
        case .beliefs(let beliefs, let values, let laws):
            document["beliefs"] = .list(count: beliefs.count) { .numbers(beliefs[$0]) }
            document["beliefValues"] = .numbers(values)
            document["beliefPolicies"] = .list(count: laws.count) { .numbers(laws[$0]) }
        case .vectors(let steps):
            document["alphaVectors"] =
                solution.span.horizon == nil
                ? list(steps[0]) : .list(count: steps.count) { list(steps[$0]) }
        }
    }

    private func list(_ vectors: [AlphaVector]) -> ResultDocument.Node {
        .list(count: vectors.count) { index in
            let vector = vectors[index]
            let action: JSONValue =
                dynamics.details.actionNames.map { .text($0[vector.action]) }
                ?? .number(Double(vector.action))
            return .json(
                .object(["action": action, "values": .list(vector.values.map { .number($0) })]))
        }
    }

    // MARK: - For people

    var text: String {
        var lines = [
            "value         \(number(solution.value)) at the first belief (\(kind), "
                + "\(solution.method.rawValue))"
        ]
        if solution.method == .soft {
            lines.append("bound         \(number(solution.value * solver.rewardScale)) nats")
        } else if let upper = solution.upperBound, solution.kind != .upperBound {
            lines.append("at most       \(number(upper)) (fast informed bound)")
        }
        lines += ["", actions]
        if let vectors = vectors { lines.append(vectors) }
        if let simulation { lines.append(simulation.sentence) }
        return lines.joined(separator: "\n")
    }

    private var kind: String {
        solution.kind == .exact ? "exact" : "\(solution.kind.rawValue) of the best one"
    }

    private func number(_ value: Double) -> String { NumberText.short(value, digits: 10) }

    private var actions: String {
        var table = TextTable([.words("action"), .numbers("value"), .numbers("probability")])
        for action in 0..<model.actionCount {
            table.append([
                dynamics.label(action: action), number(solution.actionValues[action]),
                NumberText.short(solution.policy[action], digits: 6),
            ])
        }
        return "At the first belief:\n" + table.text()
    }

    /// Longer tables are cut.
    private static let mostRows = 20

    private var vectors: String? {
        guard case .vectors(let steps) = solution.form else { return nil }
        let all = steps[0]
        let states = min(dynamics.states, 8)
        var table = TextTable(
            [.words("action")] + (0..<states).map { .numbers(dynamics.label(state: $0)) })
        for vector in all.prefix(Self.mostRows) {
            table.append(
                [dynamics.label(action: vector.action)]
                    + vector.values.prefix(states).map { NumberText.short($0, digits: 8) })
        }
        let isCut = all.count > Self.mostRows || dynamics.states > states
        return "\(all.count) alpha vectors"
            + (solution.span.horizon.map { " of step 1 of \($0)" } ?? "")
            + (isCut ? ", cut (--format json gives all)" : "") + ":\n" + table.text()
    }
}
