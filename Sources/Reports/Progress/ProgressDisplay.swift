/// Decides when progress is shown and what is sent to the screen or log; it prints nothing itself.
public struct ProgressDisplay: Sendable {
    /// Where progress goes.
    public enum Mode: Hashable, Sendable {
        /// A terminal: one line that is drawn again and again.
        case terminal(width: Int, color: Bool)
        /// A file or pipe: a line now and then.
        case log
    }

    /// Where progress goes; the width may change while the run goes on.
    public var mode: Mode
    /// Seconds between lines.
    private let spacing: Double
    private var meter = RateMeter()
    private var last: Double?
    private var drawn = false

    /// A display: ten times a second on a terminal, twice a minute in a log.
    public init(_ mode: Mode) {
        self.mode = mode
        spacing = if case .terminal = mode { 0.1 } else { 30 }
    }

    /// What to print for a state; nil where the last line is too recent. The last step of a run is
    /// always told.
    public mutating func output(for state: ProgressState, at time: Double) -> String? {
        meter.add(step: state.step, at: time)
        let ended = state.step >= state.total
        if let last, time - last < spacing, !ended { return nil }
        last = time
        switch mode {
        case .terminal(let width, let color):
            drawn = true
            let line = ProgressLine.terminal(state, meter, width: width, color: color)
            return "\r\u{1B}[K\(line)"
        case .log:
            return ProgressLine.log(state, meter) + "\n"
        }
    }

    /// What to print for a message: on a terminal it takes the line's place, and the progress line
    /// comes again below it.
    public mutating func output(for message: String) -> String {
        defer { drawn = false }
        last = drawn ? nil : last
        return drawn ? "\r\u{1B}[K\(message)\n" : "\(message)\n"
    }

    /// What to print when the run ends.
    public mutating func end() -> String {
        defer { drawn = false }
        return drawn ? "\n" : ""
    }
}
