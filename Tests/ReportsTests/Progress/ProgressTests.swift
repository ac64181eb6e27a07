import OptimistCore
import OptimistReports
import Testing

@Suite struct ProgressTests {
    private let bound = Bound<Double>(
        reward: -1.25, stateConsistency: 0.25, actionConsistency: 0.5,
        context: BoundContext(scope: .perStep(validSteps: 256), source: .replay))

    private func state(_ step: Int) -> ProgressState {
        ProgressState(
            label: "sac on pendulum", step: step, total: 10_000, returns: [-160, -152.5],
            bound: bound)
    }

    private func meter(_ rate: Double, to step: Int) -> RateMeter {
        var meter = RateMeter()
        for second in 0...10 {
            meter.add(step: step - Int(rate) * (10 - second), at: Double(second))
        }
        return meter
    }

    @Test func `the line on a wide terminal tells everything`() {
        let line = ProgressLine.terminal(
            state(4_500), meter(230, to: 4_500), width: 200, color: false)
        #expect(
            line == "sac on pendulum  ▕██████████▊             ▏   45 %  4.5k/10k  230/s  24 s left"
                + "  return -156.2 (mean of 2)  bound -2  = reward -1.25 − state 0.25 − action 0.5")
    }

    @Test(arguments: [0, 1, 5, 20, 40, 60, 80, 100, 120, 160, 200])
    func `no line is as wide as the terminal, and parts go whole`(width: Int) {
        let line = ProgressLine.terminal(
            state(4_500), meter(230, to: 4_500), width: width, color: false)
        #expect(line.count <= max(0, width - 1))
        #expect(line.contains("= reward") == (width >= 160))
        if width >= 60 { #expect(line.contains("4.5k/10k")) }
        if width >= 80 { #expect(line.contains("24 s left")) }
    }

    @Test func `color adds no width and is left out when not wanted`() {
        let plain = ProgressLine.terminal(state(10), RateMeter(), width: 80, color: false)
        let colored = ProgressLine.terminal(state(10), RateMeter(), width: 80, color: true)
        #expect(!plain.contains("\u{1B}"))
        #expect(
            colored.replacing("\u{1B}[34m", with: "").replacing("\u{1B}[0m", with: "") == plain)
    }

    @Test func `a log line has no control letters`() {
        #expect(
            ProgressLine.log(state(4_500), meter(230, to: 4_500))
                == "sac on pendulum: step 4500 of 10000 (45 %), 230 steps/s, 24 s left, return "
                + "-156.2 (mean of 2), bound -2 = reward -1.25 − state 0.25 − action 0.5")
        let first = ProgressState(label: "ppo", step: 0, total: 10)
        #expect(ProgressLine.log(first, RateMeter()) == "ppo: step 0 of 10 (0 %)")
    }

    @Test func `the rate is that of the last half minute`() throws {
        var meter = RateMeter()
        #expect(meter.rate == nil)
        for second in 0...100 { meter.add(step: 10 * second, at: Double(second)) }
        for second in 101...200 {
            meter.add(step: 1_000 + 50 * (second - 100), at: Double(second))
        }
        #expect(meter.rate == 50)
        #expect(meter.timeLeft(to: 7_000) == 20)
        #expect(meter.timeLeft(to: 10) == 0)
    }

    @Test func `a terminal is drawn ten times a second and a log twice a minute`() {
        var terminal = ProgressDisplay(.terminal(width: 80, color: false))
        var log = ProgressDisplay(.log)
        var (drawn, logged) = (0, 0)
        for tick in 0...6_000 {
            let time = Double(tick) / 100
            if terminal.output(for: state(tick), at: time) != nil { drawn += 1 }
            if log.output(for: state(tick), at: time) != nil { logged += 1 }
        }
        #expect((540...601).contains(drawn))
        #expect(logged == 3)
        #expect(log.output(for: state(10_000), at: 60.1)?.contains("(100 %)") == true)
    }

    @Test func `a message takes the place of the live line`() {
        var display = ProgressDisplay(.terminal(width: 60, color: false))
        #expect(display.output(for: "before") == "before\n")
        let first = display.output(for: state(1), at: 0)
        #expect(first?.hasPrefix("\r\u{1B}[Ksac") == true)
        #expect(display.output(for: "saved") == "\r\u{1B}[Ksaved\n")
        #expect(display.output(for: state(2), at: 0.01) != nil)
        #expect(display.end() == "\n" && display.end() == "")
    }
}
