import Foundation

/// LibTorch's threads spin while they wait, which makes small products many times slower as soon
/// as another process is busy. The OpenMP library reads the cure when it is loaded: the process
/// sets it and starts itself anew, once.
enum PassiveThreads {
    private static let policy = "OMP_WAIT_POLICY"
    private static let mark = "OPTIMIST_RESTARTED"

    /// Starts this process anew with a passive wait policy, unless it has one.
    static func ensure() {
        guard getenv(policy) == nil, getenv(mark) == nil else { return }
        setenv(policy, "passive", 1)
        setenv(mark, "1", 1)
        var arguments: [UnsafeMutablePointer<CChar>?] = CommandLine.arguments.map { strdup($0) }
        arguments.append(nil)
        execv("/proc/self/exe", arguments)
        // Only a failed call returns; going on with spinning threads is slower, not wrong.
        unsetenv(policy)
    }
}
