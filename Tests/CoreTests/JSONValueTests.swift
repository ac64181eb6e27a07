import Foundation
import OptimistCore
import Testing

@Suite struct JSONValueTests {
    private func read(_ text: String) throws -> JSONValue {
        try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
    }

    @Test func `every kind of value is read and written`() throws {
        let text = #"{"a":[1,2.5,-3e-7],"b":null,"c":true,"d":"π / \"x\"","e":{}}"#
        let value = try read(text)
        #expect(
            value
                == .object([
                    "a": .list([.number(1), .number(2.5), .number(-3e-7)]), "b": .null,
                    "c": .truth(true), "d": .text("π / \"x\""), "e": .object([:]),
                ]))
        #expect(value.text() == text.replacingOccurrences(of: "-3e-7", with: "-3e-07"))
        #expect(try read(value.text()) == value)
        #expect(try read("1") == .number(1) && read("true") == .truth(true))
    }

    @Test func `numbers are written as people write them`() {
        #expect(JSONValue.list([.number(5), .number(0.1), .number(.nan)]).text() == "[5,0.1,null]")
        #expect(JSONValue.text(5) == "5" && JSONValue.text(-0.25) == "-0.25")
        #expect(JSONValue.text(2_000_000_000) == "2000000000")
        #expect(JSONValue.text(1e300) == "1e+300")
    }

    @Test func `values become trees and trees values`() throws {
        let scope = BoundScope.perStep(validSteps: 7)
        let tree = try JSONValue(encoding: scope)
        #expect(tree == .object(["perStep": .number(7)]))
        #expect(try tree.decode(BoundScope.self) == scope)
        #expect(throws: EncodingError.self) { try JSONValue(encoding: [Double.nan]) }
    }

    @Test func `a long way down is an error, not a crash`() {
        let deep = String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)
        #expect(throws: DecodingError.self) { try read(deep) }
    }
}
