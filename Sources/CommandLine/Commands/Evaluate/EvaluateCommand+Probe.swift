import OptimistAgents
import OptimistCore
import OptimistEnvironments
import OptimistReports
import OptimistTorch

extension EvaluateCommand {
    /// Refuses questions that cannot be asked together.
    func checkQuestions() throws {
        if bound, probe {
            throw UsageError.contradiction("--bound and --probe are asked for one at a time")
        }
        if bound, render != nil {
            throw UsageError.contradiction("--bound draws no picture: leave --render out")
        }
        if !bound, marginal != nil {
            throw UsageError.needed("--marginal belongs to --bound: give both")
        }
        if probe, episodes < 2 {
            throw UsageError.outOfRange(
                option: "--episodes", value: "\(episodes)",
                allowed: "2 or more with --probe, which is fitted to some and judged by others")
        }
    }
}

/// What an agent believes while it is evaluated, for a probe.
final class BeliefCollection<A: Agent> {
    private(set) var probe: BeliefProbe
    private let features: (A.Carry) -> Tensor

    /// Beliefs of an agent in so many episodes.
    ///
    /// - Throws: `UsageError.contradiction` for an agent that reports none.
    init(_ agent: A, of algorithm: String, _ episodes: Int) throws {
        guard let reporting = agent as? any BeliefReporting else {
            throw UsageError.contradiction(
                "\(algorithm) reports no beliefs that could be probed: leave --probe out")
        }
        features = { Self.features(of: reporting, $0) }
        probe = BeliefProbe(episodes: episodes)
    }

    private static func features<B: BeliefReporting>(of agent: B, _ carry: Any) -> Tensor {
        guard let carry = carry as? B.Carry else {
            fail("BeliefCollection", "a carry of another agent")
        }
        return agent.beliefFeatures(of: carry)
    }

    /// Adds what is believed in every episode that still goes on.
    func add(_ carry: A.Carry, _ active: [Bool], _ environments: any VectorEnvironment) {
        let rows = features(carry).floats()
        let width = rows.count / active.count
        for copy in active.indices where active[copy] {
            probe.add(
                to: copy, features: Array(rows[copy * width..<(copy + 1) * width]),
                shown: environments.shown(copy), whole: environments.wholeObservation(copy))
        }
    }
}

/// An evaluation, with what a probe found where one was asked for.
struct ProbedEvaluation {
    let evaluation: EvaluationResult
    /// Nil where no probe was asked for.
    let entries: [BeliefProbe.Entry]?

    var text: String {
        guard let entries else { return evaluation.sentence }
        var table = TextTable([.words("entry"), .numbers("R²")])
        for entry in entries {
            table.append([
                "\(entry.origin.rawValue) \(entry.index)",
                entry.determination?.text(decimals: 4) ?? "never changes",
            ])
        }
        let hides = entries.contains { $0.origin == .hidden }
        return [
            evaluation.sentence,
            "linear probe of the agent's beliefs, on the second half of the episodes"
                + (hides ? ":" : " (the environment hides nothing that it can tell):"),
            table.text(),
        ].joined(separator: "\n")
    }

    var json: JSONValue {
        guard let entries, case .object(var object) = evaluation.json else {
            return evaluation.json
        }
        object["probe"] = .list(
            entries.map { entry in
                var row: [String: JSONValue] = [
                    "name": .text("\(entry.origin.rawValue) \(entry.index)"),
                    "origin": .text(entry.origin.rawValue), "index": .number(Double(entry.index)),
                ]
                if let value = entry.determination {
                    row.merge(JSONValue.named("determination", value)) { $1 }
                } else {
                    row["determination"] = .null
                    row["determinationReason"] = .text("the number never changes")
                }
                return .object(row)
            })
        return .object(object)
    }
}
