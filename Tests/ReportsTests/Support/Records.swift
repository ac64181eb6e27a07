import OptimistCore
import OptimistReports

/// Records for tests of the writers.
enum Records {
    static func episode(_ index: Int) -> StampedRecord {
        StampedRecord(
            run: "sac-pendulum-0", step: 200 * index, wallTime: 1_700_000_000.25 + Double(index),
            attempt: 1,
            Record(
                .episode,
                metrics: [Metric("return", -100.5 + Double(index)), Metric("length", 200)]))
    }

    static func learning(_ index: Int, loss: Double = 0.5) -> StampedRecord {
        let bound = Bound<Double>(
            reward: -1.25, actionConsistency: 0.5,
            context: BoundContext(
                scope: .perStep(validSteps: 256), source: .replay,
                standardErrors: ["reward": 0.125]))
        return StampedRecord(
            run: "sac-pendulum-0", step: 200 * index, wallTime: 1_700_000_000.5 + Double(index),
            attempt: 1, Record(.learning, metrics: [Metric("critic.loss", loss)], bound: bound))
    }

    static func notice(_ message: String) -> StampedRecord {
        StampedRecord(
            run: "sac-pendulum-0", step: 7, wallTime: 1_700_000_000, attempt: 1,
            Record(.notice, message: message))
    }
}
