import Foundation
import OptimistCore
import OptimistReports
import Testing

@Suite struct JSONLinesWriterTests {
    @Test func `a line has sorted keys, the stamp and the bound's stable keys`() {
        #expect(
            Records.learning(1).json.text()
                == """
                {"attempt":1,"bound":{"actionConsistency":0.5,"discount":1,"extras":{},\
                "informationGain":null,"reward":-1.25,"rewardOffset":0,"rewardScale":1,\
                "scope":{"perStep":256},"source":"replay",\
                "standardErrors":{"reward":0.125},"stateConsistency":null,"total":-1.75},\
                "kind":"learning","message":null,"metrics":{"critic.loss":0.5},\
                "run":"sac-pendulum-0","step":200,"wallTime":1700000001.5}
                """)
    }

    @Test func `a bound is written as its own encoding says`() throws {
        for scope in [BoundScope.trajectory(steps: 9), .perStep(validSteps: 256)] {
            let bound = Bound<Double>(
                reward: 0.1, informationGain: .nan, stateConsistency: 2,
                extras: [.init(name: "options", value: 1e-7)],
                context: BoundContext(
                    scope: scope, source: .imagination, discount: 0.99, rewardScale: 0.2,
                    rewardOffset: 1, standardErrors: ["reward": 0.25]))
            var stamped = Records.learning(0)
            stamped.record.bound = bound
            guard case .object(let line) = stamped.json else {
                Issue.record("not an object")
                return
            }
            let expected = try JSONValue(encoding: bound)
            #expect(line["bound"] == expected)
        }
    }

    @Test func `a line is the text that Foundation would write`() throws {
        let tree = JSONValue.object([
            "b": .list([.number(1), .number(-0.1), .number(1e300), .number(.nan), .truth(true)]),
            "a\"\\/": .text("\u{1}\u{8}\u{C}\n\r\t é 漢 \u{1F}\u{7F}"), "B": .null, "": .object([:]),
            "é": .number(9_007_199_254_740_992), "z": .number(1.5e-7),
        ])
        #expect(tree.line == tree.text())
    }

    @Test func `numbers that are not finite are null with a reason beside them`() throws {
        var stamped = Records.learning(1, loss: .infinity)
        stamped.record.bound?.reward = .nan
        stamped.record.bound?.context.standardErrors = ["reward": -.infinity]
        guard case .object(let line) = stamped.json else {
            Issue.record("not an object")
            return
        }
        #expect(line["metrics"] == .object(["critic.loss": .null]))
        #expect(
            line["notFinite"]
                == .object([
                    "metrics.critic.loss": .text("infinity"),
                    "bound.reward": .text("not a number"), "bound.total": .text("not a number"),
                    "bound.standardErrors.reward": .text("negative infinity"),
                ]))
        guard case .object(let bound)? = line["bound"] else {
            Issue.record("no bound")
            return
        }
        #expect(bound["reward"] == .null)
        #expect(bound["standardErrors"] == .object(["reward": .null]))
    }

    @Test func `a resumed file equals one never stopped`() throws {
        let folder = try TemporaryFolder()
        let whole = try JSONLinesWriter(path: folder.file("whole.jsonl"))
        for index in 0..<5 { try whole.write(Records.episode(index)) }
        try whole.synchronize()

        var writer = try JSONLinesWriter(path: folder.file("part.jsonl"))
        for index in 0..<3 { try writer.write(Records.episode(index)) }
        let position = writer.position
        for index in 7..<9 { try writer.write(Records.episode(index)) }
        try writer.flush()
        writer = try JSONLinesWriter(path: folder.file("part.jsonl"), resumingAt: position)
        for index in 3..<5 { try writer.write(Records.episode(index)) }
        try writer.flush()

        let bytes = try Data(contentsOf: URL(filePath: folder.file("part.jsonl")))
        #expect(try bytes == Data(contentsOf: URL(filePath: folder.file("whole.jsonl"))))
        #expect(writer.position == whole.position)
        #expect(writer.position.records == 5 && writer.position.bytes == bytes.count)
    }

    @Test func `a file is not overwritten, and one shorter than the checkpoint is refused`() throws
    {
        let folder = try TemporaryFolder()
        let path = folder.file("a.jsonl")
        try JSONLinesWriter(path: path).write(Records.notice("x"))
        #expect(throws: WriterError.cannotCreate(path: path, reason: "File exists")) {
            try JSONLinesWriter(path: path)
        }
        #expect(
            throws: WriterError.shorterThanCheckpoint(
                path: path, expected: 99, found: 0, unit: "bytes")
        ) {
            try JSONLinesWriter(path: path, resumingAt: WriterPosition(records: 1, bytes: 99))
        }
        let missing = folder.file("none/a.jsonl")
        #expect(
            throws: WriterError.cannotCreate(path: missing, reason: "No such file or directory")
        ) {
            try JSONLinesWriter(path: missing, resumingAt: .start)
        }
    }
}
