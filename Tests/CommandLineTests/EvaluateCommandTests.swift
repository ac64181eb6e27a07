import Foundation
import OptimistCore
import Testing

/// What `optimist evaluate` says of an agent's beliefs and of its bound.
@Suite(.serialized) struct EvaluateCommandTests {
    private func object(_ value: JSONValue?) throws -> [String: JSONValue] {
        guard case .object(let fields)? = value else {
            Issue.record("not an object: \(String(describing: value))")
            return [:]
        }
        return fields
    }

    private func object(_ text: String) throws -> [String: JSONValue] {
        try object(try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)))
    }

    @Test func `beliefs are probed, and the bound is evaluated on new episodes`() throws {
        let folder = try CommandRun.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        func run(_ arguments: String...) throws -> CommandRun {
            try CommandRun(arguments, in: folder)
        }
        let trained = try run(
            "train", "generative-agent", "--preset", "debug", "--steps", "120", "--threads", "1",
            "--set", "run.evaluationEpisodes=1", "--env", "pendulum-masked", "--env-set",
            "time-limit=30", "--quiet")
        #expect(trained.status == 0, "\(trained.errors)")
        let name = "generative-agent-pendulum-masked-0"
        let probed = try run(
            "evaluate", name, "--episodes", "4", "--probe", "--format", "json")
        #expect(probed.status == 0, "\(probed.errors)")
        guard case .list(let entries)? = try object(probed.output)["probe"] else {
            Issue.record("no list of entries: \(probed.output)")
            return
        }
        let names = try entries.map { try object($0)["name"] }
        #expect(names == [.text("hidden 2"), .text("shown 0"), .text("shown 1")])
        #expect(try object(entries[0])["determination"] != nil)

        let bounded = try run(
            "evaluate", name, "--episodes", "3", "--bound", "--marginal", "prior:4", "--format",
            "json")
        #expect(bounded.status == 0, "\(bounded.errors)")
        let evaluation = try object(bounded.output)
        #expect(evaluation["episodes"] == .number(3))
        let bound = try object(evaluation["bound"])
        #expect(bound["marginal"] == .text("prior:4"))
        for scope in ["perStep", "perEpisode"] {
            let terms = try object(bound[scope])
            for term in [
                "reward", "informationGain", "stateConsistency", "actionConsistency", "total",
                "logLikelihood", "logMarginal", "filterSlack",
            ] { #expect(try object(terms[term])["mean"] != nil, "\(term)") }
        }
        let text = try run("evaluate", name, "--episodes", "2", "--bound")
        #expect(text.output.contains("bound in nats, marginal likelihood by mixture:"))
    }
}
