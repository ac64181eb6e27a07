import OptimistCore
import OptimistExperiments
import OptimistReports

/// Runs that differ by their seed alone.
struct RunGroup {
    /// Algorithm, environment and, where that is not enough to tell groups apart, a number.
    var name: String
    let algorithm: String
    let environment: String
    private(set) var runs: [RunFolder] = []

    /// The groups of some runs, in order of appearance.
    static func groups(of folders: [RunFolder]) throws -> [RunGroup] {
        var keys: [String] = []
        var groups: [RunGroup] = []
        for folder in folders {
            let description = try folder.readDescription()
            let key = try key(of: description)
            if let index = keys.firstIndex(of: key) {
                groups[index].runs.append(folder)
            } else {
                keys.append(key)
                groups.append(RunGroup(description, folder))
            }
        }
        return named(groups)
    }

    private init(_ description: RunDescription, _ folder: RunFolder) {
        algorithm = description.algorithm
        let arguments = description.environmentArguments.sorted { $0.key < $1.key }
            .map { " \($0.key)=\($0.value)" }.joined()
        environment = description.environment + arguments
        name = "\(description.algorithm) on \(environment)"
        runs = [folder]
    }

    /// Algorithm, environment with its arguments, and settings without the seed.
    private static func key(of description: RunDescription) throws -> String {
        var plain = description
        plain.seed = 0
        plain.steps = 0
        return try JSONValue(encoding: plain).text()
    }

    /// Groups with the same name are told apart by a number.
    private static func named(_ groups: [RunGroup]) -> [RunGroup] {
        groups.enumerated().map { index, group in
            let alike = groups.indices.filter { groups[$0].name == group.name }
            guard alike.count > 1 else { return group }
            var numbered = group
            numbered.name += " (\(alike.firstIndex(of: index)! + 1))"
            return numbered
        }
    }

    /// Groups of the same environment with its arguments, in order of appearance.
    static func byEnvironment(
        _ groups: [RunGroup]
    ) -> [(environment: String, groups: [RunGroup])] {
        var parts: [(environment: String, groups: [RunGroup])] = []
        for group in groups {
            if let index = parts.firstIndex(where: { $0.environment == group.environment }) {
                parts[index].groups.append(group)
            } else {
                parts.append((group.environment, [group]))
            }
        }
        return parts
    }

    /// The last evaluation of each run: one table of tasks for each algorithm and settings.
    static func tables(_ groups: [RunGroup]) throws -> [(name: String, scores: ScoreTable)] {
        try groups.map { group in
            let scores = try group.runs.map { folder -> Double in
                let rows = try RunStore.readRows(of: folder)
                guard let last = rows.last(where: { $0.kind == .evaluation }),
                    let score = last.metrics.first(where: { $0.name == "return" })?.value
                else { throw UsageError.needed("\(folder.path) has no evaluation yet to compare") }
                return score
            }
            return (group.name, try ScoreTable(task: group.environment, scores: scores))
        }
    }
}
