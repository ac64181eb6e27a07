import ArgumentParser
import Foundation
import OptimistCore
import OptimistReports

/// How results are printed.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    /// For people.
    case text
    /// For programs: JSON on standard output and nothing else there.
    case json
}

/// Options that every command has.
struct OutputOptions: ParsableArguments {
    @Option(help: "How results are printed: text, or json on standard output alone.")
    var format = OutputFormat.text
    @Flag(help: "No progress and no notices, only results and errors.")
    var quiet = false

    /// Prints a result: a text for people, or JSON with sorted keys.
    func print(text: @autoclosure () throws -> String, json: @autoclosure () throws -> JSONValue)
        throws
    {
        switch format {
        case .text: StandardOutput.print(try text())
        case .json: StandardOutput.print(try json().text(pretty: true))
        }
    }
}

/// Standard output, for results.
enum StandardOutput {
    static func print(_ text: String) {
        FileHandle.standardOutput.write(Data((text + "\n").utf8))
    }
}

/// Standard error, for progress, notices and errors.
enum StandardError {
    static func print(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }
    static var isTerminal: Bool { isatty(2) == 1 }
}

extension JSONValue {
    /// A number, or null with the reason in a second pair.
    static func named(_ name: String, _ value: Double) -> [String: JSONValue] {
        value.isFinite
            ? [name: .number(value)]
            : [name: .null, name + "Reason": .text(value.isNaN ? "not a number" : "\(value)")]
    }
}

extension Int {
    /// So many of something, such as `1 episode` or `2 episodes`.
    func counting(_ noun: String) -> String { "\(self) \(noun)\(self == 1 ? "" : "s")" }
}

extension Double {
    /// The number with a fixed number of decimals; one that rounds to zero has no sign.
    func text(decimals: Int) -> String {
        let text = NumberText.fixed(self, decimals: decimals)
        let isZero = text.hasPrefix("-") && text.allSatisfy { "-0.".contains($0) }
        return isZero ? String(text.dropFirst()) : text
    }
}
