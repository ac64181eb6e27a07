import OptimistCore

/// The scores of one algorithm: for each task, one score for each run (seed).
///
/// Tasks are the strata of the bootstrap (Agarwal et al., "Deep Reinforcement Learning at the Edge
/// of the Statistical Precipice", 2021). Tasks may differ in their number of runs; pooled
/// statistics then weigh each run alike.
public struct ScoreTable: Codable, Hashable, Sendable {
    /// The tasks' names.
    public let tasks: [String]
    /// Scores by task, then run, in the unit of the score.
    public let scores: [[Double]]

    /// A table of scores `[task][run]`.
    ///
    /// - Throws: `StatisticsError` where there is no task, a task without runs, or a score that is
    ///   not finite.
    public init(tasks: [String], scores: [[Double]]) throws {
        if tasks.count != scores.count {
            fail("ScoreTable", "\(tasks.count) names for \(scores.count) tasks")
        }
        if tasks.isEmpty { throw StatisticsError.noTasks }
        for (task, runs) in zip(tasks, scores) {
            if runs.isEmpty { throw StatisticsError.noRuns(task: task) }
            if let run = runs.firstIndex(where: { !$0.isFinite }) {
                throw StatisticsError.notFinite(task: task, run: run, value: "\(runs[run])")
            }
        }
        self.tasks = tasks
        self.scores = scores
    }

    /// The scores of runs on a single task.
    ///
    /// - Throws: `StatisticsError` where there is no run or a score is not finite.
    public init(task: String, scores: [Double]) throws {
        try self.init(tasks: [task], scores: [scores])
    }

    /// The number of runs of the task that has the fewest.
    public var fewestRuns: Int { scores.map(\.count).min() ?? 0 }

    /// Reads and checks a table.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let tasks = try container.decode([String].self, forKey: .tasks)
        let scores = try container.decode([[Double]].self, forKey: .scores)
        if tasks.count != scores.count {
            throw DecodingError.dataCorruptedError(
                forKey: .scores, in: container,
                debugDescription: "\(tasks.count) names for \(scores.count) tasks")
        }
        try self.init(tasks: tasks, scores: scores)
    }
}

/// Why statistics of scores cannot be computed.
public enum StatisticsError: Error, Equatable, CustomStringConvertible {
    /// There is nothing to aggregate.
    case noTasks
    /// A task has no finished run.
    case noRuns(task: String)
    /// A score is not a finite number.
    case notFinite(task: String, run: Int, value: String)
    /// Two algorithms were not run on the same tasks.
    case tasksDiffer([String], [String])
    /// The runs of a curve have no step in common.
    case noCommonSteps(curve: String)

    /// What is wrong, where, and what to do.
    public var description: String {
        switch self {
        case .noTasks: "there are no scores to compare: name at least one run with an evaluation"
        case .noRuns(let task):
            "task '\(task)' has no run with a score: train and evaluate it, or leave it out"
        case .notFinite(let task, let run, let value):
            "the score of run \(run) on task '\(task)' is \(value), not a finite number: "
                + "leave that run out or repeat it"
        case .tasksDiffer(let first, let second):
            "probability of improvement needs the same tasks on both sides, not "
                + "\(first.joined(separator: ", ")) and \(second.joined(separator: ", "))"
        case .noCommonSteps(let curve):
            "the runs of '\(curve)' share no range of steps: plot them apart or train them further"
        }
    }
}
