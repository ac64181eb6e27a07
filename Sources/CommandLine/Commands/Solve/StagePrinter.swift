import Foundation
import OptimistReports
import Synchronization

/// Tells on standard error what a slow solver works on: nothing in the first second, then each stage,
/// and every few seconds how far its sweeps have come.
final class StagePrinter: Sendable {
    private let begin = DispatchTime.now()
    private let isQuiet: Bool
    private let nextSweep = Mutex(5.0)

    init(isQuiet: Bool) { self.isQuiet = isQuiet }

    private var seconds: Double {
        Double(DispatchTime.now().uptimeNanoseconds - begin.uptimeNanoseconds) / 1e9
    }

    /// A stage begins; said at once where it is known to be slow.
    func begin(_ stage: String, isSlow: Bool = false) {
        if !isQuiet && (isSlow || seconds >= 1) { say(stage) }
    }

    /// A sweep is over.
    func sweep(_ sweeps: Int, _ change: Double) {
        if isQuiet { return }
        let isDue = nextSweep.withLock { next in
            if seconds < next { return false }
            next = seconds + 5
            return true
        }
        if isDue { say("  sweep \(sweeps), last change \(NumberText.short(change))") }
    }

    private func say(_ sentence: String) {
        StandardError.print(String(format: "%7.1f s  ", seconds) + sentence)
    }
}
