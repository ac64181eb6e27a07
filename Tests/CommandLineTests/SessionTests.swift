import Foundation
import OptimistCore
import Testing

/// A user's session: train, look, resume, evaluate, compare, plot, delete.
@Suite(.serialized) struct SessionTests {
    private func json(_ text: String) throws -> JSONValue {
        try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
    }

    private func object(_ text: String) throws -> [String: JSONValue] {
        guard case .object(let fields) = try json(text) else { return [:] }
        return fields
    }

    private let train = [
        "train", "pets", "--env", "pendulum", "--preset", "debug", "--steps", "200",
        "--set", "run.evaluationEpisodes=2", "--set", "run.checkpointEvery=50", "--threads", "1",
        "--format", "json",
    ]

    @Test func `a session from training to deletion`() throws {
        let folder = try CommandRun.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        func run(_ arguments: String...) throws -> CommandRun {
            try CommandRun(arguments, in: folder)
        }
        let trained = try CommandRun(train + ["--seeds", "0-1"], in: folder)
        #expect(trained.status == 0, "\(trained.errors)")
        guard case .list(let results) = try json(trained.output) else {
            Issue.record("not a list: \(trained.output)")
            return
        }
        #expect(results.count == 2)
        guard case .object(let first) = results[0] else { return }
        #expect(Set(first.keys).isSuperset(of: ["run", "steps", "evaluation", "bound"]))
        #expect(first["run"] == .text("runs/pets-pendulum-0"))

        let listed = try run("runs", "--format", "json")
        guard case .list(let runs) = try json(listed.output) else { return }
        #expect(runs.count == 2)
        #expect(try run("runs", "show", "pets-pendulum-0").output.contains("algorithm: pets"))

        let evaluated = try run(
            "evaluate", "pets-pendulum-0", "--episodes", "3", "--format", "json", "--render",
            "film.gif")
        let evaluation = try object(evaluated.output)
        #expect(evaluation["episodes"] == .number(3))
        for key in ["meanReturn", "standardError", "returns", "lengths"] {
            #expect(evaluation[key] != nil)
        }
        let film = FileManager.default.contents(atPath: folder + "/film.gif")
        #expect(film?.prefix(6) == Data("GIF89a".utf8))

        let compared = try run(
            "compare", "pets-pendulum-0", "pets-pendulum-1", "--resamples", "200")
        #expect(compared.status == 0)
        #expect(compared.output.contains("pets on pendulum"))
        let elsewhere = try run(
            "train", "pets", "--preset", "debug", "--env", "mountain-car-continuous", "--steps",
            "60", "--set", "run.evaluationEpisodes=2")
        #expect(elsewhere.status == 0, "\(elsewhere.errors)")
        let tables = try JSONDecoder().decode(
            [[String: JSONValue]].self,
            from: Data(
                run(
                    "compare", "pets-pendulum-0", "pets-mountain-car-continuous-0",
                    "pets-pendulum-1", "--resamples", "200", "--format", "json"
                ).output.utf8))
        #expect(
            tables.map { $0["name"] } == [.text("pendulum"), .text("mountain-car-continuous")])

        let plotted = try run(
            "plot", "pets-pendulum-0", "pets-pendulum-1", "--output", "curve.svg", "--metric",
            "evaluation")
        #expect(plotted.status == 0, "\(plotted.errors)")
        #expect(FileManager.default.contents(atPath: folder + "/curve.svg")?.isEmpty == false)

        let term = try run(
            "plot", "pets-pendulum-0", "--output", "term.svg", "--metric", "bound.reward")
        #expect(term.status == 0, "\(term.errors)")
        let unknown = try run(
            "plot", "pets-pendulum-0", "--output", "term.svg", "--metric", "bound.gain")
        #expect(unknown.status == 64)
        #expect(unknown.errors.contains("bound.reward, bound.total, dynamics.epochs"))

        let differing = try run("train", "--resume", "pets-pendulum-0", "--seed", "7")
        #expect(differing.status == 64)
        #expect(differing.errors.contains("--seed is 0 in the saved run, not 7"))

        let resumed = try run(
            "train", "--resume", "pets-pendulum-0", "--steps", "260", "--format", "json")
        #expect(resumed.status == 0, "\(resumed.errors)")
        #expect(try object(resumed.output)["steps"] == .number(260))

        #expect(try run("runs", "delete", "pets-pendulum-1").status == 0)
        #expect(try run("runs", "delete", "pets-mountain-car-continuous-0").status == 0)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder + "/runs")
                == ["pets-pendulum-0"])
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func `a signal ends training with a checkpoint`(number: Int32) throws {
        let folder = try CommandRun.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: CommandRun.program)
        process.arguments = train.map { $0 == "200" ? "1000000" : $0 }
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.standardOutput = FileHandle.nullDevice
        let screen = folder + "/screen"
        FileManager.default.createFile(atPath: screen, contents: nil)
        process.standardError = FileHandle(forWritingAtPath: screen)
        try process.run()
        let checkpoints = folder + "/runs/pets-pendulum-0/checkpoints"
        while ((try? FileManager.default.contentsOfDirectory(atPath: checkpoints)) ?? []).count < 2
        {
            usleep(20_000)
        }
        kill(process.processIdentifier, number)
        process.waitUntilExit()
        #expect(process.terminationReason == .exit)
        #expect(process.terminationStatus == (number == SIGINT ? 130 : 75))
        let said = try String(contentsOfFile: screen, encoding: .utf8)
        #expect(
            said.hasSuffix(
                ", checkpoint saved; go on with optimist train --resume runs/pets-pendulum-0\n"))
        let shown = try CommandRun(["runs", "show", "pets-pendulum-0"], in: folder)
        #expect(shown.status == 0)
    }

    @Test(arguments: [
        "train", "evaluate", "runs", "compare", "plot", "algorithms", "environments",
        "doctor",
    ])
    func `help has examples`(command: String) throws {
        let run = try CommandRun([command, "--help"], in: "/tmp")
        #expect(run.status == 0)
        #expect(run.output.contains("Example"))
    }

    @Test func `the lists are bare arrays of named objects`() throws {
        for command in ["algorithms", "environments"] {
            let run = try CommandRun([command, "--format", "json"], in: "/tmp")
            guard case .list(let entries) = try json(run.output) else {
                Issue.record("\(command) gives no list")
                continue
            }
            #expect(!entries.isEmpty)
            for case .object(let entry) in entries { #expect(entry["name"] != nil) }
        }
        let shown = try CommandRun(["algorithms", "show", "pets"], in: "/tmp")
        #expect(shown.output.contains("p(s'|s,a)"))
        #expect(shown.output.contains("planner.horizon"))
        #expect(shown.output.contains("p(z'|z,a)") && shown.output.contains("Beside"))
        let filter = try CommandRun(["algorithms", "show", "kalman-filter"], in: "/tmp")
        #expect(filter.status == 0)
        #expect(filter.output.contains("without reward, action consistency"))
    }

    @Test func `the version is printed`() throws {
        #expect(try CommandRun(["--version"], in: "/tmp").output == "0.1.0\n")
    }

    @Test func `an environment is checked for the usual mistakes`() throws {
        let run = try CommandRun(["environments", "check", "pendulum"], in: "/tmp")
        #expect(run.status == 0)
        #expect(run.output == "pendulum: no mistakes found\n")
    }
}
