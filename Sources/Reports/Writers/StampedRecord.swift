import OptimistCore

/// A record with what tells it apart from all others: run, step, wall time and attempt.
public struct StampedRecord: Sendable {
    /// The run's name.
    public var run: String
    /// Environment steps when the record was made.
    public var step: Int
    /// Seconds since 1970, UTC.
    public var wallTime: Double
    /// 1 for the first start of the run, one more for each time that it was resumed.
    public var attempt: Int
    /// What is reported.
    public var record: Record

    /// A record with its stamp.
    public init(run: String, step: Int, wallTime: Double, attempt: Int, _ record: Record) {
        self.run = run
        self.step = step
        self.wallTime = wallTime
        self.attempt = attempt
        self.record = record
    }

    /// The record's numbers in order: its metrics, then the bound's terms and total as
    /// `bound.reward`, `bound.total` and so on.
    public var numbers: [Metric] {
        guard let bound = record.bound else { return record.metrics }
        var terms = bound.terms.map { Metric("bound.\($0.name)", $0.value) }
        if let total = bound.total { terms.append(Metric("bound.total", total)) }
        return record.metrics + terms
    }
}

/// Why a number is null in JSON.
public enum NotFiniteReason: String, Codable, Sendable {
    /// Not a number.
    case notANumber = "not a number"
    /// Greater than all numbers.
    case infinity = "infinity"
    /// Less than all numbers.
    case negativeInfinity = "negative infinity"

    /// The reason why a number is not finite; nil if it is.
    public init?(_ value: Double) {
        if value.isFinite { return nil }
        self = value.isNaN ? .notANumber : (value > 0 ? .infinity : .negativeInfinity)
    }

    /// The number that was meant.
    public var value: Double {
        switch self {
        case .notANumber: .nan
        case .infinity: .infinity
        case .negativeInfinity: -.infinity
        }
    }
}
