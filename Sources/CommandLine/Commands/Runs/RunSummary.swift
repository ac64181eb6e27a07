import OptimistCore
import OptimistExperiments

/// What `runs` tells of a run.
struct RunSummary {
    let folder: RunFolder
    let description: RunDescription
    let rows: [RunStore.Row]

    init(_ folder: RunFolder) throws {
        self.folder = folder
        description = try folder.readDescription()
        rows = try RunStore.readRows(of: folder)
    }

    private var steps: Int { folder.checkpointSteps().last ?? 0 }

    private func last(_ kind: Record.Kind) -> RunStore.Row? { rows.last { $0.kind == kind } }

    private var evaluation: Double? {
        last(.evaluation)?.metrics.first { $0.name == "return" }?.value
    }

    /// The cells of a table's row.
    var row: [String] {
        [
            folder.name, description.algorithm, description.environment, "\(description.seed)",
            "\(steps)/\(description.steps)", evaluation.map(RecordLine.short) ?? "-",
        ]
    }

    var text: String {
        var lines = [
            "run: \(folder.path)", "algorithm: \(description.algorithm)",
            "environment: \(environment)",
            "seed: \(description.seed), threads: \(description.threads), device: "
                + "\(description.device), version: \(description.version)",
            "steps: \(steps) of \(description.steps)",
            "checkpoints: \(folder.checkpointSteps().map(String.init).joined(separator: ", "))",
        ]
        for kind in [Record.Kind.episode, .learning, .evaluation] {
            guard let row = last(kind) else { continue }
            let numbers = row.metrics.map { "\($0.name) \(RecordLine.short($0.value))" }
            lines.append(
                "last \(kind.rawValue) (step \(row.step)): \(numbers.joined(separator: ", "))")
        }
        for row in rows where row.kind == .notice {
            if let line = RecordLine(row).text { lines.append("notice: \(line)") }
        }
        return lines.joined(separator: "\n")
    }

    /// The environment's name and its arguments.
    private var environment: String {
        let arguments = description.environmentArguments.sorted { $0.key < $1.key }
            .map { "\($0.key)=\($0.value)" }
        return ([description.environment] + arguments).joined(separator: " ")
    }

    var json: JSONValue {
        get throws {
            let described = try JSONValue(encoding: description)
            let finite = evaluation.flatMap { $0.isFinite ? $0 : nil }
            return .object([
                "name": .text(folder.name), "run": .text(folder.path),
                "steps": .number(Double(steps)), "description": described,
                "evaluation": finite.map { .number($0) } ?? .null,
                "checkpoints": .list(folder.checkpointSteps().map { .number(Double($0)) }),
                "bound": try last(.learning)?.bound.map { try JSONValue(encoding: $0) } ?? .null,
                "records": .number(Double(rows.count)),
            ])
        }
    }
}
