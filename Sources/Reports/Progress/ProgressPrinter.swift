import Foundation

/// Prints progress to standard error: a live line on a terminal, else a line now and then.
public final class ProgressPrinter {
    private var display: ProgressDisplay
    private let descriptor: Int32

    /// A printer. No color where the variable `NO_COLOR` is set and not empty (no-color.org), or
    /// `TERM` is `dumb`, or the descriptor is no terminal.
    ///
    /// - Parameters:
    ///   - descriptor: standard error unless said otherwise.
    ///   - environment: the process's variables.
    public init(
        descriptor: Int32 = STDERR_FILENO,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) {
        self.descriptor = descriptor
        let plain = environment["TERM"] == "dumb"
        let colorless = !(environment["NO_COLOR"] ?? "").isEmpty
        display =
            isatty(descriptor) == 1 && !plain
            ? ProgressDisplay(
                .terminal(width: ProgressPrinter.width(of: descriptor), color: !colorless))
            : ProgressDisplay(.log)
    }

    /// Shows how far a run is, unless it was shown a moment ago.
    ///
    /// - Parameters:
    ///   - state: how far the run is.
    ///   - time: seconds on a clock that only goes forward.
    public func update(_ state: ProgressState, at time: Double) {
        if case .terminal(_, let color) = display.mode {
            display.mode = .terminal(width: ProgressPrinter.width(of: descriptor), color: color)
        }
        if let text = display.output(for: state, at: time) { print(text) }
    }

    /// Prints a line that stays.
    public func message(_ text: String) { print(display.output(for: text)) }

    /// Leaves the live line.
    public func finish() { print(display.end()) }

    /// Columns of a terminal; 80 where it does not say.
    public static func width(of descriptor: Int32) -> Int {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// Progress is a courtesy: a screen that went away must not stop a run.
    private func print(_ text: String) {
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                write(descriptor, $0.baseAddress! + sent, $0.count - sent)
            }
            if count < 0, errno == EINTR { continue }
            if count <= 0 { return }
            sent += count
        }
    }
}
