import Foundation

/// What a run spends its time on.
public enum Stage: String, CaseIterable, Sendable, Codable {
    /// Stepping and resetting environments.
    case environment
    /// Choosing actions: policies and planners.
    case acting
    /// Fitting models, policies and values.
    case learning
    /// Evaluations.
    case evaluation
    /// Writing checkpoints and records.
    case saving
}

/// Seconds spent in each stage since the process started.
struct StageTimes {
    private(set) var seconds: [Stage: Double] = [:]
    private var calls: [Stage: Int] = [:]

    /// Runs a piece of work and adds its time to a stage.
    mutating func measure<Result>(_ stage: Stage, _ work: () throws -> Result) rethrows -> Result {
        let start = DispatchTime.now().uptimeNanoseconds
        defer {
            let spent = Double(DispatchTime.now().uptimeNanoseconds - start) * 1e-9
            seconds[stage, default: 0] += spent
            calls[stage, default: 0] += 1
        }
        return try work()
    }

    /// Each stage's share of the time measured, in a fixed order.
    var shares: [(stage: Stage, share: Double)] {
        let total = seconds.values.reduce(0, +)
        guard total > 0 else { return [] }
        return Stage.allCases.map { ($0, (seconds[$0] ?? 0) / total) }
    }

    /// The mean milliseconds of a call of a stage; nil before the first.
    func milliseconds(of stage: Stage) -> Double? {
        guard let calls = calls[stage], let seconds = seconds[stage] else { return nil }
        return seconds / Double(calls) * 1_000
    }
}
