import OptimistCore

extension StampedRecord {
    /// The record as a JSON object with the keys `attempt`, `bound`, `kind`, `message`, `metrics`,
    /// `run`, `step` and `wallTime`. Numbers that are not finite are null, and an object
    /// `notFinite` (there only then) gives the reason for each by its dotted name.
    public var json: JSONValue {
        var reasons: [String: JSONValue] = [:]
        func number(_ value: Double, _ name: String) -> JSONValue {
            guard let reason = NotFiniteReason(value) else { return .number(value) }
            reasons[name] = .text(reason.rawValue)
            return .null
        }
        let metrics = record.metrics.map { ($0.name, number($0.value, "metrics.\($0.name)")) }
        let bound = record.bound.map { bound in
            for term in bound.terms { _ = number(term.value, "bound.\(term.name)") }
            if let total = bound.total { _ = number(total, "bound.total") }
            for (name, error) in bound.context.standardErrors {
                _ = number(error, "bound.standardErrors.\(name)")
            }
            return StampedRecord.json(of: bound)
        }
        var object: [String: JSONValue] = [
            "run": .text(run), "step": .number(Double(step)), "attempt": .number(Double(attempt)),
            "wallTime": number(wallTime, "wallTime"), "kind": .text(record.kind.rawValue),
            "message": record.message.map(JSONValue.text) ?? .null,
            "metrics": .object(Dictionary(metrics, uniquingKeysWith: { $1 })),
            "bound": bound ?? .null,
        ]
        if !reasons.isEmpty { object["notFinite"] = .object(reasons) }
        return .object(object)
    }

    /// The bound's stable keys; standard errors that are not finite become null too.
    private static func json(of bound: Bound<Double>) -> JSONValue {
        var finite = bound
        finite.context.standardErrors = bound.context.standardErrors.filter(\.value.isFinite)
        guard case .object(var object)? = try? JSONValue(encoding: finite) else {
            fail("StampedRecord.json", "the context of a bound is not finite: \(bound.context)")
        }
        object["standardErrors"] = .object(
            bound.context.standardErrors.mapValues { $0.isFinite ? .number($0) : .null })
        return .object(object)
    }
}
