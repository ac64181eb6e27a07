/// Says when something that happens every so many steps is due.
///
/// A clock counts steps, never seconds, and draws no random numbers.
struct Clock: Codable, Equatable {
    /// Steps between events, nil for never.
    let interval: Int?
    /// The step at which it last fired.
    private(set) var last = 0

    init(every interval: Int?) { self.interval = interval }

    /// Whether a step completes an interval; if so the clock starts the next.
    mutating func fires(at step: Int) -> Bool {
        guard let interval, step / interval > last / interval else { return false }
        last = step
        return true
    }
}
