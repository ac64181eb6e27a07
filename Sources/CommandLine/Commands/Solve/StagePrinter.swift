import Foundation

/// Tells on standard error what a slow solver works on: nothing in the first second.
final class StagePrinter: Sendable {
    private let begin = DispatchTime.now()
    private let isQuiet: Bool

    init(isQuiet: Bool) { self.isQuiet = isQuiet }

    /// Seconds since the command began.
    var seconds: Double {
        Double(DispatchTime.now().uptimeNanoseconds - begin.uptimeNanoseconds) / 1e9
    }

    /// A stage begins.
    func begin(_ stage: String, always: Bool = false) {
        if isQuiet || !always && seconds < 1 { return }
        StandardError.print(String(format: "%6.1f s  ", seconds) + stage)
    }
}
