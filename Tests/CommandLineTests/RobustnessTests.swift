import Foundation
import Testing

/// What goes wrong at one place must not hide or end the rest.
@Suite struct RobustnessTests {
    @Test func `a device that is not there is refused in words, and leaves nothing`() throws {
        let folder = try CommandRun.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let run = try CommandRun(
            ["train", "pets", "--env", "pendulum", "--device", "cuda:63"], in: folder)
        #expect(run.status == 69)
        #expect(run.errors.contains("there is no device cuda:63"))
        #expect(run.errors.split(separator: "\n").count <= 2)
        let left = try FileManager.default.subpathsOfDirectory(atPath: folder)
        #expect(!left.contains { $0.hasSuffix("run.json") })
    }

    @Test func `a damaged run is named, and the others are listed`() throws {
        let folder = try CommandRun.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let trained = try CommandRun(
            ["train", "posterior-sampling", "--steps", "40", "--threads", "1", "--quiet"],
            in: folder)
        #expect(trained.status == 0)
        try FileManager.default.createDirectory(
            atPath: folder + "/runs/broken", withIntermediateDirectories: true)
        try Data("{".utf8).write(to: URL(fileURLWithPath: folder + "/runs/broken/run.json"))
        let run = try CommandRun(["runs"], in: folder)
        #expect(run.status == 0)
        #expect(run.output.contains("posterior-sampling-river-swim-0"))
        let row = run.output.split(separator: "\n").first { $0.hasPrefix("broken ") }
        #expect(row?.split(separator: " ").dropFirst().first == "damaged")
        #expect(
            run.errors == "optimist: runs/broken/run.json is damaged: it is not the JSON of a run; "
                + "optimist runs delete runs/broken deletes it\n")
        let json = try CommandRun(["runs", "--format", "json"], in: folder)
        #expect(json.output.contains("\"error\" : \"runs/broken/run.json is damaged: "))
        // Nothing but its name says that this one is a run's.
        let refused = try CommandRun(["runs", "delete", "broken"], in: folder)
        #expect(refused.status == 65)
        #expect(refused.errors.contains("runs/broken is not deleted"))

        let whole = folder + "/runs/posterior-sampling-river-swim-0"
        try Data("{".utf8).write(to: URL(fileURLWithPath: whole + "/run.json"))
        let deleted = try CommandRun(["runs", "delete", whole], in: folder)
        #expect(deleted.status == 0, "\(deleted.errors)")
        #expect(!FileManager.default.fileExists(atPath: whole))
    }

    @Test func `an algorithm's page shows the defaults that it has for a run`() throws {
        let run = try CommandRun(["algorithms", "show", "a2c"], in: "/tmp")
        #expect(run.status == 0)
        #expect(run.output.contains("Shown on: --env cartpole --steps 100000"))
        let row = run.output.split(separator: "\n").first { $0.hasPrefix("environments ") }
        #expect(row?.split(separator: " ")[1] == "8")
    }

    @Test func `an algorithm's page shows what its presets set`() throws {
        let run = try CommandRun(["algorithms", "show", "gail"], in: "/tmp")
        #expect(run.status == 0)
        #expect(run.output.contains("\n      policy.networks.units=16 policy.steps=16 "))
    }

    @Test func `a file of settings is named with what is wrong in it`() throws {
        let folder = try CommandRun.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for (text, sentence) in [
            ("stepz: 3", "there is no setting 'stepz'; "),
            ("planner:\n  horizn: 3", "there is no setting 'planner.horizn'; did you mean "),
            ("planner:\n  horizon: 0", "0 is out of range for 'planner.horizon': "),
            ("run:\n  evaluatEvery: 3", "there is no setting 'run.evaluatEvery'; did you mean "),
        ] {
            try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/mine.yaml"))
            let run = try CommandRun(["train", "pets", "--config", "mine.yaml"], in: folder)
            #expect(run.status == 65)
            #expect(run.errors.hasPrefix("optimist: mine.yaml: " + sentence), "\(run.errors)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["mine.yaml"])
        }
    }

    @Test func `an expert that cannot be read leaves no run`() throws {
        let folder = try CommandRun.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Data("garbage".utf8).write(to: URL(fileURLWithPath: folder + "/expert.npz"))
        let run = try CommandRun(
            ["train", "gail", "--preset", "debug", "--set", "expert.source=expert.npz"],
            in: folder)
        #expect(run.status == 65)
        #expect(run.errors.contains("expert.npz cannot be read"), "\(run.errors)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["expert.npz"])
    }

    @Test func `what a run's description cannot say is told with its file`() throws {
        let folder = try CommandRun.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let name = "posterior-sampling-river-swim-0"
        let trained = try CommandRun(
            ["train", "posterior-sampling", "--steps", "40", "--threads", "1", "--quiet"],
            in: folder)
        #expect(trained.status == 0)
        let path = "runs/\(name)/run.json"
        let file = URL(fileURLWithPath: folder + "/" + path)
        let text = try String(contentsOf: file, encoding: .utf8)
        for (old, new, sentence) in [
            (
                "\"posterior-sampling\"", "\"zzz\"",
                "there is no algorithm 'zzz'; optimist algorithms lists them"
            ),
            (
                "\"river-swim\"", "\"river-swin\"",
                "there is no environment 'river-swin'; did you mean 'river-swim'?"
            ),
            (
                "\"settings\" : {", "\"settings\" : {\"zzz\" : 1,",
                "there is no setting 'zzz'"
            ),
            (
                "\"threads\" : 1", "\"threads\" : 0",
                "0 is out of range for 'threads': allowed is 1 to 4096"
            ),
            ("\"seed\" : 0,", "", "it has no 'seed'"),
            ("\"seed\" : 0", "\"seed\" : \"x\"", "'seed' in it is no value of its kind"),
        ] {
            #expect(text.contains(old))
            try text.replacingOccurrences(of: old, with: new)
                .write(to: file, atomically: true, encoding: .utf8)
            for command in [["train", "--resume", name, "--steps", "60"], ["evaluate", name]] {
                let run = try CommandRun(command, in: folder)
                #expect(run.status == 65, "\(new)")
                #expect(run.errors == "optimist: \(path) is damaged: \(sentence)\n")
            }
        }
        try text.write(to: file, atomically: true, encoding: .utf8)

        let wanted = try CommandRun(["evaluate", name, "--checkpoint", "77"], in: folder)
        #expect(wanted.status == 66)
        #expect(
            wanted.errors
                == "optimist: runs/\(name) has no checkpoint 77: there are 0, 40 and best\n")
        let mistyped = try CommandRun(["evaluate", "posterior-sampling-rive-swim-0"], in: folder)
        #expect(mistyped.status == 66)
        #expect(
            mistyped.errors == "optimist: there is no run at posterior-sampling-rive-swim-0; "
                + "did you mean '\(name)'?\n")
        try FileManager.default.removeItem(atPath: folder + "/runs/\(name)/checkpoints")
        let none = try CommandRun(["train", "--resume", name], in: folder)
        #expect(none.status == 66)
        #expect(
            none.errors == "optimist: runs/\(name) has no checkpoint: delete the run and train "
                + "anew\n")
    }
}
