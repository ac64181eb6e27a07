import ArgumentParser
import Foundation

/// Runs the command with this process's arguments, and ends the process.
///
/// Arguments are parsed before anything of LibTorch is touched, so that `--help` stays quick.
public func optimistMain() -> Never {
    signal(SIGPIPE, SIG_IGN)
    var command: any ParsableCommand
    do {
        command = try OptimistCommand.parseAsRoot()
    } catch {
        refuse(error, CommandLine.arguments.dropFirst())
    }
    do {
        try command.run()
        exit(0)
    } catch let error as ExitCode {
        exit(error.rawValue)
    } catch {
        // Help and the like come as errors of the parser's.
        let parsed = OptimistCommand.exitCode(for: error)
        if parsed == .success || parsed == .validationFailure {
            refuse(error, CommandLine.arguments.dropFirst())
        }
        let failure = Failure(error)
        StandardError.print("optimist: \(failure.sentence)")
        exit(failure.code.rawValue)
    }
}

/// Ends the process with what the parser says: help, or a refusal in the words of all others.
private func refuse(_ error: any Error, _ arguments: ArraySlice<String>) -> Never {
    guard OptimistCommand.exitCode(for: error) == .validationFailure else {
        OptimistCommand.exit(withError: error)
    }
    let sentence =
        UsageError.unknownCommand(in: arguments).map { "\($0)" } ?? ParserSentence(error).text
    StandardError.print("optimist: \(sentence)")
    exit(ExitStatus.usage.rawValue)
}
