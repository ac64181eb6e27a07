import Foundation

/// What to start: a program with its arguments, variables and first descriptors.
struct WorkerLaunch: Sendable {
    let path: String
    let arguments: [String]
    let variables: [String]
    /// Descriptors of this process that become 0, 1, 2…; the worker closes any others that it inherited.
    let descriptors: [Int32]
}

/// Why a program could not be started.
struct WorkerLaunchError: Error {
    let reason: String
}

/// The thread that starts all workers and lives as long as the process.
///
/// The kernel sends a worker the signal that it asked for (`PR_SET_PDEATHSIG`) when the *thread*
/// that started it ends, not the process: a worker started from a pool's thread would die with
/// it for no visible reason.
final class WorkerSpawner: @unchecked Sendable {
    static let shared = WorkerSpawner()

    private let condition = NSCondition()
    private var waiting: [(WorkerLaunch, Answer)] = []

    /// A place for a result, written under the condition's lock.
    private final class Answer: @unchecked Sendable {
        var result: Result<pid_t, WorkerLaunchError>?
    }

    private init() {
        let thread = Thread { [unowned self] in serve() }
        thread.name = "optimist-spawn"
        thread.stackSize = 1 << 20
        thread.start()
    }

    /// Starts a program and returns its process identifier.
    func spawn(_ launch: WorkerLaunch) -> Result<pid_t, WorkerLaunchError> {
        let answer = Answer()
        condition.lock()
        defer { condition.unlock() }
        waiting.append((launch, answer))
        condition.broadcast()
        while true {
            if let result = answer.result { return result }
            condition.wait()
        }
    }

    private func serve() {
        condition.lock()
        while true {
            while !waiting.isEmpty {
                let (launch, answer) = waiting.removeFirst()
                answer.result = WorkerSpawner.start(launch)
                condition.broadcast()
            }
            condition.wait()
        }
    }

    private static func start(_ launch: WorkerLaunch) -> Result<pid_t, WorkerLaunchError> {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (number, descriptor) in launch.descriptors.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(number))
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        setAttributes(&attributes)

        let arguments = launch.arguments.map { strdup($0) } + [nil]
        let variables = launch.variables.map { strdup($0) } + [nil]
        defer { (arguments + variables).forEach { free($0) } }
        var identifier: pid_t = 0
        let error = posix_spawn(
            &identifier, launch.path, &actions, &attributes, arguments, variables)
        return error == 0
            ? .success(identifier)
            : .failure(WorkerLaunchError(reason: String(cString: strerror(error))))
    }

    /// A process group of its own, no signal blocked, and the usual reaction to each.
    private static func setAttributes(_ attributes: inout posix_spawnattr_t) {
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
        posix_spawnattr_setflags(&attributes, Int16(flags))
        posix_spawnattr_setpgroup(&attributes, 0)
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
    }
}
