import Foundation
import OptimistAgents
import OptimistCore
import OptimistExperience
import OptimistReports

extension Run {
    /// Stores a record, hands it on, and watches its numbers.
    func report(_ record: Record) throws {
        try checkFinite(record)
        let now = Date().timeIntervalSince1970
        let row = store.append(record, step: steps, time: now, attempt: attempt)
        if let bound = record.bound { lastBound = bound }
        try writers.write(
            StampedRecord(
                run: folder.name, step: steps, wallTime: now, attempt: attempt, record))
        onRecord?(row)
        if record.kind == .learning { try watch(record) }
    }

    func record(_ episode: Episode) throws {
        lastReturns = (lastReturns + [episode.totalReward]).suffix(10)
        try report(
            Record(
                .episode,
                metrics: [
                    Metric("return", episode.totalReward),
                    Metric("length", Double(episode.count)),
                    Metric("terminated", episode.ending == .terminated ? 1 : 0),
                ]))
    }

    /// A learning number that is not finite stops the run; the last checkpoint is good.
    private func checkFinite(_ record: Record) throws {
        guard record.kind == .learning else { return }
        if let term = record.bound?.firstNotFinite {
            throw AgentError.notFinite(term: term, detail: "a term of the bound at step \(steps)")
        }
        if let metric = record.metrics.first(where: { !$0.value.isFinite }) {
            throw AgentError.notFinite(
                term: metric.name, detail: "\(metric.value) at step \(steps)")
        }
    }

    private func watch(_ record: Record) throws {
        for metric in record.metrics where metric.name.hasSuffix("loss") {
            guard let warning = alarm.observe(metric.name, metric.value) else { continue }
            throw RunError.diverging(warning: "\(warning)", step: steps)
        }
    }

    /// The share of time by stage, and how long choosing an action for all copies takes on average.
    var timesRecord: Record {
        let shares = times.shares.map { Metric("time.\($0.stage.rawValue)", $0.share) }
        let acting = times.milliseconds(of: .acting).map { [Metric("time.actingMilliseconds", $0)] }
        return Record(
            .notice, metrics: shares + (acting ?? []), message: "share of time by stage")
    }

    /// Where the run stands.
    var progress: RunProgress {
        RunProgress(
            steps: steps, totalSteps: description.steps, episodes: collector.episodes,
            returns: lastReturns, bound: lastBound,
            evaluation: lastEvaluation?.meanReturn)
    }
}

/// Where a run stands.
public struct RunProgress: Sendable {
    /// Steps taken.
    public let steps: Int
    /// Steps in all.
    public let totalSteps: Int
    /// Episodes that have ended.
    public let episodes: Int
    /// Returns of the last episodes, at most ten.
    public let returns: [Double]
    /// The newest bound.
    public let bound: Bound<Double>?
    /// The newest evaluation's mean return.
    public let evaluation: Double?
}

/// What training came to.
public struct RunOutcome: Sendable {
    /// The run's folder.
    public let run: String
    /// Steps taken.
    public let steps: Int
    /// The last evaluation.
    public let evaluation: Evaluation?
    /// The newest bound, nil where the algorithm gives none.
    public let bound: Bound<Double>?
}
