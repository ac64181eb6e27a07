/// A warning that an algorithm has too few runs on a task for its interval to be trusted.
public struct SeedWarning: Codable, Hashable, Sendable, CustomStringConvertible {
    /// The number of runs below which intervals are not to be trusted.
    public static let enoughRuns = 5

    /// The algorithm, or group of runs.
    public var algorithm: String
    /// The task with few runs.
    public var task: String
    /// Its number of runs.
    public var runs: Int

    /// The warnings that a table deserves: one for each task with fewer than five runs.
    public static func warnings(for table: ScoreTable, of algorithm: String) -> [SeedWarning] {
        zip(table.tasks, table.scores).filter { $0.1.count < enoughRuns }.map {
            SeedWarning(algorithm: algorithm, task: $0.0, runs: $0.1.count)
        }
    }

    /// The warning as a sentence.
    public var description: String {
        // Groups of runs have their task in their name.
        let place = algorithm.contains(" on \(task)") ? "" : " on \(task)"
        return
            "\(algorithm) has \(runs) \(runs == 1 ? "run" : "runs")\(place): intervals from fewer "
            + "than \(Self.enoughRuns) seeds are too narrow to trust; train more seeds"
    }
}
