import Foundation
import OptimistCore
import OptimistInference
import OptimistReports

/// A solved Markov decision process, for people and for programs.
struct TabularReport {
    let solution: TabularSolution
    let solver: ExactSolver
    /// Simulated returns, if they were asked for.
    let simulation: PolicySimulation?

    private var model: TabularModel { solution.model }
    private var stepCount: Int { solution.span.horizon ?? 1 }

    // MARK: - For programs

    var document: ResultDocument {
        var document = ResultDocument()
        document.setRequest(solver, solution.span, model, listedStates: solution.listedStates)
        document["objective"] = .json(.text(solver.objective.rawValue))
        document.set("logEvidence", solution.logEvidence)
        document.set("bound", solution.bound)
        document.set("gap", solution.gap)
        document.set("values", solution.values) { values in steps { .numbers(values[$0]) } }
        document.set("policy", solution.policy) { policy in
            steps { step in
                .list(count: solution.listedStates) {
                    .numbers(solution.policyRow(policy[step], state: $0))
                }
            }
        }
        document.set("stateMarginals", solution.stateMarginals) { law in
            steps { .numbers(law[$0]) }
        }
        if let error = solution.certifiedError {
            document["certifiedError"] = .json(.number(error))
        }
        if let simulation { document["simulation"] = .json(simulation.json) }
        return document
    }

    /// One element a step; without an end the element itself.
    private func steps(_ element: @escaping (Int) -> ResultDocument.Node) -> ResultDocument.Node {
        solution.span.horizon.map { .list(count: $0, element: element) } ?? element(0)
    }

    // MARK: - For people

    var text: String {
        var lines = [
            "log evidence  " + Self.words(solution.logEvidence),
            "bound         " + Self.words(solution.bound),
            "gap           " + Self.words(solution.gap), "",
        ]
        if let values = solution.values.value, let policy = solution.policy.value {
            lines.append(title)
            lines.append(table(values[0], policy[0], solution.stateMarginals.value?[0]))
            if let reason = solution.stateMarginals.reason {
                lines.append("no state marginals: \(reason)")
            }
        } else {
            lines.append("no values: \(solution.values.reason ?? "")")
        }
        if let simulation { lines.append(simulation.sentence) }
        return lines.joined(separator: "\n")
    }

    private static func words(_ part: Solved<Double>) -> String {
        switch part {
        case .value(let number): NumberText.short(number, digits: 10) + " nats"
        case .missing(let reason): "none: \(reason)"
        }
    }

    private var title: String {
        let kind =
            switch solver.objective {
            case .evidence: "exact posterior"
            case .bound: "best policy of the bound"
            case .hard: "policy of the best expected reward"
            }
        guard let horizon = solution.span.horizon else { return kind }
        return kind + ", step 1 of \(horizon)"
            + (horizon > 1 ? " (--format json gives all)" : "")
    }

    /// Longer tables are cut.
    private static let mostRows = 50

    private func table(_ values: [Double], _ policy: [Double], _ law: [Double]?) -> String {
        let names = (0..<model.actions).map { model.label(action: $0) }
        let showsActions = model.actions <= 8
        var table = TextTable(
            [.words("state"), .numbers("value"), .numbers("marginal"), .words("action")]
                + (showsActions ? names.map { .numbers("p(\($0))") } : []))
        let shown = min(solution.listedStates, Self.mostRows)
        for state in 0..<shown {
            let row = solution.policyRow(policy, state: state)
            let best = row.indices.reduce(0) { row[$1] > row[$0] ? $1 : $0 }
            let isTerminal = model.pairs.isTerminal(state)
            table.append(
                [
                    model.label(state: state), NumberText.short(values[state], digits: 8),
                    law.map { NumberText.short($0[state], digits: 6) } ?? "",
                    isTerminal ? "(terminal)" : names[best],
                ] + (showsActions ? row.map { NumberText.short($0, digits: 6) } : []))
        }
        let rest = solution.listedStates - shown
        return table.text() + (rest > 0 ? "and \(rest) more: --format json gives all\n" : "")
    }
}

extension ResultDocument {
    /// Sets a part of a solution, or null with the reason under a second key.
    mutating func set<Value>(
        _ key: String, _ part: Solved<Value>, _ node: (Value) -> ResultDocument.Node
    ) {
        switch part {
        case .value(let value): self[key] = node(value)
        case .missing(let reason):
            self[key] = .json(.null)
            self[key + "Reason"] = .json(.text(reason))
        }
    }

    /// Sets a number, or null with the reason.
    mutating func set(_ key: String, _ part: Solved<Double>) {
        set(key, part) { .json(.number($0)) }
    }

    /// Sets what was asked for, and the names of the model.
    mutating func setRequest(
        _ solver: ExactSolver, _ span: SolvingSpan,
        _ model: TabularModel, listedStates: Int
    ) {
        self["discount"] = .json(.number(span.discount))
        self["horizon"] = .json(span.horizon.map { .number(Double($0)) } ?? .null)
        self["rewardScale"] = .json(.number(solver.rewardScale))
        self["temperature"] = .json(.number(1 / solver.rewardScale))
        self["states"] = .json(ResultDocument.names(model.details.stateNames, listedStates))
        self["actions"] = .json(ResultDocument.names(model.details.actionNames, model.actions))
    }

    /// Names, or their number.
    static func names(_ names: [String]?, _ count: Int) -> JSONValue {
        names.map { .list($0.prefix(count).map { .text($0) }) } ?? .number(Double(count))
    }
}

extension PolicySimulation {
    /// For programs.
    var json: JSONValue {
        var object: [String: JSONValue] = [
            "episodes": .number(Double(returns.count)), "meanReturn": .number(mean),
            "expectedReturn": .number(expected),
        ]
        object.merge(JSONValue.named("standardError", standardError)) { $1 }
        object.merge(JSONValue.named("truncation", truncation)) { $1 }
        return .object(object)
    }

    /// For people.
    var sentence: String {
        "simulated: mean return \(NumberText.short(mean, digits: 6)) ± "
            + "\(NumberText.short(standardError)) (standard error) over \(returns.count) episodes; "
            + "expected \(NumberText.short(expected, digits: 6))"
    }
}
