/// Sets progress as a line of text.
public enum ProgressLine {
    /// A line for a terminal: what runs, a bar, steps, rate, time left, returns, the bound and its
    /// terms. What does not fit is left out, the terms first.
    ///
    /// - Parameters:
    ///   - state: how far the run is.
    ///   - meter: its rate.
    ///   - width: columns of the terminal; the line has at most one less, so that it never wraps.
    ///   - color: whether the bar may be colored.
    public static func terminal(
        _ state: ProgressState, _ meter: RateMeter, width: Int, color: Bool
    ) -> String {
        let room = max(0, width - 1)
        let percent = "\(Int(state.share * 100)) %".leading(5)
        // In the order in which they are given up, last first.
        let parts = [
            stepWords(state), left(state, meter), state.returnWords, rate(meter),
            state.totalWords, state.termWords.map { "= \($0)" },
        ].compactMap { $0 }
        let shown = order(parts, state, meter)
        for count in stride(from: parts.count, through: 0, by: -1) {
            let kept = shown.filter { parts.prefix(count).contains($0) }
            let words = ([percent] + kept).joined(separator: "  ")
            let barRoom = room - state.label.count - words.count - 6
            if barRoom >= 8 {
                let bar = self.bar(state.share, width: min(barRoom, 24), color: color)
                return "\(state.label)  \(bar)  \(words)"
            }
        }
        return "\(state.label)  \(percent)".cut(to: room)
    }

    /// Parts in the order in which they are read.
    private static func order(
        _ parts: [String], _ state: ProgressState, _ meter: RateMeter
    ) -> [String] {
        let reading = [
            stepWords(state), rate(meter), left(state, meter), state.returnWords,
            state.totalWords, state.termWords.map { "= \($0)" },
        ]
        return reading.compactMap { $0 }
    }

    private static func stepWords(_ state: ProgressState) -> String? {
        "\(NumberText.count(Double(state.step)))/\(NumberText.count(Double(state.total)))"
    }

    private static func rate(_ meter: RateMeter) -> String? {
        meter.rate.map { "\(NumberText.short($0, digits: 3))/s" }
    }

    private static func left(_ state: ProgressState, _ meter: RateMeter) -> String? {
        state.step >= state.total
            ? nil : meter.timeLeft(to: state.total).map { "\(NumberText.duration($0)) left" }
    }

    /// A bar with eighths of a column.
    private static func bar(_ share: Double, width: Int, color: Bool) -> String {
        let eighths = Int((share * Double(8 * width)).rounded(.down))
        let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
        let full = String(repeating: "█", count: eighths / 8) + parts[eighths % 8]
        let padded = full.padded(width)
        return color ? "▕\u{1B}[34m\(padded)\u{1B}[0m▏" : "▕\(padded)▏"
    }

    /// A line for a log: whole sentences' words, no bar, no control letters.
    public static func log(_ state: ProgressState, _ meter: RateMeter) -> String {
        let bound = state.totalWords.map { total in
            state.termWords.map { "\(total) = \($0)" } ?? total
        }
        let parts = [
            "step \(state.step) of \(state.total) (\(Int(state.share * 100)) %)",
            meter.rate.map { "\(NumberText.short($0, digits: 3)) steps/s" },
            left(state, meter), state.returnWords, bound,
        ]
        return "\(state.label): " + parts.compactMap { $0 }.joined(separator: ", ")
    }
}
