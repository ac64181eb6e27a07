import OptimistCore

/// A parameter of a model: the same at every step, listed step by step, or a function of the step.
public enum TimeVarying<Value: Sendable>: Sendable {
    /// The same value at every step.
    case fixed(Value)
    /// The value at each step, from 0.
    case perStep([Value])
    /// A function of the step; a law at time zero asks for the step −1.
    case function(@Sendable (_ step: Int) -> Value)

    /// The value where it is the same at every step.
    public var fixedValue: Value? {
        if case .fixed(let value) = self { value } else { nil }
    }

    /// The value at a step.
    public subscript(step: Int) -> Value {
        switch self {
        case .fixed(let value): return value
        case .perStep(let values):
            if step < 0 || step >= values.count {
                fail("TimeVarying.subscript", "step \(step) of \(values.count) listed")
            }
            return values[step]
        case .function(let value): return value(step)
        }
    }

    /// Whether there is a value at each of the first `steps` steps.
    func covers(_ steps: Int) -> Bool {
        if case .perStep(let values) = self { values.count >= steps } else { true }
    }
}
