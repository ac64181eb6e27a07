import ArgumentParser
import Foundation
import OptimistCore

/// What the parser of arguments refuses, in the form of all other refusals.
struct ParserSentence {
    private let error: any Error

    init(_ error: any Error) { self.error = error }

    /// What is wrong, what the argument means where one is at fault, and how the command is used.
    var text: String {
        let whole = OptimistCommand.fullMessage(for: error)
        let message = OptimistCommand.message(for: error)
        guard let range = whole.range(of: message), !message.isEmpty else { return whole }
        return sentence(message) + whole[range.upperBound...]
    }

    private func sentence(_ message: String) -> String {
        let missing = "Missing expected argument "
        if message.hasPrefix(missing) { return message.dropFirst(missing.count) + " is missing" }
        return message.prefix(1).lowercased() + message.dropFirst()
    }
}

extension UsageError {
    /// The word among arguments that should be a command and is none; nil where each is one.
    static func unknownCommand(in arguments: ArraySlice<String>) -> UsageError? {
        var command: any ParsableCommand.Type = OptimistCommand.self
        var path = "optimist"
        for word in arguments {
            let parts = command.configuration.subcommands
            // Where options begin, or arguments of a command without parts.
            if parts.isEmpty || word.hasPrefix("-") || word == "help" { return nil }
            guard let part = parts.first(where: { $0._commandName == word }) else {
                let names = parts.map { $0._commandName }
                return .unknownCommand(word, parent: path, nearest: word.nearest(among: names))
            }
            (command, path) = (part, path + " " + word)
        }
        return nil
    }
}
