import Foundation
import Testing

/// What commands put on the screen for people.
@Suite struct ScreenTests {
    private static let commands = [
        "train", "evaluate", "runs", "compare", "plot", "solve", "demonstrate", "filter",
        "algorithms", "environments", "doctor",
    ]

    @Test(arguments: commands)
    func `examples of help are whole lines of at most 80 columns`(command: String) throws {
        let run = try CommandRun([command, "--help"], in: "/tmp", environment: ["COLUMNS": "80"])
        #expect(run.status == 0)
        let lines = run.output.split(separator: "\n", omittingEmptySubsequences: false)
        let first = try #require(lines.firstIndex { $0.hasSuffix("Examples:") || $0 == "Example:" })
        let examples = lines[(first + 1)...].prefix { !$0.isEmpty }
        #expect(!examples.isEmpty)
        for example in examples {
            #expect(example.hasPrefix("  optimist ") && example.count <= 80)
        }
    }

    @Test func `one of something is not many`() throws {
        let folder = try CommandRun.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let trained = try CommandRun(
            [
                "train", "pets", "--env", "pendulum", "--preset", "debug", "--steps", "40",
                "--set", "run.evaluationEpisodes=1", "--threads", "1",
            ], in: folder)
        #expect(trained.status == 0, "\(trained.errors)")
        #expect(trained.errors.contains(", 1 thread ("))
        #expect(trained.output.contains("over 1 episode\n"))
        let shown = try CommandRun(["runs", "show", "pets-pendulum-0"], in: folder)
        #expect(shown.output.contains("\nenvironment: pendulum\n"))
        let drawn = try CommandRun(
            ["evaluate", "pets-pendulum-0", "--episodes", "1", "--render", "film.gif"], in: folder)
        #expect(drawn.output.contains("over 1 episode;"))
        #expect(drawn.output.hasSuffix("\nwrote film.gif\n"))
        let compared = try CommandRun(
            ["compare", "pets-pendulum-0", "--resamples", "100"], in: folder)
        #expect(compared.output.contains("pets on pendulum has 1 run: intervals"))

        let resumed = try CommandRun(
            ["train", "--resume", "pets-pendulum-0", "--steps", "10"], in: folder)
        #expect(resumed.status == 0)
        #expect(
            resumed.errors.contains(
                "runs/pets-pendulum-0 has 40 steps, and --steps 10 asks for no more: give more "
                    + "with --steps to go on"))
        let again = try CommandRun(["runs", "show", "pets-pendulum-0"], in: folder)
        #expect(again.output == shown.output)
    }

    @Test func `an agent that learns every few steps does not fill the screen`() throws {
        let folder = try CommandRun.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let run = try CommandRun(
            [
                "train", "a2c", "--steps", "8000", "--threads", "1", "--set",
                "run.evaluationEpisodes=1",
            ], in: folder)
        #expect(run.status == 0, "\(run.errors)")
        let records = try String(
            contentsOfFile: folder + "/runs/a2c-cartpole-0/records.jsonl", encoding: .utf8)
        let learned = records.split(separator: "\n").count { $0.contains("\"learning\"") }
        let shown = run.errors.components(separatedBy: ": learned ").count - 1
        #expect(learned == 200)
        #expect(shown >= 1 && shown < learned / 2)
    }

    @Test func `the doctor tells of versions in words`() throws {
        let run = try CommandRun(["doctor"], in: "/tmp")
        let row = run.output.split(separator: "\n").first { $0.hasPrefix("Gymnasium ") }
        #expect(row?.contains("(path:") == false)
        if row?.contains(" ok ") == true { #expect(row?.contains(", Python 3") == true) }
    }

    @Test func `columns of a demonstration have heads of their own`() throws {
        let folder = try CommandRun.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let run = try CommandRun(["demonstrate", "noisy-tv"], in: folder)
        #expect(run.status == 0)
        let head = try #require(run.output.split(separator: "\n").first { $0.hasPrefix("coins ") })
        let columns = head.components(separatedBy: "  ")
            .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        #expect(columns.count == 9 && Set(columns).count == 9, "\(columns)")
    }
}
