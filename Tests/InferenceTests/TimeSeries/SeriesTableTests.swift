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
    ])
    func `bad files name line and column`(text: String, error: SeriesError) {
        #expect(throws: error) { try read(text) }
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
