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

    /// The bound's stable keys, as `Bound.encode(to:)` writes them (a test compares the two): a
    /// record is made with each learning step, and Foundation's encoder takes half a millisecond.
    private static func json(of bound: Bound<Double>) -> JSONValue {
        func number(_ value: Double?) -> JSONValue {
            value.flatMap { $0.isFinite ? .number($0) : nil } ?? .null
        }
        let context = bound.context
        let extras = bound.extras.map { ($0.name, number($0.value)) }
        return .object([
            "reward": number(bound.reward), "informationGain": number(bound.informationGain),
            "stateConsistency": number(bound.stateConsistency),
            "actionConsistency": number(bound.actionConsistency), "total": number(bound.total),
            "extras": .object(Dictionary(extras, uniquingKeysWith: { $1 })),
            "scope": json(of: context.scope), "source": .text(context.source.rawValue),
            "standardErrors": .object(context.standardErrors.mapValues(number)),
            "discount": number(context.discount), "rewardScale": number(context.rewardScale),
            "rewardOffset": number(context.rewardOffset),
        ])
    }

    private static func json(of scope: BoundScope) -> JSONValue {
        switch scope {
        case .trajectory(let steps): .object(["trajectory": .number(Double(steps))])
        case .perStep(let validSteps): .object(["perStep": .number(Double(validSteps))])
        }
    }
}
