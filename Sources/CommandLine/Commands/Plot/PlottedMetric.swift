import OptimistCore
import OptimistExperiments

/// What `optimist plot` draws against steps.
///
/// - `return`: returns of training episodes.
/// - `evaluation`: mean returns of evaluations; where an algorithm is evaluated in several modes, a
///   curve for each.
/// - any metric of the records, such as `dynamics.loss`, and any term of the bound, such as
///   `bound.informationGain` or `bound.total`.
struct PlottedMetric {
    let name: String

    /// The axis's label.
    var label: String {
        switch name {
        case "return": "Return of training episodes"
        case "evaluation": "Mean evaluation return"
        default: name.hasPrefix("bound.") ? "\(name.dropFirst(6)), nats per step" : name
        }
    }

    /// The curves of a run: what is appended to its group's name, and the points.
    ///
    /// - Throws: `UsageError` where the run has no such metric.
    func curves(
        of folder: RunFolder
    ) throws -> [(suffix: String, points: [(step: Double, value: Double)])] {
        let rows = try RunStore.readRows(of: folder)
        let names = name == "evaluation" ? Self.evaluated(rows) : [name]
        let curves = names.map { metric in
            (
                suffix: metric.hasPrefix("return.") ? ", " + metric.dropFirst(7) : "",
                points: rows.compactMap { row in
                    value(metric, in: row).map { (step: Double(row.step), value: $0) }
                }
            )
        }.filter { !$0.points.isEmpty }
        if curves.isEmpty { throw missing(in: rows, of: folder) }
        return curves
    }

    /// The returns that evaluations report, the deterministic mode's first.
    private static func evaluated(_ rows: [RunStore.Row]) -> [String] {
        var names: [String] = []
        for row in rows where row.kind == .evaluation {
            for metric in row.metrics
            where metric.name == "return" || metric.name.hasPrefix("return.") {
                if !names.contains(metric.name) { names.append(metric.name) }
            }
        }
        return names
    }

    private func value(_ metric: String, in row: RunStore.Row) -> Double? {
        if metric.hasPrefix("bound.") {
            return Self.boundTerms(of: row).first { $0.name == metric }?.value
        }
        let isReturn = metric == "return" || metric.hasPrefix("return.")
        let kind: Record.Kind = name == "evaluation" ? .evaluation : .episode
        if isReturn && row.kind != kind { return nil }
        return row.metrics.first { $0.name == metric }?.value
    }

    private static func boundTerms(of row: RunStore.Row) -> [Metric] {
        guard let bound = row.bound else { return [] }
        let total = bound.total.map { [(name: "total", value: $0)] } ?? []
        return (bound.terms + total).map { Metric("bound." + $0.name, $0.value) }
    }

    private func missing(in rows: [RunStore.Row], of folder: RunFolder) -> UsageError {
        if ["return", "evaluation"].contains(name) {
            let kind = name == "return" ? "episode" : "evaluation"
            return .needed("\(folder.path) has no \(kind) yet to draw")
        }
        let known = Set(rows.flatMap { $0.metrics + Self.boundTerms(of: $0) }.map(\.name)).sorted()
        return .notAllowed(
            option: "--metric", value: name,
            allowed: (["return", "evaluation"] + known.filter { $0 != "return" })
                .joined(separator: ", "))
    }
}
