import Foundation
import OptimistAgents
import OptimistCore
import OptimistExperiments
import Testing

/// An algorithm on a small world, as the tests of all algorithms run it: its preset `debug`, two
/// copies, with episodes, evaluations and checkpoints that interleave.
struct AgentCase: @unchecked Sendable, CustomTestStringConvertible {
    /// Its name in test reports, and between the processes of a test.
    let name: String
    /// The algorithm.
    let agent: any Agent.Type
    /// Where it acts.
    let environment: EnvironmentSource
    /// Settings beside those of the preset.
    let changes: [(String, String)]
    /// Copies of the environment where two are not what is to be tested.
    let copies: Int?

    init(
        _ name: String, _ agent: any Agent.Type, on environment: String,
        _ arguments: [String: String] = [:], copies: Int? = nil,
        set changes: [(String, String)] = []
    ) {
        self.name = name
        self.agent = agent
        self.environment = .named(environment, arguments)
        self.changes = changes
        self.copies = copies
    }

    var testDescription: String { name }

    /// All of them.
    static let all = onPolicy + offPolicy + values + hierarchies + intrinsic + modelBased

    /// The case of a name.
    static func named(_ name: String) -> AgentCase { all.first { $0.name == name }! }

    /// Trains a new run, killed at a step if one is given.
    func train(_ path: String, killedAt step: Int? = nil) throws {
        try train(agent, path, step)
    }

    /// Goes on to the end.
    func resume(_ path: String) throws { try resume(agent, path) }

    private func resume<A: Agent>(_ type: A.Type, _ path: String) throws {
        try Run<A>(resuming: path).train()
    }

    private func train<A: Agent>(_ type: A.Type, _ path: String, _ step: Int?) throws {
        let debug = try A.settings(preset: "debug")
        var settings = try TestRuns.runSettings
        if let copies { settings.environments = copies }
        let run = try Run<A>(
            in: path, debug.setting(changes), environment: environment, steps: 260, seed: 3,
            run: settings, threads: 1)
        if let step { run.onStep = { if $0.steps >= step { kill(getpid(), SIGKILL) } } }
        try run.train()
    }
}
