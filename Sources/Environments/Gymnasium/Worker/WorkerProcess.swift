import Foundation

/// A Python process that holds copies of an environment, with the pipes to it.
///
/// It leads its own process group, so that Ctrl-C does not reach it; it ends when its standard
/// input ends, and the kernel ends it when this process dies.
final class WorkerProcess {
    let identifier: pid_t
    let channel: WorkerChannel
    private(set) var exit: WorkerExit?

    /// Starts Python with the embedded worker.
    ///
    /// - Parameter memory: the descriptor of the shared file; the worker finds it as number 3.
    /// - Throws: `GymnasiumError.pythonNotStarted` or `.system`.
    init(python: PythonInterpreter, memory: Int32) throws {
        let commands = try WorkerProcess.makePipe()
        let replies = try WorkerProcess.makePipe()
        let messages = try WorkerProcess.makePipe()
        let program = PackageResources.worker_spaces_py + PackageResources.worker_py
        let launch = WorkerLaunch(
            path: python.path,
            arguments: [
                python.path, "-u", "-c", String(decoding: program, as: UTF8.self), "\(getpid())",
            ],
            variables: WorkerProcess.variables(),
            descriptors: [commands.reading, replies.writing, messages.writing, memory])
        let result = WorkerSpawner.shared.spawn(launch)
        close(replies.writing)
        close(messages.writing)
        channel = WorkerChannel(
            commands: commands.writing, commandsOther: commands.reading,
            replies: replies.reading, messages: messages.reading)
        switch result {
        case .success(let identifier): self.identifier = identifier
        case .failure(let error):
            identifier = 0
            exit = .unknown
            throw GymnasiumError.pythonNotStarted(path: python.path, reason: error.reason)
        }
    }

    deinit { stop(grace: 0) }

    /// Ends the worker and everything that it started: by the end of its input, and after `grace`
    /// seconds by a signal to its group. Called again, it does nothing.
    func stop(grace: Double) {
        guard exit == nil else { return }
        channel.closeCommands()
        channel.awaitEnd(until: WorkerDeadline(after: grace))
        channel.drainMessages()
        kill(-identifier, SIGKILL)
        exit = wait()
        channel.close()
    }

    /// How the worker ended, once its replies have: it has a moment to leave by itself.
    func reap() -> WorkerExit {
        if let exit { return exit }
        channel.closeCommands()
        for _ in 0..<100 {
            if hasEnded() { break }
            usleep(10_000)
        }
        channel.drainMessages()
        kill(-identifier, SIGKILL)
        let ending = wait()
        exit = ending
        channel.close()
        return ending
    }

    /// Whether the process has ended, leaving it to be waited for.
    private func hasEnded() -> Bool {
        var information = siginfo_t()
        let result = waitid(
            P_PID, id_t(identifier), &information, WEXITED | WNOHANG | WNOWAIT)
        return result != 0 || information.si_signo != 0
    }

    private func wait() -> WorkerExit {
        var status: Int32 = 0
        while waitpid(identifier, &status, 0) < 0 {
            if errno != EINTR { return .unknown }
        }
        return status & 0x7F == 0 ? .code(status >> 8 & 0xFF) : .signal(status & 0x7F)
    }

    private static func variables() -> [String] {
        var variables = ProcessInfo.processInfo.environment
        variables["OMP_NUM_THREADS"] = "1"
        return variables.map { "\($0.key)=\($0.value)" }.sorted()
    }

    /// A pipe that no other program inherits, clear of the numbers that the worker's ends get.
    private static func makePipe() throws -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw GymnasiumError.system("pipe") }
        return try (clear(ends[0]), clear(ends[1]))
    }

    /// The same descriptor under a number from 10 up; the old one is closed.
    static func clear(_ descriptor: Int32) throws -> Int32 {
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 10)
        let error = errno
        close(descriptor)
        if copy < 0 { throw GymnasiumError.system("fcntl", error) }
        return copy
    }
}

extension GymnasiumError {
    /// What the system's error number says of an operation.
    static func system(_ operation: String, _ number: Int32 = errno) -> GymnasiumError {
        .system(operation: operation, reason: String(cString: strerror(number)))
    }
}

/// A moment after which something counts as hung.
struct WorkerDeadline {
    private let moment: UInt64
    /// Seconds that were given.
    let seconds: Double

    init(after seconds: Double) {
        self.seconds = seconds
        moment = DispatchTime.now().uptimeNanoseconds &+ UInt64(min(seconds, 1e9) * 1e9)
    }

    /// Milliseconds left, rounded up; 0 when it has passed.
    var milliseconds: Int32 {
        let now = DispatchTime.now().uptimeNanoseconds
        return now >= moment ? 0 : Int32(clamping: (moment - now + 999_999) / 1_000_000)
    }
}
