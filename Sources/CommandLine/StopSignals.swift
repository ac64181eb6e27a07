import Foundation
import Synchronization

/// Ctrl-C and a polite kill: the run ends after its step, with a checkpoint.
enum StopSignals {
    private static let number = Atomic<Int32>(0)

    /// The signal that came, if any.
    static var received: Int32? {
        let value = number.load(ordering: .relaxed)
        return value == 0 ? nil : value
    }

    /// Listens from now on; a second signal ends the process at once.
    static func listen() {
        // A parent that starts programs from worker threads hands on a mask that blocks signals.
        var mask = sigset_t()
        sigemptyset(&mask)
        sigaddset(&mask, SIGINT)
        sigaddset(&mask, SIGTERM)
        pthread_sigmask(SIG_UNBLOCK, &mask, nil)
        for signalNumber in [SIGINT, SIGTERM] {
            signal(signalNumber) { number in
                if StopSignals.number.exchange(number, ordering: .relaxed) != 0 {
                    _exit(128 + number)
                }
            }
        }
    }
}
