import OptimistCore
import OptimistReports
import Testing

@Suite struct TableTests {
    private var table: TextTable {
        var table = TextTable([.words("run"), .numbers("steps"), .words("notes")])
        table.append(["sac-pendulum-0", "100000", "stopped early\nwith a checkpoint"])
        table.append(["ppo", "950", ""])
        return table
    }

    @Test func `words lie left, numbers right, and lines end with a letter`() {
        #expect(
            table.text() == """
                run              steps  notes
                ──────────────  ──────  ───────────────────────────────
                sac-pendulum-0  100000  stopped early with a checkpoint
                ppo                950

                """)
    }

    @Test func `control letters never reach the terminal`() {
        var table = TextTable([.words("run")])
        table.append(["a\u{1B}[31mb\u{7}\r\nc"])
        #expect(!table.text().contains("\u{1B}") && table.text().split(separator: "\n").count == 3)
    }

    @Test func `on a narrow terminal the widest words are cut, numbers never`() {
        #expect(
            table.text(width: 40) == """
                run              steps  notes
                ──────────────  ──────  ────────────────
                sac-pendulum-0  100000  stopped early w…
                ppo                950

                """)
        #expect(
            table.text(width: 10).split(separator: "\n").allSatisfy { $0.count <= 10 })
    }

    @Test(arguments: [
        (0.0, "0"), (-152.34567, "-152.3"), (12.0, "12"), (0.000012345, "1.234e-05"),
        (123_456, "123456"), (1_234_567.5, "1.235e+06"), (0.5, "0.5"), (.nan, "nan"),
        (-.infinity, "-inf"),
    ])
    func `numbers are short`(value: Double, text: String) {
        #expect(NumberText.short(value) == text)
    }

    @Test(arguments: [
        (0.4, "0 s"), (59.4, "59 s"), (185, "3 min 05 s"), (7_800, "2 h 10 min"),
        (273_600, "3 d 04 h"), (.infinity, "?"), (-1, "?"),
    ])
    func `times are short`(seconds: Double, text: String) {
        #expect(NumberText.duration(seconds) == text)
    }

    @Test func `a comparison is told as tables with warnings`() throws {
        let groups = [("sac", [1.0, 2, 3, 4, 5]), ("ppo", [1.0, 1, 1])].map {
            (name: $0, scores: try! ScoreTable(task: "pendulum", scores: $1))
        }
        let comparison = try Comparison(
            of: groups, aggregates: [.interquartileMean, .mean], thresholds: [0, 2],
            bootstrap: StratifiedBootstrap(resamples: 400), generator: Generator(seed: 1))
        let text = comparison.text()
        #expect(text.hasPrefix("algorithm  runs  interquartile mean"))
        #expect(text.contains("ppo           3   1.00 [1.00, 1.00]"))
        #expect(text.contains("Intervals: 95 % stratified bootstrap, 400 resamples.\n"))
        #expect(text.hasSuffix("Warning: \(comparison.warnings[0]).\n"))
        guard case .object(let json) = comparison.json, case .list(let list)? = json["groups"],
            case .object(let first)? = list.first
        else {
            Issue.record("no groups")
            return
        }
        #expect(first["name"] == .text("sac") && first["runs"] == .number(5))
        #expect(first["mean"] != nil && first["interquartileMean"] != nil)
    }
}
