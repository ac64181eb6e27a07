import Foundation
import OptimistCore
import OptimistReports
import Testing

@Suite struct CSVWriterTests {
    private func text(_ path: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
    }

    @Test func `columns grow to the right and old rows get empty cells`() throws {
        let folder = try TemporaryFolder()
        let writer = try CSVWriter(path: folder.file("a.csv"))
        try writer.write(Records.episode(0))
        try writer.write(Records.learning(1, loss: .nan))
        try writer.write(Records.notice("slow, \"odd\"\nline"))
        try writer.flush()
        #expect(
            try text(folder.file("a.csv")) == """
                run,attempt,step,wallTime,kind,message,return,length,critic.loss,bound.reward,\
                bound.actionConsistency,bound.total
                sac-pendulum-0,1,0,1700000000.25,episode,,-100.5,200,,,,
                sac-pendulum-0,1,200,1700000001.5,learning,,,,nan,-1.25,0.5,-1.75
                sac-pendulum-0,1,7,1700000000,notice,"slow, ""odd"" line",,,,,,

                """)
        #expect(writer.position.records == 3)
        #expect(writer.position.bytes == (try text(folder.file("a.csv"))).utf8.count)
    }

    @Test func `a resumed file equals one never stopped, although columns came later`() throws {
        let folder = try TemporaryFolder()
        let whole = try CSVWriter(path: folder.file("whole.csv"))
        var writer = try CSVWriter(path: folder.file("part.csv"))
        for index in 0..<3 {
            try whole.write(Records.episode(index))
            try writer.write(Records.episode(index))
        }
        let position = writer.position
        try writer.write(Records.learning(3))
        try writer.write(Records.episode(9))
        try writer.flush()

        writer = try CSVWriter(path: folder.file("part.csv"), resumingAt: position)
        for index in 3..<5 {
            try whole.write(Records.learning(index))
            try writer.write(Records.learning(index))
        }
        try whole.flush()
        try writer.flush()
        #expect(try text(folder.file("part.csv")) == text(folder.file("whole.csv")))
        #expect(writer.position == whole.position)
    }

    @Test func `a file with fewer rows than the checkpoint is refused`() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("a.csv")
        let writer = try CSVWriter(path: path)
        try writer.write(Records.episode(0))
        try writer.flush()
        #expect(
            throws: WriterError.shorterThanCheckpoint(
                path: path, expected: 2, found: 1, unit: "rows")
        ) {
            try CSVWriter(path: path, resumingAt: WriterPosition(records: 2, bytes: 1))
        }
    }

    @Test func `a metric with odd letters keeps its column over a resume`() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("a.csv")
        var stamped = Records.episode(0)
        stamped.record.metrics = [Metric("a,\"b\"", 1), Metric("c", 2)]
        var writer = try CSVWriter(path: path)
        try writer.write(stamped)
        try writer.flush()
        writer = try CSVWriter(path: path, resumingAt: writer.position)
        stamped.record.metrics.reverse()
        try writer.write(stamped)
        try writer.flush()
        let lines = try text(path).split(separator: "\n")
        #expect(lines[0].hasSuffix(",message,\"a,\"\"b\"\"\",c"))
        #expect(lines[1].hasSuffix(",1,2") && lines[2].hasSuffix(",1,2"))
    }
}
