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
        #expect(!run.output.contains("broken"))
        #expect(run.errors.contains("broken is left out"))
    }

    @Test func `an algorithm's page shows the defaults that it has for a run`() throws {
        let run = try CommandRun(["algorithms", "show", "a2c"], in: "/tmp")
        #expect(run.status == 0)
        #expect(run.output.contains("Shown on: --env cartpole --steps 100000"))
        let row = run.output.split(separator: "\n").first { $0.hasPrefix("environments ") }
        #expect(row?.split(separator: " ")[1] == "8")
    }
}
