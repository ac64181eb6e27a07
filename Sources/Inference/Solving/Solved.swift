/// A part of a solution, or why there is none.
public enum Solved<Value: Sendable>: Sendable {
    /// The part.
    case value(Value)
    /// Why there is none, a sentence without its full stop.
    case missing(reason: String)

    /// The part, if there is one.
    public var value: Value? {
        if case .value(let value) = self { value } else { nil }
    }

    /// Why there is none, if there is none.
    public var reason: String? {
        if case .missing(let reason) = self { reason } else { nil }
    }

    /// The part changed, or why there is none.
    public func map<Other>(_ change: (Value) -> Other) -> Solved<Other> {
        switch self {
        case .value(let value): .value(change(value))
        case .missing(let reason): .missing(reason: reason)
        }
    }
}

extension Solved: Equatable where Value: Equatable {}
