import Foundation
import OptimistInference
import OptimistLinearAlgebra
import Testing

@Suite struct SeriesTableTests {
    private func read(_ text: String, _ columns: [String]? = nil) throws -> SeriesTable {
        try SeriesTable(Data(text.utf8), file: "a.csv", columns: columns)
    }

    @Test func `columns, gaps, quotes and line endings`() throws {
        let table = try read(
            "\u{FEFF}year,\"flow, \"\"m3\"\"\",b\r\n1871,1120,1\r\n1872,,NA\r\n\"1873\",963.5,-2e3")
        #expect(table.columns == ["b"] && table.labels == ["1871", "1872", "1873"])
        #expect(table.values[0, 0] == 1 && table.values[1, 0].isNaN && table.values[2, 0] == -2000)
        let text = "year,\"flow, \"\"m3\"\"\",b\n1871,1120,1\n1872,,NA\n"
        let both = try read(text, ["flow, \"m3\"", "year"])
        #expect(both.values[0, 0] == 1120 && both.values[1, 1] == 1872)
        #expect(both.values[1, 0].isNaN && both.sequence.observedCount == 3)
        let single = try read("x\n1\n\n3\n")
        #expect(single.values.rows == 3 && single.values[1, 0].isNaN)
    }

    @Test func `numbers are read exactly`() throws {
        let values = [
            0.1, 1 / 3.0, .leastNonzeroMagnitude, 1.7976931348623157e308, -123456789.123456789,
        ]
        let table = try read("x\n" + values.map { "\($0)\n" }.joined())
        #expect(table.values.elements == values)
    }

    @Test(arguments: [
        ("", SeriesError.empty(file: "a.csv")),
        ("a,b\n", .empty(file: "a.csv")),
        ("a,b\n1,2\n3,x\n", .notNumber(file: "a.csv", line: 3, column: "b", text: "x")),
        ("a,b\n1,inf\n", .notNumber(file: "a.csv", line: 2, column: "b", text: "inf")),
        ("a,b\n1\n", .ragged(file: "a.csv", line: 2, cells: 1, expected: 2)),
        ("a,b\n1,2,\n", .ragged(file: "a.csv", line: 2, cells: 3, expected: 2)),
        ("a,a\n1,2\n", .repeatedColumn(file: "a.csv", name: "a")),
        ("a,b\n1,\"2\n", .badQuote(file: "a.csv", line: 2)),
        ("a,b\n1,2\"\n", .badQuote(file: "a.csv", line: 2)),
        ("a,b\n1,\n", .noNumbers(file: "a.csv", column: "b")),
        ("1,2\n1,3\n", .noHeader(file: "a.csv")),
    ])
    func `bad files name line and column`(text: String, error: SeriesError) {
        #expect(throws: error) { try read(text) }
    }

    @Test func `files that are not there, or too large, are told apart`() throws {
        let path = "/tmp/optimist-series-\(UUID().uuidString).csv"
        #expect(throws: SeriesError.unreadable(file: path, .missing)) {
            try SeriesTable(contentsOf: path)
        }
        // A file of holes takes no room on the disk.
        #expect(FileManager.default.createFile(atPath: path, contents: Data("x\n1\n".utf8)))
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(try SeriesTable(contentsOf: path).values.elements == [1])
        let size = SeriesTable.sizeLimit + 1
        let handle = try #require(FileHandle(forWritingAtPath: path))
        try handle.truncate(atOffset: UInt64(size))
        try handle.close()
        let error = SeriesError.tooLarge(file: path, bytes: size, limit: SeriesTable.sizeLimit)
        #expect(throws: error) { try SeriesTable(contentsOf: path) }
    }

    @Test func `labels are times where they are numbers that grow`() throws {
        let even = try read("t,x\n0.5,1\n1,2\n1.5,3\n")
        #expect(even.times == [0.5, 1, 1.5] && even.spacing == 0.5)
        #expect(even.labels(after: 2) == ["2", "2.5"])
        let uneven = try read("t,x\n1,1\n2,2\n4,3\n")
        #expect(uneven.times == [1, 2, 4] && uneven.spacing == nil)
        let words = try read("t,x\nMay,1\nJune,2\n")
        #expect(words.times == nil && words.labels(after: 2) == ["+1", "+2"])
        let alone = try read("x\n7\n8\n")
        #expect(alone.labelName == nil && alone.labels(after: 1) == ["3"])
        let both = try read("t,x,y\n1,2,3\n", nil)
        #expect(both.columns == ["y"])
        let two = try SeriesTable(Data("t,x,y\n1,2,3\n".utf8), file: "a.csv", lastCount: 2)
        #expect(two.columns == ["x", "y"] && two.labelName == "t")
    }

    @Test func `unknown columns and foreign bytes`() {
        let unknown = SeriesError.unknownColumn(file: "a.csv", name: "c", known: ["a", "b"])
        #expect(throws: unknown) { try read("a,b\n1,2\n", ["c"]) }
        #expect(throws: SeriesError.notText(file: "a.csv", line: 2)) {
            try SeriesTable(Data("a\n".utf8) + [0xFF, 0x0A], file: "a.csv")
        }
        let error = SeriesError.notNumber(file: "a.csv", line: 3, column: "b", text: "x")
        #expect(
            "\(error)"
                == "a.csv, line 3, column b: \"x\" is not a number; correct it, or leave the cell "
                + "empty for a gap")
    }
}
