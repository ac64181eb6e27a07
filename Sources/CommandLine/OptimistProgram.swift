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
        OptimistCommand.exit(withError: error)
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
            OptimistCommand.exit(withError: error)
        }
        let failure = Failure(error)
        StandardError.print("optimist: \(failure.sentence)")
        exit(failure.code.rawValue)
    }
}
